"""`footfall run --stale`, and `footfall backfill` here: all days that should be counted, in few runs."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from footfall.launch.stretches import Stretches
from tests.run.conftest import PLACES

SETTINGS = """
pings: {path: pings}
places: {path: places.geojson}
output: out
privacy: {k: 1}
workers: 1
"""


def write_day(folder: Path, day: int, pings: int = 1) -> None:
    """A file of one day with so many pings in A."""
    rows = [f"d{n},2023-03-{day:02} 10:00:00,0.5,0.5" for n in range(pings)]
    (folder / f"pings/2023-03-{day:02}.csv").write_text("\n".join(["device,at,lon,lat", *rows]) + "\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file for each of seven days, of which nothing is counted."""
    (tmp_path / "pings").mkdir()
    for day in range(1, 8):
        write_day(tmp_path, day)
    (tmp_path / "places.geojson").write_text(PLACES)
    (tmp_path / "settings.yaml").write_text(SETTINGS)
    return tmp_path


def footfall(folder: Path, *words: str, code: int = 0) -> list[dict[str, str]]:
    """What a command told as JSON on stdout, in a folder."""
    command = [sys.executable, "-m", "footfall", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def published(folder: Path) -> list[list[int]]:
    """The days of each run that published, the first run first."""
    found = [json.loads(file.read_text()) for file in (folder / "out/runs").glob("*/manifest.json")]
    done = sorted((each["started"], each["days"]) for each in found if each["state"] == "published")
    return [[date.fromisoformat(day).day for day in days] for _, days in done]


def stale(folder: Path) -> list[int]:
    """The days that should be counted."""
    told = footfall(folder, "plan", "--stale")
    return [date.fromisoformat(line["day"]).day for line in told if line["state"] != "current"]


def test_the_first_run_counts_everything_and_the_next_one_what_changed(folder: Path) -> None:
    """A file that changed makes its neighbours stale; a new one is known by its name before any run met it."""
    footfall(folder, "run", "--stale")
    assert published(folder) == [[1, 2, 3, 4, 5, 6, 7]]
    footfall(folder, "run", "--stale")
    assert len(published(folder)) == 1
    write_day(folder, 2, pings=2)
    write_day(folder, 8)
    assert stale(folder) == [1, 2, 3, 8]
    footfall(folder, "run", "--stale")
    assert published(folder)[1:] == [[1, 2, 3], [8]]
    assert stale(folder) == []
    assert footfall(folder, "run", "--stale") == []


def test_a_day_without_pings_holds_no_other_day_back(folder: Path) -> None:
    """Days 8 and 9 hold nothing, day 10 does: the run of all three is refused, and that of day 10 is not."""
    footfall(folder, "run")
    write_day(folder, 10)
    footfall(folder, "run", "--stale", code=3)
    assert published(folder)[1:] == [[10]]
    assert stale(folder) == [8, 9]


def test_the_days_of_the_settings_are_those_that_may_be_stale(folder: Path) -> None:
    """A range that the flag gives bounds what is counted."""
    footfall(folder, "run", "--stale", "--days", "{from: 2023-03-02, to: 2023-03-03}")
    assert published(folder) == [[2, 3]]


def test_a_backfill_here_counts_days_that_follow_each_other_in_one_run(folder: Path) -> None:
    """And those that are published already in none; with --parallel each day is a run."""
    footfall(folder, "run", "--days", "2023-03-04")
    words = ("backfill", "--from=2023-03-01", "--to=2023-03-07")
    states = {line["day"][-1]: line["state"] for line in footfall(folder, *words) if "day" in line}
    assert states == {**dict.fromkeys("123567", "published"), "4": "kept"}
    assert published(folder) == [[4], [1, 2, 3], [5, 6, 7]]
    footfall(folder, *words, "--rerun", "--parallel=1")
    assert published(folder)[3:] == [[1], [2], [3], [4], [5], [6], [7]]


def test_where_the_gate_has_limits_for_a_run_each_day_is_one(folder: Path) -> None:
    """Together, days with few rows would hide behind the others."""
    write_day(folder, 1, pings=3)
    words = ("backfill", "--from=2023-03-01", "--to=2023-03-02", "--quality-min-rows=2")
    told = footfall(folder, *words, code=4)
    states = [line["state"] for line in told if "day" in line]
    assert states == ["published", "refused"]
    assert published(folder) == [[1]]


def test_weeks_are_counted_as_a_whole(folder: Path) -> None:
    """2023-03-06 is a Monday: its week and no other is whole; a change in it counts all of it again."""
    for day in range(6, 14):
        write_day(folder, day)
    footfall(folder, "backfill", "--from=2023-03-04", "--to=2023-03-13", "--period=week")
    assert published(folder) == [[4, 5], [6, 7, 8, 9, 10, 11, 12], [13]]
    assert [path.name for path in (folder / "out/footfall_week").iterdir()] == ["week=2023-W10"]
    write_day(folder, 9, pings=2)
    words = ("run", "--stale", "--period=week", "--days", "{from: 2023-03-06, to: 2023-03-12}")
    footfall(folder, *words)
    assert published(folder)[3:] == [[6, 7, 8, 9, 10, 11, 12]]


@pytest.mark.parametrize(
    "words", [("run", "--stale"), ("backfill", "--from=2023-03-04", "--to=2023-03-13", "--rerun")]
)
def test_days_of_no_whole_week_are_counted_where_weeks_look_back(
    folder: Path, words: tuple[str, ...]
) -> None:
    """The settings file asks to look back; a run of days alone has no week to look back from."""
    with (folder / "settings.yaml").open("a") as settings:
        settings.write("period: week\nlook_back: 2\ndays: {from: 2023-02-27, to: 2023-03-19}\n")
    for day in range(8, 14):
        write_day(folder, day)
    footfall(folder, "run", "--days", "{from: 2023-03-06, to: 2023-03-12}")
    write_day(folder, 13, pings=2)
    footfall(folder, *words, code=3 if words[0] == "run" else 0)
    assert published(folder)[-1] == [13]


def days(*numbers: int) -> list[date]:
    """Days of March."""
    return [date(2023, 3, number) for number in numbers]


@pytest.mark.parametrize(
    ("given", "stretches", "expected"),
    [
        ((1, 2, 3, 5), Stretches(31), [(1, 2, 3), (5,)]),
        ((1, 2, 3, 4, 5), Stretches(2), [(1, 2), (3, 4), (5,)]),
        (tuple(range(5, 22)), Stretches(14, "week"), [(5,), tuple(range(6, 20)), (20, 21)]),
        (tuple(range(6, 20)), Stretches(1, "week"), [tuple(range(6, 13)), tuple(range(13, 20))]),
    ],
)
def test_days_go_together_as_far_as_is_allowed(
    given: tuple[int, ...], stretches: Stretches, expected: list[tuple[int, ...]]
) -> None:
    """Those that follow each other, weeks whole."""
    assert stretches.of(days(*given)) == [days(*each) for each in expected]


def test_a_stretch_is_split_into_weeks_and_these_into_days() -> None:
    """One day cannot be split; days that are no whole week are counted without it."""
    weeks = Stretches(31, "week")
    assert weeks.split(days(*range(6, 20))) == [days(*range(6, 13)), days(*range(13, 20))]
    assert weeks.split(days(*range(6, 13))) == [days(number) for number in range(6, 13)]
    assert weeks.split(days(6)) == []
    assert weeks.flags(days(*range(6, 13))) == ["--days={from: 2023-03-06, to: 2023-03-12}"]
    assert weeks.flags(days(6)) == ["--days=2023-03-06", "--period=day", "--look-back="]
