"""The job that counts in cells: against a count by hand, on both engines, and by the promises of every job."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

h3 = pytest.importorskip("h3")

ZONE = "America/Guatemala"  # six hours behind UTC, the year round

PINGS = (
    # device, UTC, lat, lon
    ("a", "2023-03-01T14:05:00Z", 14.6, -90.5),
    ("a", "2023-03-01T14:05:00Z", 14.6, -90.5),  # again
    ("a", "2023-03-01T14:50:00Z", 14.6, -90.5),
    ("b", "2023-03-01T14:10:00Z", 14.6, -90.5),
    ("b", "2023-03-01T15:10:00Z", 14.6, -90.5),  # an hour later
    ("c", "2023-03-01T14:10:00Z", 14.7, -90.5),  # eleven kilometres north
    ("c", "2023-03-02T05:59:59Z", 14.7, -90.5),  # still 1 March there
    ("c", "2023-03-02T06:00:00Z", 14.7, -90.5),  # 2 March
    ("d", "2023-03-01T14:10:00Z", 0.0, 0.0),  # quarantined
)
SOUTH, NORTH = (h3.latlng_to_cell(lat, -90.5, 8) for lat in (14.6, 14.7))
COUNTED = {
    ("2023-03-01", SOUTH, 8): (3, 2),
    ("2023-03-01", SOUTH, 9): (1, 1),
    ("2023-03-01", NORTH, 8): (1, 1),
    ("2023-03-01", NORTH, 23): (1, 1),
    ("2023-03-02", NORTH, 0): (1, 1),
}
"""Pings and devices by day, cell and local hour."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file of pings."""
    lines = [f"{device},{at},{lat},{lon}" for device, at, lat, lon in PINGS]
    (tmp_path / "pings.csv").write_text("\n".join(["device,at,lat,lon", *lines]) + "\n")
    return tmp_path


def footfall(folder: Path, *words: str, code: int = 0) -> str:
    """What the command says on standard error, after it ended with this code."""
    command = [sys.executable, "-m", "footfall", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def run(folder: Path, *words: str, code: int = 0) -> str:
    """A run that counts the pings in cells of resolution 8."""
    given = ("--count=cells", "--pings-path=pings.csv", f"--pings-time-zone={ZONE}", "--resolution=8")
    return footfall(folder, "run", *given, *(words or ("--output=out", "--privacy-k=1")), code=code)


def rows(folder: Path, output: str = "out") -> Iterator[tuple[str, dict[str, Any]]]:
    """The published rows, each with its day, in their order."""
    for file in sorted((folder / output / "cells").glob("day=*/cells.parquet")):
        for row in pq.ParquetFile(file).read().to_pylist():
            yield file.parent.name.removeprefix("day="), row


def manifest(folder: Path, output: str = "out") -> dict[str, Any]:
    """The manifest of the last run."""
    *_, last = sorted((folder / output / "runs").glob("*/manifest.json"))
    found: dict[str, Any] = json.loads(last.read_text())
    return found


@pytest.mark.parametrize("engine", ["embedded", pytest.param("spark", marks=pytest.mark.spark)])
def test_pings_and_devices_are_counted_by_cell_and_local_hour(folder: Path, engine: str) -> None:
    """A row that repeats another counts once, a device once an hour, and hours are those of the clocks there."""
    run(folder, "--output=out", "--privacy-k=1", f"--engine={engine}", "--spark-master=local[2]")
    found = {(day, row["cell"], row["hour"]): (row["pings"], row["devices"]) for day, row in rows(folder)}
    assert found == COUNTED
    assert [row["suppressed"] for _, row in rows(folder)] == [False] * len(COUNTED)
    said = manifest(folder)
    assert {name: said["counts"][name] for name in ("scanned", "duplicate", "quarantined", "kept")} == {
        "scanned": 9,
        "duplicate": 1,
        "quarantined": 1,
        "kept": 7,
    }
    assert said["totals"] == {"cells": 2, "pings": 7, "days": 2, "suppressed_rows": 0}


def test_the_sample_is_counted_as_a_loop_over_its_rows_counts_it(tmp_path: Path) -> None:
    """Kept rows are those of the generator; any number of workers publishes the same digests."""
    digests = []
    for workers in ("1", "3"):
        footfall(tmp_path, "run", "--count=cells", f"--output=out{workers}", f"--workers={workers}")
        digests.append(manifest(tmp_path, f"out{workers}")["digests"])
    assert digests[0] == digests[1]
    found: dict[str, int] = defaultdict(int)
    for day, row in rows(tmp_path, "out1"):
        found[day] += row["pings"]
        assert h3.get_resolution(row["cell"]) == 9
        assert 1 <= row["devices"] <= row["pings"]
    assert sum(found.values()) == 20000  # pings of the bundled sample that are neither flawed nor repeated


def test_few_devices_are_suppressed_with_rows_that_hide_them(folder: Path) -> None:
    """Three rows have one device, and of their three pings each must have one: so the fourth row goes with them."""
    run(folder, "--output=out", "--privacy-k=2", "--day=2023-03-01")
    hidden = [row for _, row in rows(folder) if row["suppressed"]]
    assert {(row["cell"], row["hour"]) for row in hidden} == {(SOUTH, 8), (SOUTH, 9), (NORTH, 8), (NORTH, 23)}
    assert all(row["pings"] is None and row["devices"] is None for row in hidden)


def test_a_day_whose_rows_cannot_hide_each_other_has_none(folder: Path) -> None:
    """On 2 March there is one row, of one device: beside the manifest it would be known."""
    run(folder, "--output=out", "--privacy-k=2", "--day=2023-03-02")
    assert list(rows(folder)) == []
    assert manifest(folder)["days"] == ["2023-03-02"]


def test_a_published_day_is_verified_replaced_and_shown(folder: Path) -> None:
    """Every command that asks about runs and days knows the job."""
    run(folder)
    before = manifest(folder)["digests"]
    common = ("--count=cells", "--pings-path=pings.csv", f"--pings-time-zone={ZONE}", "--resolution=8")
    given = (*common, "--output=out", "--privacy-k=1")
    assert before["2023-03-02"] in footfall(folder, "verify", *given, "--day=2023-03-02")
    assert '"state": "current"' in footfall(folder, "plan", *given, "--stale")
    run(folder, "--output=out", "--privacy-k=1", "--day=2023-03-02")
    assert manifest(folder)["digests"] == {"2023-03-02": before["2023-03-02"]}
    (first, second) = footfall(folder, "runs", "--by", "day", "--output=out").splitlines()
    assert [json.loads(line)["pings"] for line in (second, first)] == [6, 1]
    footfall(folder, "site", "--output=out", "site")
    page = (folder / "site/index.html").read_text()
    assert "Cells, all runs" in page
    assert "Pings per day" in page
    assert "footfall_last_published_cells 1.0" in footfall(folder, "metrics", "--output=out")


def test_an_output_belongs_to_one_job(folder: Path) -> None:
    """The runs of two would be told apart by nobody."""
    (folder / "out/footfall/day=2023-03-01").mkdir(parents=True)
    said = run(folder, code=2)
    assert "The output holds the table footfall, and this job publishes cells" in said


def test_the_result_says_how_many_rows_are_suppressed(folder: Path) -> None:
    """On 1 March the one row of two devices goes with three of one device and one ping each; 2 March has one row."""
    said = run(folder, "--output=out", "--privacy-k=2")
    assert "4 of 4 rows suppressed" in said
    assert "1 day without rows" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--count=cell",), "There is no job 'cell' to count by"),
        (("--count=cells", "--boundary=open"), "`boundary` is a setting of the job footfall, and this run"),
        (("--count=cells", "--resolution=16"), "Setting `resolution` is 16"),
        (("--count=cells", "--places-path=a.geojson"), "`places.path` is a setting of the job footfall"),
        (("--count=footfall", "--resolution=8"), "`resolution` is a setting of the job cells, and this run"),
    ],
)
def test_settings_of_another_job_are_refused(folder: Path, words: tuple[str, ...], said: str) -> None:
    """And a job that there is not."""
    given = ("--pings-path=pings.csv", "--output=out")
    assert said in footfall(folder, "run", *given, *words, code=2)


def test_a_file_with_settings_of_both_jobs_is_refused_by_its_line(folder: Path) -> None:
    """The advice is not a setting of similar name."""
    text = "count: cells\npings: {path: pings.csv}\noutput: out\nplaces: {path: a.geojson}\n"
    (folder / "settings.yaml").write_text(text)
    said = footfall(folder, "run", code=2)
    assert "`places` is a setting of the job footfall, and this run is of the job cells" in said
    assert "settings.yaml, line 4" in said


@pytest.mark.parametrize("command", [("explain", "place", "x"), ("export", "out.csv")])
def test_what_asks_about_places_says_that_there_are_none(folder: Path, command: tuple[str, ...]) -> None:
    """In one sentence."""
    (folder / "settings.yaml").write_text("count: cells\npings: {path: pings.csv}\noutput: out\n")
    run(folder)
    assert "is about visits to places, and the job cells has none" in footfall(folder, *command, code=2)


def test_rows_of_cells_are_not_compared_or_exported_as_places(folder: Path) -> None:
    """Nothing is wrong with the table, so nobody is sent to count it again."""
    run(folder)
    lacks = "no column place_id"
    assert f"no file of published visits to places: it has {lacks}" in footfall(
        folder, "diff", "out", "out", code=3
    )
    named = ("export", "counts.csv", "--output=out", "--no-places")
    assert f"holds no visits to places: it has {lacks}" in footfall(folder, *named, code=3)


def test_sizes_that_the_job_does_not_say_are_refused(folder: Path) -> None:
    """A plan without them would pass for an answer."""
    given = ("--count=cells", "--pings-path=pings.csv", "--output=out", "--assume-pings=1e9")
    assert "The job cells does not say how large its runs are" in footfall(folder, "plan", *given, code=2)
