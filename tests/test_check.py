"""The funnel, the quality gate, and the audits by which the job proves its own numbers."""

from dataclasses import replace
from datetime import date

import pytest
from pyspark.sql import DataFrame, Row, SparkSession

from footfall import check
from footfall.outcome import Check, Funnel
from footfall.schema import FOOTFALL, QUARANTINE, REASONS
from footfall.settings import Quality

BEFORE, DAY, NEXT, AFTER = (date(2023, 3, d) for d in (1, 2, 3, 4))

# What `aggregate.count` sums up to, one line of `tally day n` each; the run is for DAY and NEXT.
TOTALS = [
    (None, DAY, 100),
    (None, NEXT, 20),
    (None, BEFORE, 3),
    (None, AFTER, 4),
    ("outside_places", DAY, 50),
    ("outside_places", AFTER, 5),
    ("duplicate", NEXT, 6),
    ("duplicate", BEFORE, 7),
    ("boundary", DAY, 8),
    ("boundary", AFTER, 9),
    ("outside_days", None, 1000),
    ("coordinate_zero", None, 11),
    ("missing_field:at", None, 12),
]
ROWS = [Row(tally=tally, day=day, n=n) for tally, day, n in TOTALS]


def test_the_funnel_says_where_each_row_went() -> None:
    """Pings of neighbouring days were only read for visits over midnight: they are of other days."""
    funnel = check.funnel(ROWS, [DAY, NEXT])
    assert (funnel.inside_places, funnel.outside_places, funnel.kept) == (120, 50, 170)
    assert (funnel.duplicate, funnel.boundary) == (6, 8)
    assert funnel.outside_days == 1000 + 3 + 4 + 5 + 7
    assert {reason: n for reason, n in funnel.quarantined.items() if n} == {
        "missing_field:at": 12,
        "coordinate_zero": 11,
    }
    assert funnel.read == 23 + 6 + 170
    assert funnel.scanned == 1019 + 199


def test_the_funnel_lists_every_reason_in_its_order_also_with_zero_rows() -> None:
    """A report that leaves a reason out would hide that it was looked for."""
    funnel = check.funnel([], [DAY])
    assert list(funnel.quarantined) == list(REASONS)
    assert set(funnel.quarantined.values()) == {0}
    assert (funnel.scanned, funnel.read, funnel.kept) == (0, 0, 0)


def test_days_hold_a_kept_ping_or_they_are_no_days_of_the_input() -> None:
    """Rows without a day, quarantined or of other days, make no day."""
    assert check.days_counted(ROWS) == [BEFORE, DAY, NEXT, AFTER]
    assert check.days_counted([Row(tally="outside_days", day=None, n=5)]) == []


FUNNEL = Funnel(
    scanned=210,
    outside_days=10,
    quarantined={"coordinate_zero": 20},
    duplicate=80,
    outside_places=25,
    inside_places=75,
    boundary=0,
)  # 200 read: 20 quarantined are 10 %; 100 kept: 25 outside are 25 %


@pytest.mark.parametrize(
    ("quality", "failed"),
    [
        (Quality(), []),
        (Quality(max_quarantined_share=0.1, max_outside_share=0.25, min_rows=200), []),
        (Quality(max_quarantined_share=0.0999), ["share quarantined"]),
        (Quality(max_outside_share=0.2499), ["share in no place"]),
        (Quality(min_rows=201), ["rows read"]),
        (
            Quality(max_quarantined_share=0, max_outside_share=0, min_rows=999),
            ["share quarantined", "share in no place", "rows read"],
        ),
    ],
)
def test_gates_close_beyond_their_limits(quality: Quality, failed: list[str]) -> None:
    """At the limit the input is still good."""
    gates = check.gates(FUNNEL, quality)
    assert [gate.name for gate in gates if not gate.ok] == failed
    assert [gate.name for gate in gates] == ["share quarantined", "share in no place", "rows read"]
    assert all(gate.gate for gate in gates)


def test_gates_tell_shares_with_their_numbers() -> None:
    """A person can recompute what is said."""
    share, outside, rows = check.gates(FUNNEL, Quality(max_outside_share=0.2, min_rows=1000))
    assert (share.found, share.accepted) == ("10.00% (20 of 200)", "at most 100.00%")
    assert (outside.found, outside.accepted) == ("25.00% (25 of 100)", "at most 20.00%")
    assert (rows.found, rows.accepted) == ("200", "at least 1,000")


def test_an_input_without_rows_has_no_share_to_complain_of() -> None:
    """Nothing of nothing is zero; only the minimum of rows can refuse it."""
    nothing = Funnel(0, 0, {}, 0, 0, 0, 0)
    strict = Quality(max_quarantined_share=0, max_outside_share=0, min_rows=1)
    assert [gate.name for gate in check.gates(nothing, strict) if not gate.ok] == ["rows read"]


def row(place: str = "P", day: date = DAY, **changed: object) -> Row:
    """A sound row: 5 pings of 2 devices, one visit with a dwell at 10 and two single pings at 11."""
    hours = [0] * 10 + [1, 2] + [0] * 12
    sound = {"pings": 5, "devices": 2, "visits": 3, "single_ping_visits": 2}
    dwell = dict.fromkeys(("dwell_seconds_p25", "dwell_seconds_p50", "dwell_seconds_p75"), 600.0)
    arrays = {"visits_by_hour": hours, "dwell_buckets": [0, 1, 0, 0, 0, 0, 0]}
    return Row(**{"place_id": place, "day": day, **sound, **dwell, **arrays, "suppressed": False, **changed})


def audits(spark: SparkSession, counted: list[Row], staged: list[Row], rows: int) -> list[Check]:
    """All audits of rows of places; tallies are never audited, so one that breaks every law is added."""
    nonsense = row(pings=0, devices=9, visits=9, single_ping_visits=9)
    schema = "tally string, " + ", ".join(f"{f.name} {f.dataType.simpleString()}" for f in FOOTFALL)
    table = spark.createDataFrame([(None, *r) for r in counted] + [("duplicate", *nonsense)], schema)
    return check.audits(FUNNEL, 210, table, spark.createDataFrame(staged, FOOTFALL), rows)


def broken(checks: list[Check]) -> list[str]:
    """The names of the checks that failed; none of them is a gate."""
    assert not any(each.gate for each in checks)
    return [each.name for each in checks if not each.ok]


def test_sound_rows_pass_every_audit(spark: SparkSession) -> None:
    """Two places, two days; suppressed rows are complete as well."""
    keys = [("P", DAY), ("P", NEXT), ("Q", DAY), ("Q", NEXT)]
    rows = [row(place, day) for place, day in keys]
    checks = audits(spark, rows, rows, rows=4)
    assert broken(checks) == []
    assert [each.name for each in checks] == [
        "every row is accounted for",
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
    told = {
        each.name: int(each.found.split()[0]) for each in audits(spark, counted, [row()], 1) if not each.ok
    }
    return {
        bad: ", ".join(law for law, times in told.items() if times & 2**number)
        for number, bad in enumerate(BAD_ROWS)
    }


@pytest.mark.parametrize(
    ("staged", "rows"),
    [
        ([row("P"), row("P")], 2),
        ([row("P")], 2),
        ([row("P"), row("Q"), row("P")], 2),
    ],
    ids=["twice, and another missing", "missing", "twice"],
)
def test_places_missing_or_twice_are_found(spark: SparkSession, staged: list[Row], rows: int) -> None:
    """Exactly places times days, each once."""
    assert broken(audits(spark, [row()], staged, rows)) == ["each place has one row per day"]


@pytest.mark.parametrize(
    ("funnel", "scanned"),
    [
        (FUNNEL, 211),
        (replace(FUNNEL, duplicate=79), 210),
        (replace(FUNNEL, outside_places=26), 210),
        (replace(FUNNEL, scanned=211), 211),
    ],
)
def test_a_row_lost_or_invented_is_found(table: DataFrame, funnel: Funnel, scanned: int) -> None:
    """The reader's count, the funnel's sum and its parts must all agree."""
    checks = check.audits(funnel, scanned, table.selectExpr("cast(null as string) tally", "*"), table, 1)
    assert broken(checks) == ["every row is accounted for"]
    assert next(each.accepted for each in checks if not each.ok) == f"{scanned} rows given by the reader"


@pytest.fixture(scope="module")
def table(spark: SparkSession) -> DataFrame:
    """One sound row."""
    return spark.createDataFrame([row()], FOOTFALL)


@pytest.mark.parametrize(
    ("written", "ok"),
    [
        (["coordinate_zero"] * 20, True),
        (["coordinate_zero"] * 19, False),
        (["coordinate_zero"] * 19 + ["wrong_type:at"], False),
        (["coordinate_zero"] * 20 + ["wrong_type:at"], False),
        ([], False),
    ],
)
def test_the_quarantine_is_complete_reason_by_reason(
    spark: SparkSession, written: list[str], ok: bool
) -> None:
    """20 rows of one reason are wanted; the same number of others will not do."""
    rows = spark.createDataFrame([("run", reason, "f", "d", "raw") for reason in written], QUARANTINE)
    found = check.quarantine(FUNNEL, rows)
    assert (found.ok, found.found, found.accepted) == (ok, f"{len(written)} rows written", "20")
