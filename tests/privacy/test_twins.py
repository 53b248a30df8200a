"""Two worlds that differ in suppressed numbers alone leave the same files, to the byte."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from footfall.history.files import run_files
from footfall.history.metrics import metrics_text
from footfall.history.reading import all_runs
from footfall.runs.lineage import event, run_uuid
from footfall.runs.manifest import Manifest
from footfall.schema import FOOTFALL
from footfall.site.writing import write_site
from footfall.terminal import show_summary
from footfall.terminal.history import show_runs
from tests.privacy.days import FIRST, NOWHERE, SECOND, World, count
from tests.privacy.test_attacker import ROW, TOWN, A, B, C

NOW = datetime(2023, 3, 4, tzinfo=UTC)
MANY = [2] * 8

TWINS = {
    "one suppressed, as many pings elsewhere more": (
        World({(FIRST, A): MANY, (FIRST, B): [2, 1], (FIRST, NOWHERE): [5] * 2}),
        World({(FIRST, A): MANY, (FIRST, B): [1], (FIRST, NOWHERE): [6] * 2}),
    ),
    "two suppressed, another share": (
        World({(FIRST, A): MANY, (FIRST, B): [2, 1], (FIRST, C): [4], (SECOND, A): MANY}),
        World({(FIRST, A): MANY, (FIRST, B): [1], (FIRST, C): [3, 3], (SECOND, A): MANY}),
    ),
    "one suppressed with another that protects it": (
        World({(FIRST, A): MANY, (FIRST, B): [2, 1], (FIRST, C): [1] * 6}),
        World({(FIRST, A): MANY, (FIRST, B): [4], (FIRST, C): [1] * 5}),
    ),
}


IN_TOWN = "two parts of a town, whose sum stays"
TWINS_IN_TOWN = {
    IN_TOWN: (
        World({(FIRST, A): MANY, (FIRST, B): [2, 1], (FIRST, C): [1] * 6}),
        World({(FIRST, A): [*MANY[1:], 1], (FIRST, B): [2, 2], (FIRST, C): [1] * 6}),
    )
}


class Screen(StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """A person is watching."""
        return True


def left(
    folder: Path, world: World, places: dict[str, tuple[int, int, int, int]], **settings: Any
) -> dict[str, str]:
    """All that a run leaves and its readers make of it, but for the digest of the input and the folder's name."""
    output = count(folder, world, places, **settings)
    files = run_files(str(output))
    write_site(files, folder / "site", NOW)
    said = {
        str(path.relative_to(folder)): path.read_bytes().decode("latin-1")
        for root in (output, folder / "site")
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
    (run,) = all_runs(files, NOW)
    assert isinstance(run.manifest, Manifest)
    said["lineage"] = str(event(run.manifest, FOOTFALL)).replace(str(run_uuid(run.manifest)), "run")
    said["metrics"] = metrics_text(files, NOW)
    runs, summary = Screen(), Screen()
    show_runs([run], [], 0, runs)
    show_summary(json.loads(said["out/runs/run-1/report.json"]), summary, "report.html")
    said |= {"runs": runs.getvalue(), "summary": summary.getvalue()}
    return {name: _without_what_names_the_input(text, folder) for name, text in said.items()}


def _without_what_names_the_input(text: str, folder: Path) -> str:
    return re.sub(r"\b[0-9a-f]{64}\b", "digest", text.replace(str(folder), "folder"))


@pytest.mark.parametrize(("twins", "places"), [*((twins, ROW) for twins in TWINS), (IN_TOWN, TOWN)])
def test_nothing_that_is_left_tells_two_worlds_apart(
    tmp_path: Path, twins: str, places: dict[str, tuple[int, int, int, int]]
) -> None:
    """Table, manifest, report, page, site, metrics, events, terminal."""
    worlds = {**TWINS, **TWINS_IN_TOWN}[twins]
    one, other = (left(tmp_path / str(n), world, places) for n, world in enumerate(worlds))
    assert set(one) == set(other)
    assert [name for name in one if one[name] != other[name]] == []
    assert any("report.html" in name for name in one)


@pytest.mark.parametrize("twins", TWINS)
def test_nor_does_the_week_around_them(tmp_path: Path, twins: str) -> None:
    """All its files, and the table of weeks, which has a row that is suppressed and one that is not."""
    days = {"from": "2023-02-27", "to": "2023-03-05"}
    week: dict[str, Any] = {"period": "week", "days": days, "allow_empty": True, "look_back": 7}
    one, other = (left(tmp_path / str(n), world, ROW, **week) for n, world in enumerate(TWINS[twins]))
    assert [name for name in one if one[name] != other[name]] == []
    (file,) = (tmp_path / "0/out").glob("footfall_week/*/*.parquet")
    assert set(pq.ParquetFile(file).read()["suppressed"].to_pylist()) == {False, True}
    assert [name for name in one if "footfall_week" in name]


def test_worlds_that_differ_in_a_published_number_are_told_apart(tmp_path: Path) -> None:
    """So the comparison can fail."""
    world, _ = TWINS["one suppressed, as many pings elsewhere more"]
    busier = replace(world, pings={**world.pings, (FIRST, A): [3, 1, *MANY[2:-1]]})
    one, other = (left(tmp_path / str(n), each, ROW) for n, each in enumerate((world, busier)))
    assert {name.rpartition("/")[2] for name in one if one[name] != other[name]} >= {
        "manifest.json",
        "report.json",
        "report.html",
        "index.html",
        "footfall.parquet",
        "metrics",
    }
