"""Runs that publish weeks or months beside the days."""

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq
import pytest

from footfall.check.digests import digest_of
from footfall.periods.columns import PERIOD_MEASURES, ROWS
from footfall.pipeline import Finished
from tests.run.conftest import Counts, Engines, embedded, filled, runner

HEAD = "device,at,lon,lat"
WEEK = {"period": "week", "days": {"from": "2023-02-20", "to": "2023-02-26"}, "allow_empty": True}
"""2023-W08."""

IN_A, IN_B = "0.5,0.5", "2.5,0.5"
PINGS = [
    f"d1,2023-02-20 10:00:00,{IN_A}",
    f"d1,2023-02-26 10:00:00,{IN_A}",
    f"d1,2023-02-26 10:10:00,{IN_A}",
    f"d2,2023-02-22 10:00:00,{IN_A}",
    f"d2,2023-02-17 10:00:00,{IN_A}",  # the Friday before
    f"d3,2023-02-27 10:00:00,{IN_B}",  # the Monday after
]


def write(folder: Path, rows: list[str]) -> None:
    """Write the pings."""
    (folder / "pings.csv").write_text("\n".join([HEAD, *rows]) + "\n")


def rows(folder: Path, period: str, kind: str = "week") -> dict[str, dict[str, Any]]:
    """The published rows of a period, by place."""
    path = folder / f"out/footfall_{kind}/{kind}={period}/footfall_{kind}.parquet"
    return {row["place_id"]: row for row in pq.ParquetFile(path).read().to_pylist()}


def manifest(folder: Path, number: int = 1) -> dict[str, Any]:
    """What the run says of itself."""
    found: dict[str, Any] = json.loads((folder / f"out/runs/run-{number}/manifest.json").read_text())
    return found


def test_a_week_is_published_beside_its_days(run: Counts, folder: Path) -> None:
    """Two devices of three pings in A: one came twice, the other also on the Friday before."""
    write(folder, PINGS)
    assert run(**WEEK, look_back=7).refusal is None
    found = rows(folder, "2023-W08")
    names = (
        "pings",
        "devices",
        "visits",
        "visits_by_day",
        "devices_by_days",
        "returning_devices",
        "new_devices",
    )
    assert [found["A"][name] for name in names] == [4, 2, 3, [1, 0, 1, 0, 0, 0, 1], [1, 1, 0, 0], 1, 1]
    assert [found["B"][name] for name in names] == [0, 0, 0, [0] * 7, [0] * 4, 0, 0]
    assert len(list((folder / "out/footfall").glob("day=*"))) == 7


def test_the_manifest_names_each_week_with_its_sums_and_digest(run: Counts, folder: Path) -> None:
    """The digest is that of the rows as they are read from the file; rows of days before are of other days."""
    write(folder, PINGS)
    run(**WEEK, look_back=7)
    (week,) = manifest(folder)["periods"]
    file = folder / "out/footfall_week/week=2023-W08/footfall_week.parquet"
    assert week == {
        "period": "2023-W08",
        "first": "2023-02-20",
        "last": "2023-02-26",
        "rows": 2,
        "pings": 4,
        "visits": 3,
        "places_visited": 1,
        "suppressed_rows": 0,
        "digest": digest_of(pq.ParquetFile(file).read(), ROWS, ("place_id",), PERIOD_MEASURES),
    }
    assert [manifest(folder)["counts"][name] for name in ("scanned", "outside_days", "kept")] == [6, 2, 4]
    (note,) = manifest(folder)["warnings"]
    assert note == (
        "Of the 7 days before 2023-W08, 6 hold no ping of the input:"
        " devices that are counted as new there may have been there"
    )


def test_a_month_has_a_number_for_each_of_its_days(run: Counts, folder: Path) -> None:
    """February of 2023 has 28."""
    write(folder, PINGS)
    days = {"from": "2023-02-01", "to": "2023-02-28"}
    assert run(period="month", days=days, allow_empty=True).refusal is None
    found = rows(folder, "2023-02", "month")["A"]
    assert (found["devices"], found["visits"]) == (2, 4)
    assert [day for day, visits in enumerate(found["visits_by_day"], start=1) if visits] == [17, 20, 22, 26]
    assert len(found["visits_by_day"]) == 28


def test_of_all_days_partial_weeks_are_left_out_and_named(run: Counts, folder: Path) -> None:
    """Three days of a week, and one of the next."""
    write(folder, [row for row in PINGS if "02-17" not in row])
    assert run(period="week").refusal is None
    assert manifest(folder)["periods"] == []
    assert manifest(folder)["warnings"] == [
        "Of 2023-W08 3 of 7 days are counted: its rows are not published",
        "Of 2023-W09 1 of 7 days are counted: its rows are not published",
    ]
    assert not (folder / "out/footfall_week").exists()


def test_a_run_replaces_exactly_its_weeks(run: Counts, folder: Path) -> None:
    """The second run finds another ping in the first week, and leaves the second as it is."""
    write(folder, PINGS)
    two = {**WEEK, "days": {"from": "2023-02-20", "to": "2023-03-05"}}
    run(**two)
    before = rows(folder, "2023-W09")
    write(folder, [*PINGS, f"d4,2023-02-23 10:00:00,{IN_A}", f"d4,2023-02-28 10:00:00,{IN_A}"])
    assert run(**WEEK).refusal is None
    assert (rows(folder, "2023-W08")["A"]["devices"], rows(folder, "2023-W09")) == (3, before)


def test_a_week_that_breaks_a_law_is_not_published(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Devices that came on one day alone are lost, so that there are fewer than on the busiest day."""
    write(folder, PINGS)
    monkeypatch.setattr("footfall.aggregate.periods.BY_DAYS", 2)
    refusal = runner(embedded, folder)(**WEEK).refusal
    assert refusal is not None
    assert refusal.exit_code == 7
    assert "weeks: devices by days add up to devices" in refusal.what
    assert not list((folder / "out").glob("footfall*/*=*"))


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pings of forty devices over three weeks."""
    folder, random = filled(tmp_path_factory.mktemp("busy")), Random(5)  # noqa: S311
    lines = []
    for device in range(40):
        at = datetime(2023, 2, 6, tzinfo=UTC) + timedelta(minutes=random.randrange(60 * 24 * 7))
        for _ in range(60):
            lines.append(f"d{device},{at:%Y-%m-%d %H:%M:%S},{random.choice((IN_A, IN_B, '9,9'))}")
            at += timedelta(minutes=random.choice((2, 15, 40, 700)))
    write(folder, lines)
    return folder


EVERYTHING = {
    "period": "week",
    "look_back": 7,
    "days": {"from": "2023-02-20", "to": "2023-03-05"},
    "visits_of_at_least": ["10min"],
    "allow_empty": True,
    "privacy": {"k": 3},
}


@pytest.fixture(scope="module")
def digests(busy: Path) -> dict[str, str]:
    """Those of one worker."""
    return digests_of(runner(partial(embedded, 1), busy)(**EVERYTHING))


def digests_of(finished: Finished) -> dict[str, str]:
    """The digests of all days and weeks of a run."""
    assert finished.refusal is None, finished.refusal
    weeks = {each["period"]: each["digest"] for each in finished.report["periods"]}
    return {**finished.report["digests"], **weeks}


def test_engines_publish_the_same_weeks(engines: Engines, busy: Path, digests: dict[str, str]) -> None:
    """By digest, with suppressed rows and without."""
    output = str(busy / engines.__name__.strip("<>"))
    assert digests_of(runner(engines, busy)(**EVERYTHING, output=output)) == digests
    assert {"2023-W08", "2023-W09", "2023-02-22"} < set(digests)
    weeks = [rows(busy, name) for name in ("2023-W08", "2023-W09")]
    assert {row["suppressed"] for week in weeks for row in week.values()} == {False, True}


def test_four_workers_publish_the_same_weeks(busy: Path, digests: dict[str, str]) -> None:
    """Whatever is dealt out to whom."""
    assert digests_of(runner(partial(embedded, 4), busy, first=10)(**EVERYTHING)) == digests
