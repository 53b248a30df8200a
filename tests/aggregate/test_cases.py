"""What a visit is, case by case, on pings that are already in places."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

import pytest

from tests.ping_tables import ping_records, shuffled

from .counted import Row, count, ids, rules

RULES = rules(gap=timedelta(minutes=30), horizon=timedelta(hours=1), zone="UTC")


class Counts(NamedTuple):
    """What is counted in one place on one day; dwell is the median in seconds."""

    pings: int
    devices: int
    visits: int
    single_ping_visits: int
    dwell: float | None


# Pings by device, and by day of March what they count for. The horizon is 1 h: 2 March 01:00.
CASES: dict[str, tuple[str, dict[int, Counts]]] = {
    "one ping is a visit of unknown dwell": ("A 01T10:00", {1: Counts(1, 1, 1, 1, None)}),
    "two pings are a visit from the first to the last": (
        "A 01T10:00 01T10:20",
        {1: Counts(2, 1, 1, 0, 1200.0)},
    ),
    "a gap of exactly the limit stays one visit": ("A 01T10:00 01T10:30", {1: Counts(2, 1, 1, 0, 1800.0)}),
    "a gap one microsecond longer splits": (
        "A 01T10:00 01T10:30:00.000001",
        {1: Counts(2, 1, 2, 2, None)},
    ),
    "gaps are measured from ping to ping, not from the start": (
        "A 01T10:00 01T10:30 01T11:00 01T11:30",
        {1: Counts(4, 1, 1, 0, 5400.0)},
    ),
    "the order of the rows means nothing": (
        "A 01T10:40 01T10:00 01T10:20",
        {1: Counts(3, 1, 1, 0, 2400.0)},
    ),
    "two devices make two visits": ("A 01T10:00; B 01T10:10", {1: Counts(2, 2, 2, 2, None)}),
    "a device that comes back makes two visits": (
        "A 01T10:00 01T10:10 01T18:00 01T18:20",
        {1: Counts(4, 1, 2, 0, 900.0)},
    ),
    "equal times are one visit of no length": ("A 01T10:00 01T10:00", {1: Counts(2, 1, 1, 0, 0.0)}),
    "equal times in the middle do not split": (
        "A 01T10:00 01T10:20 01T10:20 01T10:40",
        {1: Counts(4, 1, 1, 0, 2400.0)},
    ),
    "equal times of two devices stay apart": (
        "A 01T10:00 01T10:00; B 01T10:00",
        {1: Counts(3, 2, 2, 1, 0.0)},
    ),
    "a visit over midnight belongs to the day it starts, with all its dwell": (
        "A 01T23:50 02T00:10 02T00:30",
        {1: Counts(1, 1, 1, 0, 2400.0), 2: Counts(2, 1, 0, 0, None)},
    ),
    "midnight itself is the new day": (
        "A 02T00:00 02T00:10",
        {2: Counts(2, 1, 1, 0, 600.0)},
    ),
    "a ping too late for the visit of the day before starts one": (
        "A 01T23:50 02T00:20:00.000001",
        {1: Counts(1, 1, 1, 1, None), 2: Counts(1, 1, 1, 1, None)},
    ),
    "the last ping before the end of the horizon counts for dwell": (
        "A 01T23:50 02T00:20 02T00:45 02T00:59:59.999999",
        {1: Counts(1, 1, 1, 0, 4199.999999), 2: Counts(3, 1, 0, 0, None)},
    ),
    "a ping at the end of the horizon no longer does": (
        "A 01T23:50 02T00:20 02T00:45 02T01:00",
        {1: Counts(1, 1, 1, 0, 3300.0), 2: Counts(3, 1, 0, 0, None)},
    ),
    "a visit beyond the horizon still starts no other": (
        "A 01T23:50 02T00:20 02T00:50 02T01:20 02T01:50 02T02:20",
        {1: Counts(1, 1, 1, 0, 3600.0), 2: Counts(5, 1, 0, 0, None)},
    ),
    "a device counts on each of its days once": (
        "A 01T10:00 02T10:00 02T15:00 04T10:00",
        {
            1: Counts(1, 1, 1, 1, None),
            2: Counts(2, 1, 2, 2, None),
            4: Counts(1, 1, 1, 1, None),
        },
    ),
    "a ping that is there twice or thrice is one": (
        "A 01T10:00@door 01T10:00@door 01T10:20@shelf 01T10:00@door; B 01T10:00@door",
        {1: Counts(3, 2, 2, 1, 1200.0)},
    ),
    "a ping that is there twice is a visit of unknown dwell": (
        "A 01T10:00@door 01T10:00@door",
        {1: Counts(1, 1, 1, 1, None)},
    ),
    "equal times at two spots, each twice, are two pings": (
        "A 01T10:00@door 01T10:00@shelf 01T10:00@door 01T10:00@shelf",
        {1: Counts(2, 1, 1, 0, 0.0)},
    ),
    "dwell keeps its microseconds": (
        "A 01T10:00:00.000001 01T10:05",
        {1: Counts(2, 1, 1, 0, 299.999999)},
    ),
}


@pytest.fixture(scope="module")
def counted() -> Mapping[tuple[int, date], Row]:
    """All cases at once, each in its own place."""
    pings = ping_records([pings for pings, _ in CASES.values()])
    return count(shuffled({None: pings}, parts=3), RULES, ids(len(CASES))).visited


@pytest.mark.parametrize("case", CASES)
def test_visits(counted: Mapping[tuple[int, date], Row], case: str) -> None:
    """Each case says what it shows."""
    place, expected = list(CASES).index(case), CASES[case][1]
    found = {day.day: row for (number, day), row in counted.items() if number == place}
    names = ("pings", "devices", "visits", "single_ping_visits", "dwell_seconds_p50")
    assert {day: Counts(*(row[name] for name in names)) for day, row in found.items()} == expected


def test_a_ping_elsewhere_does_not_end_a_visit_and_overlapping_places_both_get_theirs() -> None:
    """A stays in the mall (0) throughout, is in its shop (1) from 10:10 to 10:20, and once in the street (2)."""
    mall, shop, street = (
        "A 01T10:00 01T10:10 01T10:20 01T10:40",
        "A 01T10:10 01T10:20; B 01T10:15",
        "A 01T10:30",
    )
    rows = count(shuffled({None: ping_records([mall, shop, street])}), RULES, ids(3)).visited
    day = date(2023, 3, 1)
    names = ("pings", "devices", "visits", "dwell_seconds_p50")
    assert {place: tuple(row[name] for name in names) for (place, _), row in rows.items()} == {
        0: (4, 1, 1, 2400.0),
        1: (3, 2, 2, 600.0),
        2: (1, 1, 1, None),
    }
    assert {day for _, day in rows} == {day}
