"""Visits of one part: against the definitions on generated walks, and by hand where clocks turn back."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from footfall.aggregate.ordering import in_order
from footfall.aggregate.room import Room
from footfall.aggregate.visits import CONTINUES, IS_NEW, SINGLE, Clock, Stays, Visits, once, visits
from footfall.shuffle.records import PING, Records
from tests.ping_tables import mark_records, ping_records
from tests.visit_definition import Measures, footfall

from .counted import ROOM
from .walks import GAP, HORIZON, TICK, clock, defined, records, repeated, walks

# Zones with a local day whose first midnight comes amid the walks. Clocks went back from 00:01 to 23:01 in St. John's,
# and in Beirut from 00:00 to 23:00.
ZONES = {
    "UTC": date(2023, 3, 1),
    "Europe/Berlin": date(2023, 10, 29),
    "America/Santiago": date(2023, 9, 3),
    "America/St_Johns": date(1990, 10, 28),
    "Asia/Beirut": date(2022, 10, 30),
}
Table = dict[tuple[int, date], Measures]


def spread(number: int) -> tuple[int, int]:
    """A fingerprint as good as any."""
    return Random(number).getrandbits(64), Random(-1 - number).getrandbits(64)  # noqa: S311


# How a device's number becomes its fingerprint.
FINGERPRINTS = {
    "spread": spread,
    "first halves all equal": lambda number: (2**63, spread(number)[1]),
    "first halves equal in pairs": lambda number: (spread(number // 2)[0], number),
    "all in the lowest stack": lambda number: (number, number % 3),
    "largest and smallest": lambda number: (2**64 - 1 - number // 2, (number % 2) * (2**64 - 1)),
}


def whole(delta: timedelta) -> int:
    """In microseconds."""
    return delta // TICK


def added_up(stays: Stays, found: Visits) -> Table:
    """The measures of each place and day; devices are only numbered."""
    table: Table = {}
    for place, day, pings, _, device in zip(*(column.tolist() for column in stays), strict=True):
        row = table.setdefault((place, date.fromordinal(719163 + day)), Measures())
        row.pings += pings
        row.devices |= {str(len(row.devices))} if device & IS_NEW else set()
    for place, day, hour, dwell in zip(*(column.tolist() for column in found), strict=True):
        row = table[place, date.fromordinal(719163 + day)]
        row.visits += 1
        row.hours[hour] += 1
        row.singles += dwell == SINGLE
        row.dwells += [dwell * TICK] if dwell != SINGLE else []
    return table


def told(table: Table) -> dict[tuple[int, date], tuple[Any, ...]]:
    """Everything that is measured, as it can be compared."""
    return {
        key: (row.pings, len(row.devices), row.visits, row.singles, sorted(row.dwells), row.hours)
        for key, row in table.items()
    }


def days(numbers: Any) -> Counter[date]:
    """How often each local day comes."""
    return Counter(date.fromordinal(719163 + day) for day in numbers.tolist())


@pytest.fixture(scope="module")
def clocks() -> dict[str, Clock]:
    """The clocks of the zones, around their days."""
    return {zone: clock(zone, day) for zone, day in ZONES.items()}


@pytest.mark.parametrize("name", FINGERPRINTS)
@pytest.mark.parametrize("zone", ZONES)
def test_generated_walks_are_counted_as_defined(clocks: dict[str, Clock], zone: str, name: str) -> None:
    """120 devices of 12 pings over midnight, in three pieces, among them repeated pings and equal instants."""
    random, here, day = Random(f"{zone} {name}"), ZoneInfo(zone), ZONES[zone]  # noqa: S311
    midnight = datetime(day.year, day.month, day.day, tzinfo=here).astimezone(UTC)
    rows = walks(random, midnight, devices=120, pings=12)
    pings = records(rows, [FINGERPRINTS[name](number) for number in range(120)])
    pieces = [pings[:100], pings[100:100], pings[100:]]
    stays, found, repeats = visits(pieces, whole(GAP), whole(HORIZON), clocks[zone], ROOM)
    assert told(added_up(stays, found)) == told(footfall(defined(rows), here, GAP, HORIZON))
    assert days(repeats) == repeated(rows, here)
    assert len(repeats) > 100
    assert stays.first.sum() == len(set(rows))


@pytest.mark.parametrize(("devices", "pings"), [(1, 15), (1, 16), (1, 17), (1, 33), (3, 400), (1, 1300)])
@pytest.mark.parametrize("name", ["spread", "first halves all equal"])
def test_devices_of_few_and_of_very_many_pings(
    clocks: dict[str, Clock], devices: int, pings: int, name: str
) -> None:
    """Few are sorted by insertion, many by merging; the longest walk lasts some 20 days."""
    here = ZoneInfo("Europe/Berlin")
    rows = walks(Random(pings), datetime(2023, 10, 20, tzinfo=UTC), devices, pings)  # noqa: S311
    some = records(rows, [FINGERPRINTS[name](number) for number in range(devices)])
    stays, found, repeats = visits([some], whole(GAP), whole(HORIZON), clocks["Europe/Berlin"], ROOM)
    assert told(added_up(stays, found)) == told(footfall(defined(rows), here, GAP, HORIZON))
    assert days(repeats) == repeated(rows, here)


@pytest.mark.parametrize("size", [0, 1, 2, 15, 16, 17, 255, 256, 257, 1000, 5000])
@pytest.mark.parametrize("kinds", [1, 2, 2**64 - 1])
@pytest.mark.parametrize("room", [ROOM, Room(10)])
def test_records_are_put_in_order_and_none_is_lost(size: int, kinds: int, room: Room) -> None:
    """Those of a device in a place side by side, by instant and spot; instants before 1970 come first."""
    random = Random(size)  # noqa: S311
    rows = [
        (random.randrange(-9, 9), random.randrange(kinds), random.randrange(3), 1, random.randrange(2))
        for _ in range(size)
    ]
    given = np.array(rows, PING)
    found = in_order([given[: size // 3], given[size // 3 :]], room).view(PING).ravel().tolist()
    assert sorted(found) == sorted(given.tolist())
    together = [list(rows) for _, rows in groupby(found, key=lambda row: row[1:4])]
    assert len(together) == len({row[1:4] for row in found})
    assert all(rows == sorted(rows) for rows in together)


def hand(pings: str, gap: timedelta, horizon: timedelta) -> tuple[Stays, Visits]:
    """Stays and visits in St. John's in October 1990; times are UTC."""
    given: Records = ping_records([pings], since="1990-10")
    there = clock("America/St_Johns", ZONES["America/St_Johns"])
    stays, found, _ = visits([given], whole(gap), whole(horizon), there, ROOM)
    return stays, found


BACK = "A 28T02:00 28T02:30:30 28T03:00 28T04:00"
"""Local time: 27 October 23:30, 28 October 00:00:30, then, clocks set back, 27 October 23:30 and 28 October 00:30."""
FIRST = (date(1990, 10, 27) - date(1970, 1, 1)).days


def test_a_device_counts_once_on_a_day_that_clocks_go_back_to() -> None:
    """The days of its pings are d, d + 1, d and d + 1."""
    stays, _ = hand(BACK, timedelta(hours=1), timedelta(hours=3))
    assert stays.day.tolist() == [FIRST, FIRST + 1, FIRST, FIRST + 1]
    assert stays.pings.tolist() == [1, 1, 1, 1]
    assert stays.device.tolist() == [IS_NEW, IS_NEW | CONTINUES, CONTINUES, CONTINUES]


def test_a_device_that_is_first_seen_in_the_minute_after_midnight_counts_on_both_days() -> None:
    """It is new to the day that goes on as well."""
    stays, _ = hand("A 28T02:30:30 28T03:00 28T04:00; B 28T02:30:30 28T04:00", GAP, HORIZON)
    devices = Counter(zip(stays.day.tolist(), (stays.device & IS_NEW).tolist(), strict=True))
    assert devices == {(FIRST + 1, 1): 2, (FIRST, 1): 1, (FIRST + 1, 0): 1}


@pytest.mark.parametrize(
    ("horizon", "dwell"),
    [
        (timedelta(0), 0),
        (timedelta(seconds=30), 0),
        (timedelta(seconds=31), 1830),
        (timedelta(minutes=31), 3600),
        (timedelta(minutes=90), 3600),
        (timedelta(minutes=91), 7200),
    ],
)
def test_the_horizon_begins_where_midnight_comes_first(horizon: timedelta, dwell: int) -> None:
    """At 02:30 UTC; the visit of four pings, two hours long, is followed to the last ping before the horizon ends."""
    _, found = hand(BACK, timedelta(hours=1), horizon)
    assert (found.day.tolist(), found.hour.tolist()) == ([FIRST], [23])
    assert found.dwell.tolist() == [dwell * 1_000_000]


def test_no_pings_are_no_visits(clocks: dict[str, Clock]) -> None:
    """Nothing is made up."""
    stays, found, repeats = visits([records([], [])], 1, 1, clocks["UTC"], ROOM)
    assert (len(stays.place), len(found.place), len(repeats)) == (0, 0, 0)


def test_marks_are_counted_once_each_on_their_local_day() -> None:
    """Berlin, two days: one mark three times, one twice, one once; the first of March begins at 23:00 UTC."""
    before, after = "2023-02-28T22:59:59.999999", "2023-02-28T23:00"
    marks = mark_records([(before, 5), (after, 7), (before, 5), (after, 2**64 - 1), (before, 5), (after, 7)])
    day, new = once([marks[:2], marks[2:]], clock("Europe/Berlin", date(2023, 3, 1)), ROOM)
    assert days(day[new]) == {date(2023, 2, 28): 1, date(2023, 3, 1): 2}
    assert days(day[~new]) == {date(2023, 2, 28): 2, date(2023, 3, 1): 1}


def test_equal_marks_of_two_instants_are_two() -> None:
    """A mark is as good as never equal by chance; where it is, the instant tells."""
    marks = mark_records([("2023-03-01T12:00", 5), ("2023-03-02T12:00", 5)])
    _, new = once([marks], clock("UTC", date(2023, 3, 1)), ROOM)
    assert new.tolist() == [True, True]
