"""What is summed up of the rows that are read back."""

from dataclasses import replace
from datetime import date
from importlib import import_module
from typing import Any

import pyarrow as pa
import pytest

from footfall import check
from footfall.report.places import headline
from footfall.runs.facts import DayBefore, TopLevel, plain_json
from footfall.runs.outcome import PlacesTotals
from footfall.schema import FOOTFALL, Place
from tests.check.tables import FIRST, PLACES, SECOND, TABLE, THIRD, row, seen, sums


@pytest.fixture(scope="module")
def totals() -> PlacesTotals:
    """The sums of the table."""
    return sums([row(*each) for each in TABLE])


def test_only_the_first_places_are_listed_and_all_are_summed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sums by day and the number of visited places know all of them."""
    monkeypatch.setattr(import_module("footfall.check.totals"), "LISTED_PLACES", 2)
    totals = sums([row(*each) for each in TABLE])
    assert [each.place_id for each in totals.by_place] == ["busy", "more pings"]
    assert headline(totals, places=6)["visits"] == 14
    assert totals.visited_places == 5


def test_a_busy_place_with_a_suppressed_day_is_among_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """It had at least the visits of its other days; one of which nothing is known comes last."""
    monkeypatch.setattr(import_module("footfall.check.totals"), "LISTED_PLACES", 1)
    rows = [row("quiet", day, (1, 1, 1, 1, None, 8)) for day in (FIRST, SECOND)]
    rows += [row("busy", FIRST, (90, 50, 60, 2, 100.0, 8)), row("busy", SECOND, None)]
    (first,) = sums(rows, places=tuple(Place(name, name, "", b"") for name in ("busy", "quiet"))).by_place
    assert (first.place_id, first.visits, first.visits_by_day) == ("busy", 60, (60, None))


def test_the_headline_counts_what_is_shown_and_says_how_much_is_not(totals: PlacesTotals) -> None:
    """Places with suppressed rows were visited; their numbers are in no sum."""
    assert headline(totals, places=6) == {
        "places": 6,
        "places_visited": 5,
        "pings": 24,
        "visits": 14,
        "days": 2,
        "suppressed_rows": 4,
    }


def test_top_level_sums_leave_out_places_that_are_part_of_others() -> None:
    """Of 24 pings those of `even` and of the hidden places are not there, nor are the latter's suppressed rows."""
    parts = {"even": "busy", "hidden": "even", "hidden once": "no longer listed"}
    nested = tuple(replace(place, parent_id=parts.get(place.place_id)) for place in PLACES)
    assert sums([row(*each) for each in TABLE], places=nested).top_level == TopLevel(3, 3, 20, 12, 0)
    partly = tuple(
        replace(place, parent_id="busy" if place.place_id == "empty" else None) for place in PLACES
    )
    assert sums([row(*each) for each in TABLE], places=partly).top_level == TopLevel(5, 1, 24, 14, 4)
    assert sums([row(*each) for each in TABLE]).top_level is None


def test_hours_and_dwell_buckets_are_summed_over_places_and_days(totals: PlacesTotals) -> None:
    """Suppressed rows have none."""
    assert totals.hours == (*[0] * 8, 8, 4, *[0] * 13, 2)
    assert totals.dwell_buckets == (0, 11, 0, 0, 0, 0, 0)


def test_rows_are_counted_and_so_are_those_of_distinct_places_and_days(totals: PlacesTotals) -> None:
    """Suppressed rows as well; a row that is there twice is seen, also where another is missing."""
    assert keys(totals) == (12, 12)
    rows = [
        row("busy", FIRST, None),
        row("busy", FIRST, (4, 2, 2, 0, 60.0, 8)),
        row("busy", SECOND, None),
        row("even", SECOND, None),
    ]
    assert keys(sums(rows)) == (4, 3)


def test_rows_of_other_places_or_days_stand_for_none_of_the_run() -> None:
    """They are rows, but the place that should be there is missing."""
    known = row("busy", FIRST, (4, 2, 2, 0, 60.0, 8))
    assert keys(sums([known, row("nobody's", FIRST, None)], [FIRST])) == (2, 1)
    late = pa.Table.from_pylist([dict(zip(FOOTFALL.names, known, strict=True))], FOOTFALL)
    strayed = check.totals([SECOND], lambda day, columns: iter(late.select(columns).to_batches()), PLACES)
    assert keys(strayed) == (1, 0)


def keys(totals: PlacesTotals) -> tuple[int, int]:
    """How many rows there are, and how many of them are of distinct places and days."""
    return sum(day.rows for day in totals.by_day), sum(day.distinct for day in totals.by_day)


def test_each_day_has_the_digest_of_its_rows(totals: PlacesTotals) -> None:
    """In whatever order they come."""
    rows = [row(*each) for each in TABLE if each[1] == FIRST]
    (backwards,) = sums(rows[::-1], [FIRST]).by_day
    assert totals.by_day[0].digest == backwards.digest
    assert totals.by_day[1].digest != backwards.digest


def test_each_day_is_compared_with_the_day_before(totals: PlacesTotals) -> None:
    """The first day with what was published, the second with the first of this run, not with its old rows."""
    before = {date(2023, 2, 28): {"pings": 40, "visits": 20}, FIRST: {"pings": 999, "visits": 999}}
    first, second = map(plain_json, seen(totals, before).per_day())
    assert first == {
        "day": "2023-03-01",
        "pings": 19,
        "visits": 10,
        "places_visited": 5,
        "before": {"day": "2023-02-28", "pings": 40, "visits": 20},
        "suppressed_rows": 2,
        "rows": 6,
        "visits_change": -0.5,
    }
    assert second["before"] == {"day": "2023-03-01", "pings": 19, "visits": 10}
    assert (second["pings"], second["visits"], second["places_visited"]) == (5, 4, 3)
    assert second["visits_change"] == pytest.approx(-0.6)


@pytest.mark.parametrize("before", [{}, {date(2023, 2, 28): None}])
def test_a_day_without_a_day_before_has_no_change(totals: PlacesTotals, before: dict[date, Any]) -> None:
    """Never published is not zero."""
    first = seen(totals, before).per_day()[0]
    assert (first.before, first.change) == (None, None)


def test_no_change_is_told_against_a_day_without_visits(totals: PlacesTotals) -> None:
    """Nothing can be divided by it; the day itself is still shown."""
    first = seen(totals, {date(2023, 2, 28): {"pings": 3, "visits": 0}}).per_day()[0]
    assert first.before == DayBefore(date(2023, 2, 28), {"pings": 3, "visits": 0})
    assert first.change is None


def test_a_day_whose_rows_are_all_suppressed_adds_nothing() -> None:
    """And days with a gap between them are not compared."""
    totals = sums([row("busy", FIRST, None), row("busy", THIRD, (4, 2, 2, 0, 60.0, 8))], [FIRST, THIRD])
    first, third = seen(totals).per_day()
    assert first.sums == {"pings": 0, "visits": 0, "places_visited": 1}
    assert third.before is None


def test_a_table_without_rows_of_a_measure_sums_to_zero() -> None:
    """A run of which everything is suppressed has a headline all the same."""
    totals = sums([row("busy", FIRST, None)], [FIRST])
    assert headline(totals, places=1)["pings"] == 0
    assert seen(totals).per_day()[0].count == 0
    assert [(place.pings, place.visits_by_day) for place in totals.by_place if place.place_id == "busy"] == [
        (None, (None,))
    ]
