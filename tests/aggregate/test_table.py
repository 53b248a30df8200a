"""The table: dwell, buckets, hours, zeros for places without pings, and what is suppressed."""

from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest

from footfall.aggregate import merging
from footfall.schema import DWELL_BUCKETS, FOOTFALL
from footfall.settings import DayRange
from tests.ping_tables import mark_records, ping_records, shuffled

from .counted import Row, count, ids, rules

DAY, NEXT = date(2023, 3, 1), date(2023, 3, 2)
LONG_GAPS = rules(gap=timedelta(hours=5), horizon=timedelta(hours=24), zone="UTC")
HALF_HOURS = rules(gap=timedelta(minutes=30), horizon=timedelta(hours=24), zone="UTC")


def visited(places: list[str], asked: Any, zone: str = "UTC") -> dict[tuple[int, date], Row]:
    """The rows of one text per place, in one part."""
    return count(shuffled({None: ping_records(places, zone)}), asked, ids(len(places))).written


def test_dwell_falls_into_the_bucket_of_its_whole_minutes() -> None:
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
    rows = visited([f"A 01T00:00 01T{end}" for end in lengths], LONG_GAPS)
    found = {length: rows[place, DAY]["dwell_buckets"] for place, length in enumerate(lengths)}
    assert found == {
        length: [int(name == bucket) for name in DWELL_BUCKETS] for length, bucket in lengths.items()
    }


def test_visits_of_at_least_a_length_are_counted() -> None:
    """A dwell of exactly the length counts, one of a microsecond less does not; a single ping has no dwell."""
    places = [
        "A 01T10:00 01T10:05; B 01T10:00 01T10:04:59.999999; C 01T10:00",
        "A 01T10:00 01T10:20; B 01T10:00 01T10:19:59",
        "A 01T10:00",
        "",
        "A 01T10:00 01T11:00; B 01T10:00; C 01T12:00 01T12:07",
    ]
    minutes = [timedelta(minutes=5), timedelta(minutes=20)]
    pings = shuffled({None: ping_records(places)}, parts=2)
    rows = count(pings, LONG_GAPS, ids(5), lengths=minutes).written
    assert [rows[place, DAY]["visits_of_at_least"] for place in range(5)] == [
        [1, 0],
        [2, 1],
        [0, 0],
        [0, 0],
        [2, 1],
    ]


def test_visits_of_at_least_a_length_are_null_where_nobody_asks_or_few_were() -> None:
    """One device of two that are asked for; and none of the rows without lengths."""
    pings = shuffled({None: ping_records(["A 01T10:00 01T10:05; B 01T10:00", "A 01T10:00 01T10:05"])})
    asked = count(pings, LONG_GAPS, ids(2), k=2, lengths=[timedelta(minutes=5)]).written
    assert [asked[place, DAY]["visits_of_at_least"] for place in (0, 1)] == [[1], None]
    rows = count(pings, LONG_GAPS, ids(2)).written
    assert [row["visits_of_at_least"] for row in rows.values()] == [None, None]


class Dwell(NamedTuple):
    """Quartiles in seconds, and the number of visits with and without a dwell."""

    p25: float | None
    p50: float | None
    p75: float | None
    buckets: int
    single_ping_visits: int


@pytest.mark.parametrize("at_once", [1, 5, merging.DWELLS_AT_ONCE])
def test_quartiles_of_dwell_are_interpolated_between_visits_of_known_dwell(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """Positions 0.25 (n - 1) and so on, as numpy and spreadsheets take them; single pings have no part in it."""
    monkeypatch.setattr(merging, "DWELLS_AT_ONCE", at_once)
    four = "A 01T10:00 01T10:00:10; B 01T10:00 01T10:01; C 01T10:00 01T10:01:40; D 01T10:00 01T10:06:40"
    two = "A 01T10:00 01T10:01; B 01T10:00 01T10:02; C 01T10:00"
    one = "A 01T10:00 01T10:01; B 01T10:00"
    none = "A 01T10:00; B 01T10:00"
    rows = visited([four, two, one, none], HALF_HOURS)
    found = [
        Dwell(
            row["dwell_seconds_p25"],
            row["dwell_seconds_p50"],
            row["dwell_seconds_p75"],
            sum(row["dwell_buckets"]),
            row["single_ping_visits"],
        )
        for _, row in sorted(rows.items())
    ]
    assert found == [
        Dwell(47.5, 80.0, 175.0, 4, 0),  # of 10, 60, 100 and 400 s: 10 + 0.75 * 50, ..., 100 + 0.25 * 300
        Dwell(75.0, 90.0, 105.0, 2, 1),
        Dwell(60.0, 60.0, 60.0, 1, 1),
        Dwell(None, None, None, 0, 2),
    ]


def test_hours_hold_the_starts_of_visits_in_local_time() -> None:
    """Neither later pings nor ends count; hours without a start are zero."""
    pings = (
        "A 01T00:00 01T00:20 01T00:40 01T01:00; B 01T08:59:59; C 01T09:00; D 01T09:59; E 01T23:59 02T00:10"
    )
    asked = rules(timedelta(minutes=30), timedelta(hours=24), "America/Guatemala")
    rows = visited([pings], asked, "America/Guatemala")
    starts = {0: 1, 8: 1, 9: 2, 23: 1}
    assert rows[0, DAY]["visits_by_hour"] == [starts.get(hour, 0) for hour in range(24)]
    assert rows[0, NEXT]["visits_by_hour"] == [0] * 24


def test_tallies_pass_with_their_numbers_and_are_no_visits() -> None:
    """Rows of the same tally are added up, marks per day; pings in places count once, in their first place."""
    records = {
        None: ping_records(["A 01T12:00@door", "A 01T12:00@door"]),
        "outside_places": mark_records(
            [("2023-03-01T12:00", 1), ("2023-03-02T12:00", 1), ("2023-03-02T12:00", 2)]
        ),
        "boundary": mark_records([("2023-03-01T12:00", 1)]),
    }
    tallies = [("coordinate_zero", 6), ("outside_days", 3), ("coordinate_zero", 1)]
    counted = count(shuffled(records, tallies=tallies), HALF_HOURS, ids(2))
    assert counted.tallies == {
        (None, DAY): 1,
        ("outside_places", DAY): 1,
        ("outside_places", NEXT): 2,
        ("boundary", DAY): 1,
        ("coordinate_zero", None): 7,
        ("outside_days", None): 3,
    }
    assert counted.first == {(0, DAY): 1, (1, DAY): 0}
    names = ("pings", "devices", "visits")
    assert {key: tuple(row[name] for name in names) for key, row in counted.written.items()} == {
        (0, DAY): (1, 1, 1),
        (1, DAY): (1, 1, 1),
        (0, NEXT): (0, 0, 0),
        (1, NEXT): (0, 0, 0),
    }


EMPTY, ONE, TWO, THREE = range(4)
VISITED = ["", "A 01T10:00 01T10:10", "A 01T10:00 01T10:10; B 01T11:00", "A 01T10:00; B 01T10:00; C 01T10:00"]
MEASURES = [field.name for field in FOOTFALL if field.name not in ("place_id", "day", "suppressed")]


@pytest.fixture(scope="module")
def table() -> dict[tuple[int, date], Row]:
    """Places with 0 to 3 devices on the first of two days, rows with fewer than 2 suppressed."""
    return count(
        shuffled({None: ping_records(VISITED)}), HALF_HOURS, ids(4), days=DayRange(DAY, NEXT), k=2
    ).written


def test_each_place_has_one_row_for_each_day(table: dict[tuple[int, date], Row]) -> None:
    """Whether it was visited or not."""
    assert len(table) == 8
    assert set(table) == {(place, day) for place in range(4) for day in (DAY, NEXT)}


@pytest.mark.parametrize("key", [(EMPTY, DAY), (EMPTY, NEXT), (ONE, NEXT), (THREE, NEXT)])
def test_nothing_counted_is_zero_and_never_suppressed(
    table: dict[tuple[int, date], Row], key: tuple[int, date]
) -> None:
    """Zero devices are nobody's secret; only the dwell of no visit is unknown."""
    row = table[key]
    numbers = [row[name] for name in ("pings", "devices", "visits", "single_ping_visits")]
    assert (numbers, row["suppressed"]) == ([0, 0, 0, 0], False)
    assert [row[f"dwell_seconds_p{p}"] for p in (25, 50, 75)] == [None, None, None]
    assert (row["visits_by_hour"], row["dwell_buckets"]) == ([0] * 24, [0] * 7)


def test_rows_of_fewer_than_k_devices_show_no_measure(table: dict[tuple[int, date], Row]) -> None:
    """One device of two that are asked for: every measure is null."""
    row = table[ONE, DAY]
    assert row["suppressed"] is True
    assert [row[name] for name in MEASURES] == [None] * len(MEASURES)


def test_rows_of_k_devices_or_more_are_shown(table: dict[tuple[int, date], Row]) -> None:
    """Two of two, and three."""
    two, three = table[TWO, DAY], table[THREE, DAY]
    assert (two["suppressed"], two["pings"], two["devices"], two["visits"]) == (False, 3, 2, 2)
    assert (two["single_ping_visits"], two["dwell_seconds_p50"], two["visits_by_hour"][10:12]) == (
        1,
        600.0,
        [1, 1],
    )
    assert two["dwell_buckets"] == [0, 1, 0, 0, 0, 0, 0]
    assert (three["suppressed"], three["devices"], three["dwell_seconds_p50"]) == (False, 3, None)


def test_days_that_are_not_asked_for_are_left_out() -> None:
    """The neighbours of a day are only read for visits over midnight; with k = 1 nothing is suppressed."""
    pings = shuffled({None: ping_records(["A 01T23:50 02T00:10"])})
    counted = count(pings, HALF_HOURS, ids(1), days=DayRange(NEXT, NEXT))
    ((key, row),) = counted.written.items()
    assert counted.tallies == {(None, DAY): 1, (None, NEXT): 1}  # no row of the input is lost of sight
    assert (key, row["pings"], row["visits"], row["suppressed"]) == ((0, NEXT), 1, 0, False)


@pytest.mark.parametrize("pings", ["A 01T10:00", ""])
def test_a_day_without_pings_is_written_where_it_is_asked_for(pings: str) -> None:
    """All its rows are zeros, whether there are pings of other days or none at all."""
    after = date(2023, 3, 9)
    given = shuffled({None: ping_records([pings])}, tallies=[("scanned", 0)])
    written = count(given, HALF_HOURS, ids(3), days=DayRange(after, after)).written
    assert {key: row["pings"] for key, row in written.items()} == {(place, after): 0 for place in range(3)}
