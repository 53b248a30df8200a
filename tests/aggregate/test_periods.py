"""Weeks and months: by hand, and against the definition on random pings."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from footfall.aggregate.presence import Presence
from footfall.aggregate.room import Room
from footfall.aggregate.visits import CONTINUES, IS_NEW, Stays
from footfall.periods import Kind, period_numbered
from footfall.settings import DayRange
from footfall.shuffle.records import PING, Records
from tests.period_definition import periods
from tests.ping_tables import micros, ping_records, shuffled
from tests.visit_definition import Ping

from .counted import Row, count, ids, rules

HALF_HOURS = rules(gap=timedelta(minutes=30), horizon=timedelta(hours=24), zone="UTC")
WEEK = DayRange(date(2023, 3, 6), date(2023, 3, 12))
"""2023-W10, Monday to Sunday."""

PLACES = [
    "A 06T10:00 08T10:00 08T10:20 12T23:50; B 05T09:00 07T09:00; C 13T00:00; D 12T23:50 13T00:10",
    "A 02T10:00 06T10:00 07T10:00 08T10:00 09T10:00 10T10:00",
    "",
]


def week(look_back: int | None = None, k: int = 1, **given: Any) -> dict[tuple[int, str], Row]:
    """The rows of the week, of two parts."""
    presence = Presence("week", look_back)
    pings = shuffled({None: ping_records(PLACES)}, parts=2)
    return count(pings, HALF_HOURS, ids(3), WEEK, k, presence=presence, **given).periods


def test_a_week_counts_each_device_once() -> None:
    """A comes on Monday, Wednesday (for 20 minutes) and Sunday, B on Tuesday, D at the end of Sunday for 20 minutes."""
    rows = week()
    assert set(rows) == {(0, "2023-W10"), (1, "2023-W10"), (2, "2023-W10")}
    row = rows[0, "2023-W10"]
    assert row["first_day"] == date(2023, 3, 6)
    assert [row[name] for name in ("pings", "devices", "visits", "single_ping_visits")] == [6, 3, 5, 3]
    assert row["visits_by_day"] == [1, 1, 1, 0, 0, 0, 2]
    assert row["devices_by_days"] == [2, 0, 1, 0]
    assert (row["dwell_seconds_p50"], row["dwell_buckets"]) == (1200.0, [0, 0, 2, 0, 0, 0, 0])
    hours = {(at // 24, at % 24): n for at, n in enumerate(row["visits_by_weekday_hour"]) if n}
    assert hours == {(0, 10): 1, (1, 9): 1, (2, 10): 1, (6, 23): 2}
    assert (row["returning_devices"], row["new_devices"], row["visits_of_at_least"]) == (None, None, None)


def test_devices_return_that_were_there_on_one_of_the_days_before() -> None:
    """B was at the first place on the day before, A at the second four days before the week."""
    numbers = ("returning_devices", "new_devices")
    found = {
        days: [[row[name] for name in numbers] for _, row in sorted(week(look_back=days).items())]
        for days in (1, 3, 4)
    }
    assert found == {
        1: [[1, 2], [0, 1], [0, 0]],
        3: [[1, 2], [0, 1], [0, 0]],
        4: [[1, 2], [1, 0], [0, 0]],
    }


def test_who_returns_is_withheld_where_few_were_there_on_a_day_before() -> None:
    """On Sunday the 5th A and B were there: that both return would say that they were two, where fewer than three are
    suppressed. On the days of the week there are three, who may be told apart from D where nobody was there before."""
    days = "".join(f" {day:02}T10:00" for day in range(6, 13))
    pings = shuffled({None: ping_records([f"A 05T10:00{days}; B 05T10:00{days}; C{days}"])}, parts=2)
    given = HALF_HOURS, ids(1), WEEK
    for k, expected in ((2, (2, 1)), (3, (None, None))):
        (row,) = count(pings, *given, k, presence=Presence("week", 1)).periods.values()
        assert (row["devices"], row["suppressed"]) == (3, False)
        assert (row["returning_devices"], row["new_devices"]) == expected
    late = shuffled({None: ping_records([f"A{days}; B{days}; C{days}"])}, parts=2)
    (row,) = count(late, *given, 3, presence=Presence("week", 1)).periods.values()
    assert (row["returning_devices"], row["new_devices"]) == (0, 3)


def test_devices_that_come_on_four_days_or_more_are_counted_together() -> None:
    """A comes to the second place on five days of the week."""
    assert week()[1, "2023-W10"]["devices_by_days"] == [0, 0, 0, 1]


def test_a_week_of_which_a_day_is_suppressed_is_suppressed() -> None:
    """Three devices over the week, but one or two on each day; zeros stay."""
    rows = week(k=3)
    assert [rows[place, "2023-W10"]["suppressed"] for place in range(3)] == [True, True, False]
    assert {
        value for name, value in rows[0, "2023-W10"].items() if name not in ("place_id", "first_day")
    } == {
        None,
        True,
    }
    zero = rows[2, "2023-W10"]
    assert (zero["devices"], zero["visits_by_day"], zero["dwell_seconds_p50"]) == (0, [0] * 7, None)


def test_lengths_of_visits_are_counted_over_the_week() -> None:
    """Of 20 minutes there are two in the first place."""
    rows = week(lengths=[timedelta(minutes=20), timedelta(minutes=21)])
    assert [rows[place, "2023-W10"]["visits_of_at_least"] for place in range(3)] == [[2, 0], [0, 0], [0, 0]]


def test_of_all_days_only_whole_periods_are_written() -> None:
    """Pings are on six days of the first week, on all seven of the second, and on one of the third."""
    times = " ".join(f"{day:02}T10:00" for day in (6, *range(8, 21)))
    pings = shuffled({None: ping_records([f"A {times}"])})
    counted = count(pings, HALF_HOURS, ids(1), presence=Presence("week"))
    assert set(counted.periods) == {(0, "2023-W11")}
    assert len(counted.written) == 14


@pytest.mark.parametrize("kind", ["week", "month"])
@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "America/St_Johns", "Pacific/Apia"])
@pytest.mark.parametrize("room", [1_000_000, 50])
def test_random_pings_are_counted_as_defined(kind: Kind, zone: str, room: int) -> None:
    """Distinct devices, days they came on, who returns; also where clocks change, and a part is summed in shares."""
    random = Random(f"{kind} {zone}")  # noqa: S311
    begin = datetime(2011, 10, 20, tzinfo=UTC)
    first, last = {
        "week": (date(2011, 10, 31), date(2011, 11, 20)),
        "month": (date(2011, 11, 1), date(2011, 12, 31)),
    }[kind]
    if zone == "Pacific/Apia" and kind == "month":
        last = date(2011, 11, 30)  # it has no 2011-12-30
    steps = [timedelta(minutes=n) for n in (0, 7, 30, 31)] + [timedelta(hours=n) for n in (5, 26, 80, 300)]
    rows = []
    for device in range(25):
        at = begin + timedelta(minutes=random.randrange(60 * 24 * 60))
        for spot in range(30):
            rows.append((device, at, spot, random.choice((0, 0, 1))))
            at += random.choice(steps)
    counted = count(
        shuffled({None: records(rows)}, parts=3),
        rules(timedelta(minutes=30), timedelta(hours=24), zone),
        ids(2),
        DayRange(first, last),
        room=Room(room),
        presence=Presence(kind, 9),
    ).periods
    pings = {Ping(str(device), place, at, (spot, 0)) for device, at, spot, place in rows}
    spans = timedelta(minutes=30), timedelta(hours=24)
    expected = periods(pings, ZoneInfo(zone), spans, (kind, first, last), 9)
    assert {key: numbers(row) for key, row in counted.items()} == {
        key: row.numbers() for key, row in expected.items()
    }
    assert any(row["returning_devices"] and row["new_devices"] for row in counted.values())


def records(rows: list[tuple[int, datetime, int, int]]) -> Records:
    """PING of devices, instants, spots and places."""
    return np.array(
        [(micros(at), 7 + 5 * device, device, place, 2 * spot + 1) for device, at, spot, place in rows], PING
    )


def numbers(row: Row) -> tuple[object, ...]:
    """As `Whole.numbers`, quartiles rounded to milliseconds as there."""
    quartiles = [row[f"dwell_seconds_p{p}"] for p in (25, 50, 75)]
    return (
        *(row[name] for name in ("pings", "devices", "visits", "single_ping_visits")),
        *(None if quartile is None else round(quartile, 3) for quartile in quartiles),
        *(row[name] for name in ("dwell_buckets", "visits_by_day", "visits_by_weekday_hour")),
        *(row[name] for name in ("devices_by_days", "returning_devices", "new_devices")),
    )


def test_clocks_set_back_over_midnight_to_another_week_count_a_device_once_in_each() -> None:
    """Pings of one device on a Monday, the Sunday before, that Monday again and on Tuesday."""
    sunday = (date(2023, 3, 12) - date(1970, 1, 1)).days
    days = np.array([sunday + 1, sunday, sunday + 1, sunday + 2], np.int32)
    flags = np.array([IS_NEW, IS_NEW | CONTINUES, CONTINUES, IS_NEW | CONTINUES], np.int8)
    ones = np.ones(4, np.int64)
    present = Presence("week", 1).of(Stays(np.zeros(4, np.int32), days, ones, ones, flags))
    assert [period_numbered("week", n).name for n in present.period.tolist()] == ["2023-W10", "2023-W11"]
    assert present.sums.tolist() == [[0, 1, 0, 0, 0, 0], [1, 0, 1, 0, 0, 1]]
