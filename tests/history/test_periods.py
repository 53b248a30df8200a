"""Whether a published week is what a run would count now."""

import json
import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from footfall.history.calendar import calendar
from footfall.history.files import run_files
from footfall.history.periods import PeriodVerdict, period_verdicts
from footfall.history.reading import all_runs
from footfall.history.staleness import CurrentState, verdict
from footfall.runs.facts import Input
from tests.history.manifests import NOON, SAME, manifest, put

WEEK = [date(2023, 2, 27) + timedelta(days=n) for n in range(7)]
SETTINGS = {"pings": {"path": "pings.csv"}, "places": {"path": "places.geojson"}}
INPUTS = tuple(Input(**each) for each in SAME["inputs"])  # type: ignore[attr-defined]
NOW = CurrentState(INPUTS, {**SETTINGS, "period": "week"}, "c0de")
NAME = "2023-W09"


def sums(name: str) -> dict[str, Any]:
    """The sums of a period in a manifest."""
    numbers = dict.fromkeys(("rows", "pings", "visits", "places_visited", "suppressed_rows"), 1)
    return {"period": name, "first": "2023-02-27", "last": "2023-03-05", **numbers, "digest": "ff"}


def publish(output: Path, run_id: str, *days: date, **changes: Any) -> None:
    """A run published these days, with the code `c0de`."""
    versions = {"footfall": "0.1.0", "code": "c0de"}
    put(output, manifest(run_id, *days, versions=versions, **changes))


def judged(output: Path, now: CurrentState = NOW, last: date = WEEK[-1]) -> list[PeriodVerdict]:
    """The verdicts on the weeks until a day."""
    runs = all_runs(run_files(str(output)), NOON)
    days = [(record, verdict(record, now)) for record in calendar(runs, WEEK[0], last)]
    return period_verdicts("week", runs, days, now)


def test_a_week_is_current_while_nothing_changed(tmp_path: Path) -> None:
    """A week of which a day is not asked for is not judged."""
    publish(tmp_path, "r1", *WEEK, periods=[sums(NAME)])
    assert judged(tmp_path) == [PeriodVerdict(NAME, "current", ())]
    assert judged(tmp_path, last=WEEK[5]) == []


def test_a_week_that_no_run_published_is_missing(tmp_path: Path) -> None:
    """Though its days are published."""
    publish(tmp_path, "r1", *WEEK)
    assert judged(tmp_path) == [PeriodVerdict(NAME, "missing", ())]


def test_a_day_that_was_published_since_with_other_rows_makes_its_week_stale(tmp_path: Path) -> None:
    """With the same rows it does not."""
    publish(tmp_path, "r1", *WEEK, periods=[sums(NAME)])
    publish(tmp_path, "r2", WEEK[1], finished="2023-03-10T09:02:00Z")
    assert judged(tmp_path) == [PeriodVerdict(NAME, "current", ())]
    publish(tmp_path, "r3", WEEK[1], finished="2023-03-10T09:03:00Z", digests={str(WEEK[1]): "00" * 16})
    assert judged(tmp_path) == [
        PeriodVerdict(NAME, "stale", ("published since with other rows: 2023-02-28",))
    ]


def test_a_week_is_stale_where_its_days_are(tmp_path: Path) -> None:
    """They are named, three of them."""
    publish(tmp_path, "r1", *WEEK, periods=[sums(NAME)])
    days = "2023-02-27, 2023-02-28, 2023-03-01 and 4 more"
    assert judged(tmp_path, replace(NOW, code="ffff")) == [
        PeriodVerdict(NAME, "stale", (f"to be counted: {days}",))
    ]


@pytest.mark.parametrize(
    ("then", "now", "path", "reasons"),
    [
        (None, 7, "/in/pings.csv", ("setting changed: look_back",)),
        (7, 7, "/in/day=2023-02-21/a.csv", ("input new: /in/day=2023-02-21/a.csv",)),
        (7, 7, "/in/day=2023-02-19/a.csv", ()),
        (None, None, "/in/day=2023-02-21/a.csv", ()),
    ],
)
def test_days_to_which_a_week_looks_back_make_it_stale(
    tmp_path: Path, then: int | None, now: int | None, path: str, reasons: tuple[str, ...]
) -> None:
    """A new file of one of the seven days before it, and none of a day before these."""
    settings = {**SETTINGS, "days": "all", "period": "week", "look_back": then}
    publish(tmp_path, "r1", *WEEK, periods=[sums(NAME)], settings=settings)
    inputs = INPUTS if path == INPUTS[1].path else (*INPUTS, replace(INPUTS[1], path=path))
    at_present = replace(NOW, inputs=inputs, settings={**NOW.settings, "look_back": now})
    (found,) = judged(tmp_path, at_present)
    assert found.reasons == reasons


def lost(output: Path, run_id: str, days: object, started: str) -> None:
    """A run that gave a sign of life long before NOON, and wrote no manifest."""
    folder = output / "runs" / run_id
    folder.mkdir(parents=True)
    said = {"run_id": run_id, "started": started, "days": days, "step": "publish", "command": "footfall run"}
    (folder / "alive.json").write_text(json.dumps({**said, "versions": {}, "output": str(output)}))
    long_ago = NOON.timestamp() - 7200
    os.utime(folder / "alive.json", (long_ago, long_ago))


ALL_WEEK = {"from": "2023-02-27", "to": "2023-03-05"}


@pytest.mark.parametrize(
    ("days", "started", "is_stale"),
    [
        (ALL_WEEK, "2023-03-10T09:30:00Z", True),
        ("2023-03-05", "2023-03-10T09:30:00Z", True),
        ("all", "2023-03-10T09:30:00Z", True),
        ("2023-03-06", "2023-03-10T09:30:00Z", False),
        (ALL_WEEK, "2023-03-10T08:30:00Z", False),
    ],
)
def test_a_week_is_stale_where_a_later_run_of_its_days_died(
    tmp_path: Path, days: object, started: str, is_stale: bool
) -> None:
    """It may have replaced days and not the week; one of other days, or before the week was published, has not."""
    publish(tmp_path, "r1", *WEEK, periods=[sums(NAME)])
    lost(tmp_path, "r2", days, started)
    reasons = ("r2 ended before it was complete, and may have replaced days alone",) if is_stale else ()
    assert judged(tmp_path) == [PeriodVerdict(NAME, "stale" if is_stale else "current", reasons)]
    publish(
        tmp_path,
        "r3",
        *WEEK,
        periods=[sums(NAME)],
        started="2023-03-10T10:00:00Z",
        finished="2023-03-10T10:01:00Z",
    )
    assert judged(tmp_path) == [PeriodVerdict(NAME, "current", ())]


@pytest.mark.parametrize(("step", "is_stale"), [("publish", True), ("read places", False)])
def test_a_week_is_stale_where_a_later_run_failed_while_it_published(
    tmp_path: Path, step: str, is_stale: bool
) -> None:
    """One that failed before that has replaced nothing."""
    publish(tmp_path, "r1", *WEEK, periods=[sums(NAME)])
    failed = {"state": "failed", "exit_code": 6, "refusal": "The catalog is away", "step": step}
    publish(tmp_path, "r2", *WEEK, **failed, started="2023-03-10T09:30:00Z", finished="2023-03-10T09:31:00Z")
    assert [found.state for found in judged(tmp_path)] == ["stale" if is_stale else "current"]
