"""The table: dwell, buckets, hours, zeros for places without pings, and what is suppressed."""

from datetime import date, timedelta
from typing import NamedTuple

import pytest
from pyspark.sql import Row, SparkSession

from footfall import aggregate
from footfall.schema import COUNTED, DWELL_BUCKETS, FOOTFALL, Place
from tests.ping_tables import by_place_and_day, located, mark_records, packed, ping_records

DAY, NEXT = date(2023, 3, 1), date(2023, 3, 2)
LONG_GAPS = aggregate.VisitRules(gap=timedelta(hours=5), horizon=timedelta(hours=24), time_zone="UTC")
HALF_HOURS = aggregate.VisitRules(gap=timedelta(minutes=30), horizon=timedelta(hours=24), time_zone="UTC")


def test_dwell_falls_into_the_bucket_of_its_whole_minutes(spark: SparkSession) -> None:
    """Each visit in its own place: the second, and the microsecond, before and at each limit."""
    lengths = {
        "00:00:00": "<5",
        "00:04:59": "<5",
        "00:04:59.999999": "<5",
        "00:05:00": "5-10",
        "00:10:59": "5-10",
        "00:11:00": "11-20",
        "00:20:59": "11-20",
        "00:21:00": "21-60",
        "01:00:59": "21-60",
        "01:01:00": "61-120",
        "02:00:59": "61-120",
        "02:01:00": "121-240",
        "04:00:59": "121-240",
        "04:00:59.999999": "121-240",
        "04:01:00": ">240",
    }
    rows = by_place_and_day(
        aggregate.count(located(spark, [f"A 01T00:00 01T{end}" for end in lengths]), LONG_GAPS, parts=1)
    )
    found = {length: rows[place, DAY].dwell_buckets for place, length in enumerate(lengths)}
    assert found == {
        length: [int(name == bucket) for name in DWELL_BUCKETS] for length, bucket in lengths.items()
    }


class Dwell(NamedTuple):
    """Quartiles in seconds, and the number of visits with and without a dwell."""

    p25: float | None
    p50: float | None
    p75: float | None
    buckets: int
    single_ping_visits: int


def test_quartiles_of_dwell_are_interpolated_between_visits_of_known_dwell(spark: SparkSession) -> None:
    """Positions 0.25 (n - 1) and so on, as numpy and spreadsheets take them; single pings have no part in it."""
    four = "A 01T10:00 01T10:00:10; B 01T10:00 01T10:01; C 01T10:00 01T10:01:40; D 01T10:00 01T10:06:40"
    two = "A 01T10:00 01T10:01; B 01T10:00 01T10:02; C 01T10:00"
    one = "A 01T10:00 01T10:01; B 01T10:00"
    none = "A 01T10:00; B 01T10:00"
    rows = by_place_and_day(aggregate.count(located(spark, [four, two, one, none]), HALF_HOURS, parts=1))
    found = [
        Dwell(
            row.dwell_seconds_p25,
            row.dwell_seconds_p50,
            row.dwell_seconds_p75,
            sum(row.dwell_buckets),
            row.single_ping_visits,
        )
        for _, row in sorted(rows.items())
    ]
    assert found == [
        Dwell(47.5, 80.0, 175.0, 4, 0),  # of 10, 60, 100 and 400 s: 10 + 0.75 * 50, ..., 100 + 0.25 * 300
        Dwell(75.0, 90.0, 105.0, 2, 1),
        Dwell(60.0, 60.0, 60.0, 1, 1),
        Dwell(None, None, None, 0, 2),
    ]


def test_hours_hold_the_starts_of_visits_in_local_time(spark: SparkSession) -> None:
    """Neither later pings nor ends count; hours without a start are zero."""
    pings = (
        "A 01T00:00 01T00:20 01T00:40 01T01:00; B 01T08:59:59; C 01T09:00; D 01T09:59; E 01T23:59 02T00:10"
    )
    rules = aggregate.VisitRules(timedelta(minutes=30), timedelta(hours=24), "America/Guatemala")
    rows = by_place_and_day(aggregate.count(located(spark, [pings], "America/Guatemala"), rules, parts=1))
    starts = {0: 1, 8: 1, 9: 2, 23: 1}
    assert rows[0, DAY].visits_by_hour == [starts.get(hour, 0) for hour in range(24)]
    assert rows[0, NEXT].visits_by_hour == [0] * 24


def test_tallies_pass_with_their_numbers_and_are_no_visits(spark: SparkSession) -> None:
    """Rows of the same tally are added up, marks per day; pings in places count once, in their first place."""
    records = {
        None: ping_records(["A 01T12:00@door", "A 01T12:00@door"]),
        "outside_places": mark_records(
            [("2023-03-01T12:00", 1), ("2023-03-02T12:00", 1), ("2023-03-02T12:00", 2)]
        ),
        "boundary": mark_records([("2023-03-01T12:00", 1)]),
    }
    tallies = [("coordinate_zero", 6), ("outside_days", 3), ("coordinate_zero", 1)]
    counted = aggregate.count(packed(spark, records, tallies=tallies), HALF_HOURS, parts=1)
    assert counted.schema == COUNTED
    found = {(r.tally, r.place, r.day): (r.n, r.pings, r.devices, r.visits) for r in counted.collect()}
    assert found == {
        (None, 0, DAY): (1, 1, 1, 1),
        (None, 1, DAY): (0, 1, 1, 1),
        ("outside_places", None, DAY): (1, None, None, None),
        ("outside_places", None, NEXT): (2, None, None, None),
        ("boundary", None, DAY): (1, None, None, None),
        ("coordinate_zero", None, None): (7, None, None, None),
        ("outside_days", None, None): (3, None, None, None),
    }


PLACES = tuple(Place(place_id, None, None, b"") for place_id in ("empty", "one", "two", "three"))
VISITED = ["", "A 01T10:00 01T10:10", "A 01T10:00 01T10:10; B 01T11:00", "A 01T10:00; B 01T10:00; C 01T10:00"]
MEASURES = [field.name for field in FOOTFALL if field.name not in ("place_id", "day", "suppressed")]


@pytest.fixture(scope="module")
def table(spark: SparkSession) -> dict[tuple[str, date], Row]:
    """Places with 0 to 3 devices on the first of two days, rows with fewer than 2 suppressed."""
    counted = aggregate.count(located(spark, VISITED), HALF_HOURS, parts=1)
    rows = aggregate.complete(counted, PLACES, [DAY, NEXT], k=2)
    assert rows.schema == FOOTFALL
    return {(row.place_id, row.day): row for row in rows.collect()}


def test_each_place_has_one_row_for_each_day(table: dict[tuple[str, date], Row]) -> None:
    """Whether it was visited or not."""
    assert len(table) == 8
    assert set(table) == {(place.place_id, day) for place in PLACES for day in (DAY, NEXT)}


@pytest.mark.parametrize("key", [("empty", DAY), ("empty", NEXT), ("one", NEXT), ("three", NEXT)])
def test_nothing_counted_is_zero_and_never_suppressed(
    table: dict[tuple[str, date], Row], key: tuple[str, date]
) -> None:
    """Zero devices are nobody's secret; only the dwell of no visit is unknown."""
    row = table[key]
    numbers = [row[name] for name in ("pings", "devices", "visits", "single_ping_visits")]
    assert (numbers, row.suppressed) == ([0, 0, 0, 0], False)
    assert [row[f"dwell_seconds_p{p}"] for p in (25, 50, 75)] == [None, None, None]
    assert (row.visits_by_hour, row.dwell_buckets) == ([0] * 24, [0] * 7)


def test_rows_of_fewer_than_k_devices_show_no_measure(table: dict[tuple[str, date], Row]) -> None:
    """One device of two that are asked for: every measure is null."""
    row = table["one", DAY]
    assert row.suppressed is True
    assert [row[name] for name in MEASURES] == [None] * len(MEASURES)


def test_rows_of_k_devices_or_more_are_shown(table: dict[tuple[str, date], Row]) -> None:
    """Two of two, and three."""
    two, three = table["two", DAY], table["three", DAY]
    assert (two.suppressed, two.pings, two.devices, two.visits) == (False, 3, 2, 2)
    assert (two.single_ping_visits, two.dwell_seconds_p50, two.visits_by_hour[10:12]) == (1, 600.0, [1, 1])
    assert two.dwell_buckets == [0, 1, 0, 0, 0, 0, 0]
    assert (three.suppressed, three.devices, three.dwell_seconds_p50) == (False, 3, None)


def test_days_that_are_not_asked_for_are_left_out(spark: SparkSession) -> None:
    """The neighbours of a day are only read for visits over midnight; with k = 1 nothing is suppressed."""
    counted = aggregate.count(located(spark, ["A 01T23:50 02T00:10"]), HALF_HOURS, parts=1)
    rows = aggregate.complete(counted, PLACES[:1], [NEXT], k=1).collect()
    assert [(r.place_id, r.day, r.pings, r.visits, r.suppressed) for r in rows] == [
        ("empty", NEXT, 1, 0, False)
    ]
