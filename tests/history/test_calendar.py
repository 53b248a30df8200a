"""Days and what became of them."""

from datetime import date
from pathlib import Path
from typing import Any

from footfall.history.calendar import DayRecord, calendar, spans
from footfall.history.files import run_files
from footfall.history.reading import all_runs
from tests.history.manifests import NOON, day, manifest, put
from tests.history.test_reading import alive


def days(output: Path, first: date | None = None, last: date | None = None) -> dict[int, DayRecord]:
    """The calendar of a folder, by the day of the month."""
    return {each.day.day: each for each in calendar(all_runs(run_files(str(output)), NOON), first, last)}


def at(hour: int, **changes: Any) -> dict[str, Any]:
    """What a manifest says of a run that began and ended at this hour."""
    return {
        "started": f"2023-03-10T{hour:02}:00:00Z",
        "finished": f"2023-03-10T{hour:02}:01:00Z",
    } | changes


def test_without_runs_there_is_no_day(tmp_path: Path) -> None:
    """Unless days are asked for: then they are missing."""
    assert days(tmp_path) == {}
    asked = days(tmp_path, day(1), day(2))
    assert [each.state for each in asked.values()] == ["missing", "missing"]


def test_a_gap_between_days_is_missing(tmp_path: Path) -> None:
    """Nobody tried the second."""
    put(tmp_path, manifest("a", day(1)))
    put(tmp_path, manifest("b", day(3)))
    assert {number: each.state for number, each in days(tmp_path).items()} == {
        1: "published",
        2: "missing",
        3: "published",
    }


def test_a_day_that_was_refused_far_off_makes_no_days_between_missing(tmp_path: Path) -> None:
    """A mistyped year is one day of its own; days without pings a week later, and those before them, are expected."""
    put(tmp_path, manifest("a", day(1)))
    put(tmp_path, manifest("b", date(1923, 3, 1), state="failed", exit_code=3))
    put(tmp_path, manifest("c", day(8), state="refused", exit_code=4))
    found = calendar(all_runs(run_files(str(tmp_path)), NOON))
    assert [(each.day, each.state) for each in found] == [
        (date(1923, 3, 1), "failed"),
        (day(1), "published"),
        *((day(n), "missing") for n in range(2, 8)),
        (day(8), "refused"),
    ]


def test_days_that_are_expected_belong_to_the_calendar(tmp_path: Path) -> None:
    """Those that files name, however far off; and all between them and the published ones."""
    put(tmp_path, manifest("a", day(1)))
    found = calendar(all_runs(run_files(str(tmp_path)), NOON), named=[date(2023, 5, 1)])
    assert (found[0].day, found[-1].day, len(found)) == (day(1), date(2023, 5, 1), 62)


def test_a_day_stays_published_when_a_later_run_fails(tmp_path: Path) -> None:
    """Readers find the old counts; that the last run failed is told beside it."""
    put(tmp_path, manifest("a", day(1), **at(1)))
    put(tmp_path, manifest("b", day(1), **at(2, state="failed", exit_code=6, refusal="Spark failed")))
    first = days(tmp_path)[1]
    assert (first.state, first.is_troubled, first.attempts) == ("published", True, 2)
    assert first.publisher is not None
    assert first.publisher.run_id == "a"


def test_the_publisher_is_the_run_that_ended_last(tmp_path: Path) -> None:
    """Whichever began first."""
    put(tmp_path, manifest("slow", day(1), **at(1) | {"finished": "2023-03-10T09:00:00Z"}))
    put(tmp_path, manifest("quick", day(1), **at(2)))
    publisher = days(tmp_path)[1].publisher
    assert publisher is not None
    assert publisher.run_id == "slow"


def test_a_running_day_is_running_also_where_it_is_published(tmp_path: Path) -> None:
    """A run of two days, of which the first is published."""
    put(tmp_path, manifest("a", day(1), **at(1)))
    alive(tmp_path, "b", age=1)
    told = days(tmp_path)
    assert [each.state for each in told.values()] == ["running", "running"]
    assert (told[1].is_published, told[2].is_published) == (True, False)


def test_refused_failed_and_lost_days_are_told_apart(tmp_path: Path) -> None:
    """None of them is published."""
    put(tmp_path, manifest("a", day(3), state="refused", exit_code=4))
    put(tmp_path, manifest("b", day(4), state="failed", exit_code=3))
    alive(tmp_path, "c", age=60)
    assert {number: each.state for number, each in days(tmp_path).items()} == {
        1: "lost",
        2: "lost",
        3: "refused",
        4: "failed",
    }


def test_days_that_follow_each_other_are_one_span() -> None:
    """For sentences such as: missing are 3 to 5 March, and the 9th."""
    assert list(spans([day(9), day(3), day(4), day(5)])) == [(day(3), day(5)), (day(9), day(9))]
    assert list(spans([])) == []
