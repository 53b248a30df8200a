"""What the report says: sums, rankings, changes and words, from rows that fit on a screen."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

import pyarrow as pa
import pytest

from footfall import check
from footfall.report import content
from footfall.runs.evidence import Seen
from footfall.runs.facts import DayBefore, instant, plain_json
from footfall.runs.outcome import Check, Funnel, Totals
from footfall.runs.progress import StepTime
from footfall.schema import FOOTFALL, REASONS, Place

FIRST, SECOND, THIRD = (date(2023, 3, d) for d in (1, 2, 3))

# Place, day, and None for suppressed or: pings, devices, visits, of them with single pings, median dwell, first hour.
TABLE: list[tuple[str, date, tuple[Any, ...] | None]] = [
    ("busy", FIRST, (9, 5, 6, 2, 100.0, 8)),
    ("busy", SECOND, (5, 4, 4, 1, 300.0, 9)),
    ("even", FIRST, (4, 2, 2, 0, 60.0, 8)),
    ("even", SECOND, None),
    ("more pings", FIRST, (6, 1, 2, 0, None, 23)),
    ("more pings", SECOND, (0, 0, 0, 0, None, None)),
    ("hidden", FIRST, None),
    ("hidden", SECOND, None),
    ("hidden once", FIRST, None),
    ("hidden once", SECOND, (0, 0, 0, 0, None, None)),
    ("empty", FIRST, (0, 0, 0, 0, None, None)),
    ("empty", SECOND, (0, 0, 0, 0, None, None)),
]
PLACES = tuple(Place(name, name.title(), "shop", b"") for name in sorted({name for name, *_ in TABLE}))


def row(place: str, day: date, numbers: tuple[Any, ...] | None) -> tuple[Any, ...]:
    """A row of FOOTFALL: visits start in one hour, and dwells fall into one bucket."""
    if numbers is None:
        return (place, day, *[None] * 9, True)
    pings, devices, visits, single, dwell, hour = numbers
    hours = [visits if hour == h else 0 for h in range(24)]
    return (
        place,
        day,
        pings,
        devices,
        visits,
        single,
        *[dwell] * 3,
        hours,
        [0, visits - single, 0, 0, 0, 0, 0],
        False,
    )


def sums(rows: list[tuple[Any, ...]], days: Sequence[date] = (FIRST, SECOND)) -> Totals:
    """The sums of these rows."""
    table = pa.Table.from_pylist([dict(zip(FOOTFALL.names, each, strict=True)) for each in rows], FOOTFALL)

    def staged(day: date, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        of_day = pa.array([each == day for each in table["day"].to_pylist()])
        return iter(table.filter(of_day).select(columns).to_batches(max_chunksize=2))

    return check.totals(days, staged, PLACES)


def seen(totals: Totals, before: dict[date, tuple[int, int] | None] | None = None) -> Seen:
    """What people see of these sums, beside days that were published before."""
    return Seen(totals, before or {}, {})


@pytest.fixture(scope="module")
def totals() -> Totals:
    """The sums of the table."""
    return sums([row(*each) for each in TABLE])


def test_places_are_listed_by_visits_then_pings_and_hidden_ones_last(totals: Totals) -> None:
    """Sums over the days, devices of each day added up; the typical dwell is the median of the days' medians."""
    assert [
        (p["place_id"], p["pings"], p["devices"], p["visits"], p["dwell_p50"], p["suppressed"])
        for p in content.listed(totals, PLACES)
    ] == [
        ("busy", 14, 9, 10, 200.0, False),
        ("more pings", 6, 1, 2, None, False),
        ("even", 4, 2, 2, 60.0, False),
        ("empty", 0, 0, 0, None, False),
        ("hidden", None, None, None, None, True),
        ("hidden once", None, None, None, None, True),  # zero would deny its visitors
    ]


def test_places_have_their_visits_of_each_day(totals: Totals) -> None:
    """In the order of the days, null where the row is suppressed."""
    by_place = {place["place_id"]: place["visits_by_day"] for place in content.listed(totals, PLACES)}
    assert all(len(visits) == len(totals.by_day) for visits in by_place.values())
    assert sum(by_place["busy"]) == 10
    assert None in by_place["hidden once"]


def test_places_keep_their_names_and_categories(totals: Totals) -> None:
    """As they stand in the input."""
    first = content.listed(totals, PLACES)[0]
    assert (first["place_id"], first["name"], first["category"]) == ("busy", "Busy", "shop")


def test_only_the_first_places_are_listed_and_all_are_summed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sums by day and the number of visited places know all of them."""
    monkeypatch.setattr(import_module("footfall.check.totals"), "LISTED_PLACES", 2)
    totals = sums([row(*each) for each in TABLE])
    assert [each.place_id for each in totals.by_place] == ["busy", "more pings"]
    assert seen(totals).headline(places=6).visits == 14
    assert totals.visited_places == 5


def test_the_headline_counts_what_is_shown_and_says_how_much_is_not(totals: Totals) -> None:
    """Places with suppressed rows were visited; their numbers are in no sum."""
    assert asdict(seen(totals).headline(places=6)) == {
        "places": 6,
        "places_visited": 5,
        "pings": 24,
        "visits": 14,
        "days": 2,
        "suppressed_rows": 4,
    }


def test_hours_and_dwell_buckets_are_summed_over_places_and_days(totals: Totals) -> None:
    """Suppressed rows have none."""
    assert totals.hours == (*[0] * 8, 8, 4, *[0] * 13, 2)
    assert totals.dwell_buckets == (0, 11, 0, 0, 0, 0, 0)


def test_rows_are_counted_and_so_are_those_of_distinct_places_and_days(totals: Totals) -> None:
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


def keys(totals: Totals) -> tuple[int, int]:
    """How many rows there are, and how many of them are of distinct places and days."""
    return sum(day.rows for day in totals.by_day), sum(day.places for day in totals.by_day)


def test_each_day_has_the_digest_of_its_rows(totals: Totals) -> None:
    """In whatever order they come."""
    rows = [row(*each) for each in TABLE if each[1] == FIRST]
    (backwards,) = sums(rows[::-1], [FIRST]).by_day
    assert totals.by_day[0].digest == backwards.digest
    assert totals.by_day[1].digest != backwards.digest


def test_each_day_is_compared_with_the_day_before(totals: Totals) -> None:
    """The first day with what was published, the second with the first of this run, not with its old rows."""
    before = {date(2023, 2, 28): (40, 20), FIRST: (999, 999)}
    first, second = map(plain_json, seen(totals, before).per_day())
    assert first == {
        "day": "2023-03-01",
        "pings": 19,
        "visits": 10,
        "places_visited": 5,
        "before": {"day": "2023-02-28", "pings": 40, "visits": 20},
        "suppressed_rows": 2,
        "visits_change": -0.5,
    }
    assert second["before"] == {"day": "2023-03-01", "pings": 19, "visits": 10}
    assert (second["pings"], second["visits"], second["places_visited"]) == (5, 4, 3)
    assert second["visits_change"] == pytest.approx(-0.6)


@pytest.mark.parametrize("before", [{}, {date(2023, 2, 28): None}])
def test_a_day_without_a_day_before_has_no_change(totals: Totals, before: dict[date, Any]) -> None:
    """Never published is not zero."""
    first = seen(totals, before).per_day()[0]
    assert (first.before, first.visits_change) == (None, None)


def test_no_change_is_told_against_a_day_without_visits(totals: Totals) -> None:
    """Nothing can be divided by it; the day itself is still shown."""
    first = seen(totals, {date(2023, 2, 28): (3, 0)}).per_day()[0]
    assert first.before == DayBefore(date(2023, 2, 28), pings=3, visits=0)
    assert first.visits_change is None


def test_a_day_whose_rows_are_all_suppressed_adds_nothing() -> None:
    """And days with a gap between them are not compared."""
    totals = sums([row("busy", FIRST, None), row("busy", THIRD, (4, 2, 2, 0, 60.0, 8))], [FIRST, THIRD])
    first, third = seen(totals).per_day()
    assert (first.pings, first.visits, first.places_visited) == (0, 0, 1)
    assert third.before is None


def test_the_funnel_is_told_stage_by_stage() -> None:
    """Each stage with its key, its words and its rows."""
    quarantined = {**dict.fromkeys(REASONS, 0), "coordinate_zero": 3, "wrong_type:at": 4}
    funnel = Funnel(
        scanned=1000,
        outside_days=100,
        quarantined=quarantined,
        duplicate=13,
        outside_places=380,
        inside_places=500,
        boundary=2,
    )
    stages = content.stages(funnel)
    assert {stage["key"]: stage["rows"] for stage in stages} == {
        "scanned": 1000,
        "outside_days": 100,
        "read": 900,
        "quarantined": 7,
        "duplicate": 13,
        "kept": 880,
        "outside_places": 380,
        "inside_places": 500,
        "boundary": 2,
    }
    assert [stage["key"] for stage in stages][:5] == [
        "scanned",
        "outside_days",
        "read",
        "quarantined",
        "duplicate",
    ]
    assert stages[3]["label"] == "could not be used"


def test_checks_and_steps_are_told_as_they_were_found() -> None:
    """All of them, also the good ones."""
    check = Check("rows read", True, "7", "at least 0", gate=True)
    assert content.checks([check]) == [
        {"name": "rows read", "ok": True, "found": "7", "accepted": "at least 0"}
    ]
    assert plain_json([StepTime("write", 1.5, {"rows": 7})]) == [
        {"name": "write", "seconds": 1.5, "facts": {"rows": 7}}
    ]


def test_instants_are_told_in_utc_to_the_second() -> None:
    """As the manifest promises."""
    assert instant(datetime(2023, 3, 1, 9, 5, 7, 999999, tzinfo=UTC)) == "2023-03-01T09:05:07Z"


def test_a_table_without_rows_of_a_measure_sums_to_zero() -> None:
    """A run of which everything is suppressed has a headline all the same."""
    totals = sums([row("busy", FIRST, None)], [FIRST])
    assert seen(totals).headline(places=1).pings == 0
    assert seen(totals).per_day()[0].visits == 0
    assert [(place.pings, place.visits_by_day) for place in totals.by_place if place.place_id == "busy"] == [
        (None, (None,))
    ]
