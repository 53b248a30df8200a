"""A day of a run and the same weekday before it."""

import json
from pathlib import Path

from tests.run.conftest import Counts

PINGS = """device,at,lon,lat
d1,2023-02-15 10:00:00,0.5,0.5
d2,2023-02-15 10:00:00,0.5,0.5
d1,2023-02-22 10:00:00,0.5,0.5
d2,2023-02-22 10:00:00,0.5,0.5
d3,2023-02-22 10:00:00,2.5,0.5
d1,2023-03-01 10:00:00,0.5,0.5
"""
"""Three Wednesdays, of two, three and one visits."""


def test_the_week_before_is_that_of_the_run_or_one_that_is_published(run: Counts, folder: Path) -> None:
    """The first run finds none; the second reads the first one's day, and has the other Wednesday itself."""
    (folder / "pings.csv").write_text(PINGS)
    run(days="2023-02-15")
    run(days={"from": "2023-02-22", "to": "2023-03-01"}, allow_empty=True)
    reports = [json.loads((folder / f"out/runs/run-{n}/report.json").read_text()) for n in (1, 2)]
    assert reports[0]["weekday_before"] == [None]
    assert reports[1]["weekday_before"] == [2, None, None, None, None, None, None, 3]
    assert "+50.0% from 2<" in (folder / "out/runs/run-2/report.html").read_text("utf-8")


def test_the_first_days_of_the_calendar_have_no_week_before(run: Counts, folder: Path) -> None:
    """A date before the year 1 is none."""
    (folder / "pings.csv").write_text("device,at,lon,lat\nd1,0001-01-05 10:00:00,0.5,0.5\n")
    pings = {"path": str(folder / "pings.csv"), "earliest": "0001-01-02"}
    finished = run(pings=pings, days="0001-01-05")
    assert finished.refusal is None
