"""A town of four places near the equator, where degrees are easily metres, and the pings of two days."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from footfall.cli import main

Explain = Callable[..., Any]
"""Runs `footfall explain` with words and gives what it printed as JSON; of a failure the error of the given code."""

PINGS = """device,at,lon,lat,acc
d1,2023-03-01 10:00:00,0.0005,0.0005,5
d1,2023-03-01 10:10:00,0.0006,0.0005,5
d1,2023-03-01 10:10:00,0.0006,0.0005,9
d2,2023-03-01 10:59:59,0.0005,0.0004,5
d2,2023-03-01 11:00:00,0.0005,0.0004,5
d3,2023-03-01 23:50:00,0.0005,0.0005,5
d3,2023-03-02 00:05:00,0.0005,0.0005,5
d4,2023-03-01 12:00:00,0.001,0.0005,5
d4,2023-03-01 13:00:00,0.0012,0.0005,5
d5,2023-03-01 12:00:00,north,0.0005,5
d5,2023-03-01 12:00:00,0.0005,0.0005,900
d6,2023-03-01 12:00:00,0.0105,0.0005,5
d6,2023-03-01 12:30:00,0.0115,0.0005,5
"""
"""Line 2 is the first ping. Line 4 is the ping of line 3 with another accuracy."""


def square(west: float, south: float, side: float) -> list[list[float]]:
    """A closed ring."""
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


PLACES = {
    "A": ("Shop A", [square(0, 0, 0.001)]),
    "B": ("Yard B", [square(0.01, 0, 0.002), square(0.0103, 0.0003, 0.0004)]),
    "C": ("Hall C", [square(0.011, 0, 0.002)]),
    "D": ("Far D", [square(5, 5, 0.001)]),
}
"""A is a square of 111 m. B has a hole around the first ping of d6, and shares ground with C, where the second is."""


def write_places(file: Path, places: dict[str, tuple[str, list[list[list[float]]]]]) -> None:
    """Write places as GeoJSON."""
    features = [
        {
            "type": "Feature",
            "properties": {"place_id": place_id, "name": name},
            "geometry": {"type": "Polygon", "coordinates": rings},
        }
        for place_id, (name, rings) in places.items()
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that commands run in: pings, places and settings; nothing is counted yet."""
    write_places(tmp_path / "places.geojson", PLACES)
    (tmp_path / "pings.csv").write_text(PINGS)
    (tmp_path / "settings.yaml").write_text(
        """
pings:
  path: pings.csv
  columns: {device: device, at: at, lon: lon, lat: lat, accuracy: acc}
  accuracy_limit: 50
places: {path: places.geojson, columns: {place_id: place_id, name: name}}
output: out
privacy: {k: 1}
"""
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def counted(town: Path) -> Path:
    """The same, counted."""
    assert main(["run"]) == 0
    return town


@pytest.fixture
def explain(capfd: pytest.CaptureFixture[str]) -> Explain:
    """Runs the command."""

    def run(*words: str, code: int = 0, form: str = "--json") -> Any:
        capfd.readouterr()
        found = main(["explain", *words, *([form] if form else [])])
        told = capfd.readouterr()
        assert found == code, told.err
        if code in (0, 7):
            return json.loads(told.out) if form else told.out
        return told.err

    return run
