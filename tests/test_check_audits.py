"""The audits by which the job proves its own numbers."""

from dataclasses import replace
from datetime import date

import pytest
from pyspark.sql import Row, SparkSession

from footfall import check
from footfall.runs.outcome import Check, Funnel
from footfall.schema import FOOTFALL
from tests.funnels import FUNNEL

DAY, NEXT = date(2023, 3, 2), date(2023, 3, 3)


def row(place: str = "P", day: date = DAY, **changed: object) -> Row:
    """A sound row: 5 pings of 2 devices, one visit with a dwell at 10 and two single pings at 11."""
    hours = [0] * 10 + [1, 2] + [0] * 12
    sound = {"pings": 5, "devices": 2, "visits": 3, "single_ping_visits": 2}
    dwell = dict.fromkeys(("dwell_seconds_p25", "dwell_seconds_p50", "dwell_seconds_p75"), 600.0)
    arrays = {"visits_by_hour": hours, "dwell_buckets": [0, 1, 0, 0, 0, 0, 0]}
    return Row(**{"place_id": place, "day": day, **sound, **dwell, **arrays, "suppressed": False, **changed})


def sums(spark: SparkSession, counted: list[Row]) -> list[Row]:
    """Sums of rows of places; tallies are never audited, so one that breaks every law is added."""
    nonsense = row(pings=0, devices=9, visits=9, single_ping_visits=9)
    schema = "tally string, " + ", ".join(f"{f.name} {f.dataType.simpleString()}" for f in FOOTFALL)
    rows = [(None, *each, 2) for each in counted] + [("duplicate", *nonsense, 5)]
    return check.sums(spark.createDataFrame(rows, f"{schema}, n bigint"))


def total(tally: str | None = None, n: int = 0, **broken: int) -> Row:
    """A row of `sums` in which no law is broken but those named."""
    return Row(
        tally=tally,
        day=None,
        n=n,
        **{**dict.fromkeys(("broken_0", "broken_1", "broken_2", "broken_3"), 0), **broken},
    )


def broken(checks: list[Check]) -> list[str]:
    """The names of the checks that failed; none of them is a gate."""
    assert not any(each.gate for each in checks)
    return [each.name for each in checks if not each.ok]


def test_sound_rows_pass_every_audit(spark: SparkSession) -> None:
    """Two places, two days; what is counted first is added up by tally and day."""
    keys = [("P", DAY), ("P", NEXT), ("Q", DAY)]
    totals = sums(spark, [row(place, day) for place, day in keys])
    assert sorted((str(each.tally), each.day.day, each.n) for each in totals) == [
        ("None", 2, 4), ("None", 3, 2), ("duplicate", 2, 5),
    ]  # fmt: skip
    checks = check.audits(FUNNEL, 210, totals, keys=(4, 4), rows=4)
    assert broken(checks) == []
    assert [each.name for each in checks] == [
        "every row is accounted for",
        "sampled pings are where GEOS finds them",
        "no more devices than pings",
        "no more visits than pings",
        "hours add up to visits",
        "dwell buckets and single pings add up to visits",
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
def test_each_law_is_broken_by_its_bad_row(laws_broken: dict[str, str], bad: str) -> None:
    """Exactly the law that the row breaks tells; what is unknown does not hold either."""
    assert laws_broken[bad] == BAD_ROWS[bad][1]


@pytest.fixture(scope="module")
def laws_broken(spark: SparkSession) -> dict[str, str]:
    """For each bad row the law that tells, found by giving the row as often as no other: 1, 2, 4 ... times."""
    counted = [row()]
    for number, (change, _) in enumerate(BAD_ROWS.values()):
        counted += [row(**change)] * 2**number
    checks = check.audits(FUNNEL, 210, sums(spark, counted), keys=(1, 1), rows=1)
    told = {each.name: int(each.found.split()[0]) for each in checks if not each.ok}
    return {
        bad: ", ".join(law for law, times in told.items() if times & 2**number)
        for number, bad in enumerate(BAD_ROWS)
    }


def test_broken_rows_of_all_days_are_added_up() -> None:
    """One law is broken twice on one day and once on another."""
    (law,) = (
        each
        for each in check.audits(FUNNEL, 210, [total(broken_1=2), total(broken_1=1)], (1, 1), 1)
        if not each.ok
    )
    assert (law.name, law.found, law.accepted) == ("no more visits than pings", "3 rows break it", "0 rows")


def test_pings_that_another_way_finds_elsewhere_are_told() -> None:
    """One of 2,000 is too many; none is wrong where none was looked up."""
    looked = [total("audited", 1500), total("audited", 500)]
    (found,) = (
        each
        for each in check.audits(FUNNEL, 210, [*looked, total("audit_failed", 1)], (1, 1), 1)
        if not each.ok
    )
    assert (found.name, found.found) == ("sampled pings are where GEOS finds them", "1 of 2,000 pings differ")
    assert broken(check.audits(FUNNEL, 210, [*looked, total("audit_failed", 0)], (1, 1), 1)) == []
    assert broken(check.audits(FUNNEL, 210, [], (1, 1), 1)) == []


@pytest.mark.parametrize(
    ("keys", "rows"),
    [((2, 1), 2), ((1, 1), 2), ((3, 2), 2), ((3, 3), 2)],
    ids=["twice, and another missing", "missing", "twice", "one that nobody asked for"],
)
def test_places_missing_or_twice_are_found(keys: tuple[int, int], rows: int) -> None:
    """Exactly places times days, each once."""
    assert broken(check.audits(FUNNEL, 210, [], keys, rows)) == ["each place has one row per day"]


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
    checks = check.audits(funnel, scanned, [], (1, 1), 1)
    assert broken(checks) == ["every row is accounted for"]
    assert next(each.accepted for each in checks if not each.ok) == f"{scanned} rows given by the reader"


@pytest.mark.parametrize(
    ("written", "ok"),
    [
        ({"coordinate_zero": 20, "wrong_type:at": 5}, True),
        ({"coordinate_zero": 21, "wrong_type:at": 4}, True),
        ({"coordinate_zero": 25}, True),
        ({"coordinate_zero": 19, "wrong_type:at": 5}, False),
        ({"coordinate_zero": 19, "wrong_type:at": 6}, False),
        ({"coordinate_zero": 20, "wrong_type:at": 6}, False),
        ({"wrong_type:at": 25}, False),
        ({}, False),
    ],
)
def test_the_quarantine_is_complete_reason_by_reason(written: dict[str, int], ok: bool) -> None:
    """20 rows of one reason are wanted, and 5 of any; the same number of others will not do."""
    found = check.quarantine(
        [total("coordinate_zero", 20), total("unsound", 5), total("duplicate", 9)], written
    )
    assert (found.ok, found.found, found.accepted) == (ok, f"{sum(written.values())} rows written", "25")
