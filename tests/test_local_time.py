"""Local days and hours: the same clocks that Python knows."""

import pickle
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from importlib import resources
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footfall.errors import SettingsError
from footfall.local_time import LocalTime, Longs
from footfall.local_time.changes import _YearlyDate

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
DAY = 86_400_000_000
ZONES = (
    "UTC",
    "+05:30",
    "Asia/Kathmandu",  # UTC+5:45, and never again a change
    "America/St_Johns",  # from 1987 to 2011 clocks were set back at 00:01
    "America/Santiago",  # clocks are set forward at 24:00
    "Africa/Casablanca",  # back for each Ramadan, listed until 2087
    "Europe/Berlin",
    "Australia/Lord_Howe",  # by half an hour
    "Pacific/Apia",  # without 30 December 2011
    "Africa/Monrovia",  # 44 min 30 s behind until 1972
    "Asia/Beirut",  # clocks are set forward at 00:00
    "America/Toronto",  # in 1919 they were at 23:30
)
SPANS = (("1883-01-01", "2500-01-01"), ("9998-01-01", "9999-12-29"))


@pytest.fixture(scope="module")
def zones() -> Mapping[str, LocalTime]:
    """The zones by name; that of a mere offset is in no database."""
    half_past_five = LocalTime.from_changes(19_800, [])
    return {name: half_past_five if name == "+05:30" else LocalTime.of(name) for name in ZONES}


def python_zone(name: str) -> tzinfo:
    """The zone as Python reads it, from the same edition of the database."""
    if name == "+05:30":
        return timezone(timedelta(hours=5, minutes=30))
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, name)


def micros(moment: datetime) -> int:
    """Microseconds since 1970 UTC."""
    return (moment - EPOCH) // TICK


def instant(text: str) -> datetime:
    """The instant of an ISO time, UTC where it has no offset."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def ahead_of(zone: LocalTime, at: list[int]) -> Longs:
    """How far clocks are ahead at instants."""
    return zone.ahead[np.searchsorted(zone.since, at, side="right") - 1]


def moments(own: Longs) -> list[int]:
    """Every twentieth day at 05:00, and each of one's own with the microsecond before it."""
    spans = [[micros(instant(text)) for text in span] for span in SPANS]
    grid = [np.arange(first, last, 20 * DAY) + DAY * 5 // 24 for first, last in spans]
    near = [own[(first <= own) & (own < last)] for first, last in spans]
    return [int(at) for at in np.concatenate([*grid, *near, *(these - 1 for these in near)])]


@pytest.mark.parametrize("name", ZONES)
def test_clocks_are_as_far_ahead_as_the_zone_says(zones: Mapping[str, LocalTime], name: str) -> None:
    """For instants, and for what clocks show; at each change, the microsecond before, and all along the years."""
    zone, python = zones[name], python_zone(name)
    at, walls = moments(zone.since), moments(zone.turns)
    known = [(EPOCH + each * TICK).astimezone(python).utcoffset() // TICK for each in at]  # type: ignore[operator]
    assert ahead_of(zone, at).tolist() == known
    seen = [(EPOCH + each * TICK).replace(tzinfo=python).utcoffset() // TICK for each in walls]  # type: ignore[operator]
    assert zone.ahead[np.searchsorted(zone.turns, walls, side="right")].tolist() == seen


def _all_names() -> list[str]:
    return resources.files("tzdata").joinpath("zones").read_text().split()


@settings(max_examples=300, deadline=None)
@given(
    name=st.sampled_from(_all_names()),
    at=st.integers(micros(instant("1900-01-01")), micros(instant("9999-12-29"))),
)
def test_any_zone_is_read_at_any_instant(name: str, at: int) -> None:
    """All zones of the database, those with rules for the future and those without."""
    expected = (EPOCH + at * TICK).astimezone(python_zone(name)).utcoffset()
    assert int(ahead_of(LocalTime.of(name), [at])[0]) * TICK == expected


@pytest.mark.parametrize(
    ("day", "clock", "seconds"),
    [
        ("J79", "24", "2021-03-21T00:00"),
        ("J60", None, "2021-03-01T02:00"),
        ("59", "-1:30", "2021-02-28T22:30"),
        ("M2.5.0", "0", "2021-02-28T00:00"),
        ("M5.1.6", "0:00:01", "2021-05-01T00:00:01"),
    ],
)
def test_days_of_yearly_changes_may_be_written_in_three_ways(
    day: str, clock: str | None, seconds: str
) -> None:
    """By number with and without 29 February, and by week; 2021 has no 29 February and begins on a Friday."""
    found = _YearlyDate.of(day, clock).seconds(np.array([2021]))
    assert int(found[0]) * 1_000_000 == micros(instant(seconds))


def test_a_numbered_day_is_the_same_date_in_a_leap_year() -> None:
    """J60 is 1 March in each year."""
    found = _YearlyDate.of("J60", "0").seconds(np.array([2023, 2024]))
    assert [at // 86_400 for at in found.tolist()] == [
        (date(year, 3, 1) - EPOCH.date()).days for year in (2023, 2024)
    ]


def test_a_zone_that_nobody_knows_is_a_settings_error() -> None:
    """It names the zone."""
    with pytest.raises(SettingsError, match="Europe/Nowhere"):
        LocalTime.of("Europe/Nowhere")


def test_a_zone_goes_to_workers_as_it_is() -> None:
    """Pickled and read again, it has the same changes."""
    zone = LocalTime.of("Europe/Berlin")
    copy = pickle.loads(pickle.dumps(zone))  # noqa: S301 (our own bytes)
    assert (copy.since == zone.since).all()
    assert (copy.ahead == zone.ahead).all()


@pytest.mark.parametrize("name", [name for name in ZONES if name != "+05:30"])
def test_clocks_are_as_far_ahead_as_python_says(zones: Mapping[str, LocalTime], name: str) -> None:
    """Every third day from 1970 to 2022, which no later edition of the zones changes."""
    at = [datetime(1970, 1, 1, 12, tzinfo=UTC) + timedelta(days=n) for n in range(0, 19_358, 3)]
    known = [moment.astimezone(ZoneInfo(name)).utcoffset() // TICK for moment in at]  # type: ignore[operator]
    zone = zones[name]
    assert ahead_of(zone, [micros(moment) for moment in at]).tolist() == known


# When local days begin, worked out by hand from the offsets of the zones.
DAY_BREAKS = [
    ("UTC", "2023-03-01T00:00Z", date(2023, 3, 1)),
    ("+05:30", "2023-02-28T18:30Z", date(2023, 3, 1)),
    ("Asia/Kathmandu", "2023-02-28T18:15Z", date(2023, 3, 1)),
    ("Europe/Berlin", "2023-03-25T23:00Z", date(2023, 3, 26)),
    ("Europe/Berlin", "2023-03-26T22:00Z", date(2023, 3, 27)),  # 23 hours later
    ("Europe/Berlin", "2023-10-28T22:00Z", date(2023, 10, 29)),
    ("Europe/Berlin", "2023-10-29T23:00Z", date(2023, 10, 30)),  # 25 hours later
    ("Europe/Berlin", "9999-07-01T22:00Z", date(9999, 7, 2)),  # in summer, also in the last year
    ("America/Toronto", "2023-11-05T04:00Z", date(2023, 11, 5)),
    ("America/Toronto", "2023-11-06T05:00Z", date(2023, 11, 6)),
    ("America/Santiago", "2023-09-03T04:00Z", date(2023, 9, 3)),  # 00:00 is skipped: the day begins at 01:00
    ("Asia/Beirut", "2022-03-26T22:00Z", date(2022, 3, 27)),  # 00:00 is skipped here too
    ("America/Toronto", "1919-03-31T04:30Z", date(1919, 3, 31)),  # 23:30 became 00:30
    (
        "America/St_Johns",
        "2006-10-29T02:30Z",
        date(2006, 10, 29),
    ),  # 00:01 became 23:01: the first 00:00 counts
    ("America/St_Johns", "2006-10-30T03:30Z", date(2006, 10, 30)),
    ("Pacific/Apia", "2011-12-29T10:00Z", date(2011, 12, 29)),
    ("Pacific/Apia", "2011-12-30T10:00Z", date(2011, 12, 30)),  # a day without any instant
    ("Pacific/Apia", "2011-12-30T10:00Z", date(2011, 12, 31)),
    ("Africa/Monrovia", "1972-01-06T00:44:30Z", date(1972, 1, 6)),
    ("Africa/Monrovia", "1972-01-07T00:44:30Z", date(1972, 1, 7)),  # 00:00 became 00:44:30
    ("Africa/Monrovia", "1972-01-08T00:00Z", date(1972, 1, 8)),
]


@pytest.mark.parametrize(("name", "begin", "day"), DAY_BREAKS)
def test_local_days_begin_where_the_clocks_of_the_zone_say(
    zones: Mapping[str, LocalTime], name: str, begin: str, day: date
) -> None:
    """Days of 0, 23, 24 and 25 hours, with midnights that are skipped or come twice."""
    assert zones[name].midnight(day) == micros(instant(begin))


@pytest.mark.parametrize("name", ZONES)
def test_clocks_show_an_earlier_day_until_a_day_begins(zones: Mapping[str, LocalTime], name: str) -> None:
    """For each day of 200 years on which clocks change, and the days beside it."""
    zone = zones[name]
    changes = [EPOCH + int(at) * TICK for at in zone.since[1:] if at < 130 * 366 * DAY]
    recent = [
        change.date() + timedelta(days=n) for change in changes if change.year > 1900 for n in (-1, 0, 1, 2)
    ]
    days = recent or [date(2023, 3, 1)]
    begin = np.array([zone.midnight(day) for day in days])
    numbers = np.array([(day - EPOCH.date()).days for day in days])
    at_begin, before = (
        (at + zone.ahead[np.searchsorted(zone.since, at, side="right") - 1]) // DAY
        for at in (begin, begin - 1)
    )
    assert (before < numbers).all()
    assert (numbers <= at_begin).all()


def test_changes_are_sorted_and_only_zones_without_any_are_fixed(zones: Mapping[str, LocalTime]) -> None:
    """Compiled code searches in the middle; a fixed zone needs no search."""
    assert [name for name in ZONES if zones[name].fixed] == ["UTC", "+05:30"]
    for zone in zones.values():
        assert (np.diff(zone.since) > 0).all()
        assert (np.diff(zone.turns) > 0).all()


def test_changes_given_in_seconds_become_microseconds() -> None:
    """One hour ahead of UTC, and two from the first second of 1970 on."""
    zone = LocalTime.from_changes(3600, [(0, 7200)])
    assert zone.since[1:].tolist() == [0]
    assert zone.ahead.tolist() == [3_600_000_000, 7_200_000_000]
    assert zone.turns.tolist() == [7_200_000_000]
