"""The audits by which the job proves its own numbers."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from footfall import check
from footfall.runs.outcome import Check, Funnel, PlacesTotals
from footfall.schema import FOOTFALL, Place
from tests.funnels import FUNNEL

DAY, NEXT = date(2023, 3, 2), date(2023, 3, 3)


def row(place: str = "P", day: date = DAY, **changed: object) -> dict[str, Any]:
    """A sound row: 5 pings of 2 devices, one visit with a dwell at 10 and two single pings at 11."""
    hours = [0] * 10 + [1, 2] + [0] * 12
    sound = {"pings": 5, "devices": 2, "visits": 3, "single_ping_visits": 2}
    dwell = dict.fromkeys(("dwell_seconds_p25", "dwell_seconds_p50", "dwell_seconds_p75"), 600.0)
    arrays = {"visits_by_hour": hours, "dwell_buckets": [0, 1, 0, 0, 0, 0, 0]}
    return {"place_id": place, "day": day, **sound, **dwell, **arrays, "suppressed": False, **changed}


def totals(*rows: dict[str, Any], places: str = "P") -> PlacesTotals:
    """The totals of rows of DAY and NEXT; a suppressed row that breaks every law is added, which nobody asks."""
    hidden = row("P", NEXT, pings=0, devices=9, visits=9, single_ping_visits=9, suppressed=True)
    table = pa.Table.from_pylist([*rows, hidden], FOOTFALL)

    def staged(day: date, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        return iter(
            table.filter(pa.array([d == day for d in table["day"].to_pylist()])).select(columns).to_batches()
        )

    return check.totals([DAY, NEXT], staged, tuple(Place(each, None, None, b"") for each in places))


def sums(rows: int = 1, places: int = 1, **broken: int) -> PlacesTotals:
    """PlacesTotals of so many rows, so many of them of distinct places; no law is broken but those named."""
    (day, _) = totals(row()).by_day
    laws = dict.fromkeys(totals().broken, 0)
    return replace(totals(), by_day=(replace(day, rows=rows, distinct=places),), broken={**laws, **broken})


def audited(
    funnel: Funnel, scanned: int, tallies: check.Tallies, found: PlacesTotals, rows: int
) -> list[Check]:
    """All audits of the job: those of every job, and its own."""
    own = [check.looked_up_twice(tallies), check.complete(found, rows)]
    return [*check.audits(funnel, scanned, found), *own]


def broken(checks: list[Check]) -> list[str]:
    """The names of the checks that failed; none of them is a gate."""
    assert not any(each.gate for each in checks)
    return [each.name for each in checks if not each.ok]


def test_sound_rows_pass_every_audit() -> None:
    """Two places, two days; a suppressed row is a row, but no law is asked of it."""
    found = totals(row("P", DAY), row("Q", DAY), row("Q", NEXT), places="PQ")
    checks = audited(FUNNEL, 210, {}, found, 4)
    assert broken(checks) == []
    assert [each.name for each in checks] == [
        "every row is accounted for",
        "no more devices than pings",
        "no more visits than pings",
        "hours add up to visits",
        "dwell buckets and single pings add up to visits",
        "sampled pings are where GEOS finds them",
        "each place has one row per day",
    ]


BAD_ROWS = {
    "more devices than pings": ({"devices": 6}, "no more devices than pings"),
    "more visits than pings": ({"pings": 2}, "no more visits than pings"),
    "a fourth visit in the hours": ({"visits_by_hour": [1] * 4 + [0] * 20}, "hours add up to visits"),
    "a fourth visit in the buckets": (
        {"dwell_buckets": [1, 1, 0, 0, 0, 0, 0]},
        "dwell buckets and single pings add up to visits",
    ),
    "devices unknown": ({"devices": None}, "no more devices than pings"),
    "hours unknown": ({"visits_by_hour": None}, "hours add up to visits"),
    "single pings unknown": (
        {"single_ping_visits": None},
        "dwell buckets and single pings add up to visits",
    ),
}


@pytest.mark.parametrize("bad", BAD_ROWS)
def test_each_law_is_broken_by_its_bad_row(bad: str) -> None:
    """Exactly the law that the row breaks tells, once; what is unknown does not hold either."""
    change, law = BAD_ROWS[bad]
    found = totals(row(), row(**change)).broken
    assert {name: n for name, n in found.items() if n} == {law: 1}


def test_laws_of_visits_of_some_length_are_asked_where_a_run_counts_them() -> None:
    """One visit of known dwell: two of five minutes are too many, and so is one of twenty beside none of five."""
    found = totals(row(visits_of_at_least=[1, 0]))
    checks = audited(FUNNEL, 210, {}, found, 2)
    assert "no more visits of a longer length than of a shorter one" in [each.name for each in checks]
    assert (broken(checks), found.at_least) == ([], (1, 0))
    for wrong, law in (
        ([2, 0], "no more visits of some length than visits of known dwell"),
        ([0, 1], "no more visits of a longer length than of a shorter one"),
    ):
        checks = audited(FUNNEL, 210, {}, totals(row(visits_of_at_least=wrong)), rows=2)
        assert broken(checks) == [law]


def test_broken_rows_of_all_days_are_added_up() -> None:
    """One law is broken twice on one day and once on another."""
    bad = [row("P", DAY, pings=2), row("Q", DAY, pings=2), row("Q", NEXT, pings=2)]
    found = totals(*bad, places="PQ")
    (law,) = (each for each in audited(FUNNEL, 210, {}, found, 4) if not each.ok)
    assert (law.name, law.found, law.accepted) == ("no more visits than pings", "3 rows break it", "0 rows")


def test_pings_that_another_way_finds_elsewhere_are_told() -> None:
    """One of 2,000 is too many; none is wrong where none was looked up."""
    looked = {("audited", DAY): 1500, ("audited", None): 500}
    (found,) = (
        each for each in audited(FUNNEL, 210, {**looked, ("audit_failed", None): 1}, sums(), 1) if not each.ok
    )
    assert (found.name, found.found) == ("sampled pings are where GEOS finds them", "1 of 2,000 pings differ")
    assert broken(audited(FUNNEL, 210, {**looked, ("audit_failed", None): 0}, sums(), 1)) == []
    assert broken(audited(FUNNEL, 210, {}, sums(), 1)) == []


@pytest.mark.parametrize(
    ("keys", "rows"),
    [((2, 1), 2), ((1, 1), 2), ((3, 2), 2), ((3, 3), 2)],
    ids=["twice, and another missing", "missing", "twice", "one that nobody asked for"],
)
def test_places_missing_or_twice_are_found(keys: tuple[int, int], rows: int) -> None:
    """Exactly places times days, each once."""
    assert broken(audited(FUNNEL, 210, {}, sums(*keys), rows)) == ["each place has one row per day"]


@pytest.mark.parametrize(
    ("funnel", "scanned"),
    [
        (FUNNEL, 211),
        (replace(FUNNEL, duplicate=79), 210),
        (replace(FUNNEL, outside_places=26), 210),
        (replace(FUNNEL, scanned=211), 211),
    ],
)
def test_a_row_lost_or_invented_is_found(funnel: Funnel, scanned: int) -> None:
    """The reader's count, the funnel's sum and its parts must all agree."""
    checks = audited(funnel, scanned, {}, sums(), 1)
    assert broken(checks) == ["every row is accounted for"]
    assert next(each.accepted for each in checks if not each.ok) == f"{scanned} rows given by the reader"


@pytest.mark.parametrize(
    ("written", "ok"),
    [
        ({"coordinate_zero": 20, "wrong_type:at": 5}, True),
        ({"coordinate_zero": 20, "wrong_type:at": 5, "wrong_type:lat": 0}, True),
        ({"coordinate_zero": 21, "wrong_type:at": 4}, False),
        ({"coordinate_zero": 25}, False),
        ({"coordinate_zero": 19, "wrong_type:at": 5}, False),
        ({"coordinate_zero": 19, "wrong_type:at": 6}, False),
        ({"coordinate_zero": 20, "wrong_type:at": 6}, False),
        ({"wrong_type:at": 25}, False),
        ({}, False),
    ],
)
def test_the_quarantine_is_complete_reason_by_reason(written: dict[str, int], ok: bool) -> None:
    """20 rows of one reason are wanted, and 5 of another; the same number of others will not do."""
    counted = {("coordinate_zero", None): 20, ("wrong_type:at", None): 5, ("duplicate", DAY): 9}
    found = check.quarantine(counted, written)
    assert (found.ok, found.found, found.accepted) == (ok, f"{sum(written.values())} rows written", "25")
