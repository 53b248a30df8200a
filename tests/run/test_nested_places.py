"""Runs over places that are parts of others: totals that count nothing twice, and rows that stay the same."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.run.conftest import Counts

TOWN = {
    "mall": ((0, 0, 4, 4), None),
    "shop": ((0, 0, 2, 2), "mall"),
    "kiosk": ((0, 0, 1, 1), "shop"),
    "apart": ((8, 8, 9, 9), None),
}

PINGS = """device,at,lon,lat
d1,2023-03-01 10:00:00,0.5,0.5
d1,2023-03-01 10:10:00,1.5,1.5
d2,2023-03-01 11:00:00,3.5,3.5
d3,2023-03-01 11:00:00,8.5,8.5
d4,2023-03-01 11:00:00,6,6
d2,2023-03-02 11:00:00,1.5,0.5
"""


@pytest.fixture
def town(folder: Path) -> Path:
    """A mall, a shop in it, a kiosk in the shop, a place apart, and six pings."""
    features = [
        {
            "type": "Feature",
            "properties": {"place_id": name, "in": parent},
            "geometry": {"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]},
        }
        for name, ((w, s, e, n), parent) in TOWN.items()
    ]
    (folder / "places.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    (folder / "pings.csv").write_text(PINGS)
    return folder


def places(folder: Path, **settings: Any) -> dict[str, Any]:
    """The settings of the places."""
    return {"path": str(folder / "places.geojson"), **settings}


def manifest(folder: Path, number: int = 1) -> dict[str, Any]:
    """The manifest of a run."""
    content: dict[str, Any] = json.loads((folder / f"out/runs/run-{number}/manifest.json").read_text())
    return content


@pytest.mark.parametrize("how", [{"parents": "containment"}, {"columns": {"parent": "in"}}])
def test_totals_over_top_level_places_count_no_ping_twice(
    run: Counts, town: Path, how: dict[str, Any]
) -> None:
    """Of six pings five are in the mall or apart: in all places together they are nine.

    Visits: 1 March d1 and d2 in the mall, d1 in the shop and in the kiosk, d3 apart; 2 March d2 in mall and shop.
    """
    finished = run(places=places(town, **how))
    assert finished.refusal is None
    said = manifest(town)
    assert (said["totals"]["pings"], said["totals"]["visits"]) == (9, 7)
    assert said["top_level"] == {"places": 2, "parts": 2, "pings": 5, "visits": 4, "suppressed_rows": 0}
    assert finished.report["top_level"] == said["top_level"]
    listed = {place["place_id"]: place["parent_id"] for place in finished.report["places"]}
    assert listed == {"mall": None, "shop": "mall", "kiosk": "shop", "apart": None}


def test_a_suppressed_place_is_in_no_total(run: Counts, town: Path) -> None:
    """Two devices in the kiosk, and so in shop and mall; one apart is too few, and two elsewhere hide it."""
    pings = [("d1", 0.5), ("d2", 0.5), ("d3", 8.5), ("d4", 6), ("d5", 6)]
    lines = [f"{device},2023-03-01 10:00:00,{degrees},{degrees}" for device, degrees in pings]
    (town / "pings.csv").write_text("\n".join(["device,at,lon,lat", *lines, ""]))
    run(places=places(town, parents="containment"), privacy={"k": 2})
    said = manifest(town)
    assert said["totals"]["pings"] == 6
    assert said["top_level"] == {"places": 2, "parts": 2, "pings": 2, "visits": 2, "suppressed_rows": 1}


def test_parents_change_no_published_row(run: Counts, town: Path) -> None:
    """The digests of both days are those of a run that knows no parents, which says nothing of a top level."""
    run(places=places(town))
    run(places=places(town, parents="containment"))
    without, with_parents = manifest(town, 1), manifest(town, 2)
    assert without["digests"] == with_parents["digests"]
    assert len(without["digests"]) == 2
    assert without["top_level"] is None
