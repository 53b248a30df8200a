"""Which pings are kept, and what is said of the others."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from footfall.clean import Rules, judge
from footfall.read.pings.rows import Rows
from footfall.schema import CALENDAR, OTHER_DAY, OUTSIDE_DAYS, REASONS, SOUND
from footfall.settings import Settings
from tests.ping_tables import instant, micros, read, rows_of

HOUR = timedelta(hours=1)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def rules(zone: str, days: Any, **settings: Any) -> Rules:
    """The rules of settings with these days in a zone."""
    given = {"pings": {"path": "p"}, "places": {"path": "q"}, "output": "o", "time_zone": zone, "days": days}
    return Rules.of(Settings.model_validate({**given, **settings}), NOW)


ACCURATE = {"path": "p", "accuracy_limit": 50, "columns": {"accuracy": "accuracy"}}
ALL_DAYS = rules("UTC", "all", pings=ACCURATE)

# One row per rule, alone and together with the rules that come after it.
JUDGED = """
device                     | at               | lat   | lon   | accuracy | defect          | reason
sound                      | 2023-03-01T12:00 | 14.6  | -90.5 | 5        | -               | -
north pole                 | 2023-03-01T12:00 | 90    | 180   | 5        | -               | -
south pole                 | 2023-03-01T12:00 | -90   | -180  | 5        | -               | -
on the equator             | 2023-03-01T12:00 | 0     | 9     | 5        | -               | -
on the first meridian      | 2023-03-01T12:00 | 51    | -0.0  | 5        | -               | -
accuracy at the limit      | 2023-03-01T12:00 | 14.6  | -90.5 | 50       | -               | -
accuracy unknown           | 2023-03-01T12:00 | 14.6  | -90.5 | -        | -               | -
defect                     | 2023-03-01T12:00 | 14.6  | -90.5 | 5        | unreadable_row  | unreadable_row
defect before swapped      | 2023-03-01T12:00 | -90.5 | 14.6  | 99       | wrong_type:at   | wrong_type:at
defect and nothing else    | -                | -     | -     | -        | unreadable_row  | unreadable_row
swapped                    | 2023-03-01T12:00 | -90.5 | 14.6  | 5        | -               | coordinates_swapped
swapped at the far end     | 2023-03-01T12:00 | 180   | 90    | 5        | -               | coordinates_swapped
swapped before accuracy    | 2023-03-01T12:00 | -90.5 | 14.6  | 99       | -               | coordinates_swapped
lat beyond any longitude   | 2023-03-01T12:00 | 180.1 | 14.6  | 5        | -               | coordinate_out_of_range
lon beyond                 | 2023-03-01T12:00 | 14.6  | 180.1 | 5        | -               | coordinate_out_of_range
both beyond                | 2023-03-01T12:00 | 90.1  | 90.1  | 5        | -               | coordinate_out_of_range
lat not a number           | 2023-03-01T12:00 | nan   | 0     | 5        | -               | coordinate_out_of_range
lon not a number           | 2023-03-01T12:00 | 0     | nan   | 5        | -               | coordinate_out_of_range
infinite                   | 2023-03-01T12:00 | -inf  | 14.6  | 5        | -               | coordinate_out_of_range
out of range, poor         | 2023-03-01T12:00 | 14.6  | -999  | 99       | -               | coordinate_out_of_range
zero                       | 2023-03-01T12:00 | 0     | 0     | 5        | -               | coordinate_zero
zero with signs            | 2023-03-01T12:00 | -0.0  | 0.0   | 5        | -               | coordinate_zero
zero before accuracy       | 2023-03-01T12:00 | 0     | 0     | 99       | -               | coordinate_zero
accuracy worse             | 2023-03-01T12:00 | 14.6  | -90.5 | 50.01    | -               | accuracy_too_poor
"""

# The run is asked for 1 March in Guatemala (UTC-6): 06:00 to 06:00 UTC; it looks 30 min back and 2 h ahead.
GUATEMALA = rules(
    "America/Guatemala",
    {"from": "2023-03-01", "to": "2023-03-01"},
    visit_gap=timedelta(minutes=30),
    visit_horizon=timedelta(hours=2),
)
NEAR = """
device                    | at                         | lat  | lon   | accuracy | defect            | reason
first instant             | 2023-03-01T06:00           | 14.6 | -90.5 | -        | -                 | -
last instant              | 2023-03-02T05:59:59.999999 | 14.6 | -90.5 | -        | -                 | -
a gap before              | 2023-03-01T05:30           | 14.6 | -90.5 | -        | -                 | -
longer before             | 2023-03-01T05:29:59.999999 | 14.6 | -90.5 | -        | -                 | outside_days
just after                | 2023-03-02T06:00           | 14.6 | -90.5 | -        | -                 | -
at the end of the horizon | 2023-03-02T07:59:59.999999 | 14.6 | -90.5 | -        | -                 | -
beyond the horizon        | 2023-03-02T08:00           | 14.6 | -90.5 | -        | -                 | outside_days
faulty on the day         | 2023-03-01T06:00           | 0    | 0     | -        | -                 | coordinate_zero
faulty before             | 2023-03-01T05:59:59        | 0    | 0     | -        | -                 | outside_days
faulty after              | 2023-03-02T06:00           | 0    | 0     | -        | -                 | outside_days
defect on the day         | 2023-03-01T12:00           | -    | -90.5 | -        | missing_field:lat | missing_field:lat
defect before             | 2023-03-01T05:59:59        | -    | -90.5 | -        | missing_field:lat | outside_days
defect long before        | 2022-03-01T05:59:59        | -    | -90.5 | -        | missing_field:lat | outside_days
day unknown               | -                          | 14.6 | -90.5 | -        | missing_field:at  | missing_field:at
"""


def expected(table: str) -> dict[str, str | None]:
    """The last column of a table, by the first."""
    cells = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()[1:]]
    return {row[0]: None if row[-1] == "-" else row[-1] for row in cells}


def reasons(rows: Rows, asked: Rules) -> dict[str, str | None]:
    """The reason of each row, by device."""
    found = judge(rows, asked)
    assert found is not None
    names = {SOUND: None, OTHER_DAY: OUTSIDE_DAYS, **dict(enumerate(REASONS))}
    return dict(zip(rows.device.to_pylist(), (names[number] for number in found.tolist()), strict=True))


@pytest.mark.parametrize(("table", "asked"), [(JUDGED, ALL_DAYS), (NEAR, GUATEMALA)])
def test_each_ping_has_the_first_reason_that_applies(table: str, asked: Rules) -> None:
    """Rules one by one, in their order, and around the asked days."""
    assert reasons(read(table), asked) == expected(table)


def test_every_reason_that_clean_gives_is_known_in_the_order_of_its_rules() -> None:
    """The report lists reasons in the order in which they are asked."""
    asked = [
        "implausible_time",
        "coordinates_swapped",
        "coordinate_out_of_range",
        "coordinate_zero",
        "accuracy_too_poor",
    ]
    assert list(REASONS[-8:-3]) == asked  # the last three are asked of devices


ASKED_DAYS = [
    ("Europe/Berlin", date(2023, 3, 26), "2023-03-25T23:00Z", "2023-03-26T22:00Z"),
    ("America/New_York", date(2023, 11, 5), "2023-11-05T04:00Z", "2023-11-06T05:00Z"),
    ("America/Santiago", date(2023, 9, 3), "2023-09-03T04:00Z", "2023-09-04T03:00Z"),
    ("America/Havana", date(2023, 11, 5), "2023-11-05T04:00Z", "2023-11-06T05:00Z"),  # 00:00 comes twice
]


def test_a_day_is_asked_for_from_its_first_to_its_last_instant() -> None:
    """Faulty pings show it: on the day they are quarantined, else they are of no interest."""
    for zone, day, begin, end in ASKED_DAYS:
        asked = rules(zone, {"from": day, "to": day}, visit_gap=HOUR, visit_horizon=HOUR)
        borders = micros(instant(begin)), micros(instant(end))
        at = [borders[0] - 1, borders[0], borders[1] - 1, borders[1]]
        rows = rows_of(device=["before", "first", "last", "after"], at=at, lon=[0.0] * 4, lat=[0.0] * 4)
        assert reasons(rows, asked) == {
            "before": "outside_days",
            "first": "coordinate_zero",
            "last": "coordinate_zero",
            "after": "outside_days",
        }


def test_files_need_not_read_what_lies_beyond_the_neighbours_of_the_days() -> None:
    """From a gap before the day to a horizon after it rows are read; all else, sound or not, is of another day."""
    (begin, before), (after, end) = GUATEMALA.unread
    assert (before, after) == (micros(instant("2023-03-01T05:30")), micros(instant("2023-03-02T08:00")))
    assert (begin, end - 1) == (micros(instant("2000-01-01T06:00")), micros(instant("2026-01-02T06:00")) - 1)


def test_where_all_days_are_asked_for_all_is_read() -> None:
    """No span holds an instant of the calendar."""
    for begin, end in ALL_DAYS.unread:
        assert begin >= end


def test_days_that_a_ping_can_be_of_are_settings() -> None:
    """Both are included, in the zone of the days; by default the last one is the day after the run begins."""
    pings = {"path": "p", "earliest": "2023-02-28", "latest": "2023-03-02"}
    asked = rules("Asia/Tokyo", "all", pings=pings)
    begin, end = micros(instant("2023-02-27T15:00")), micros(instant("2023-03-02T15:00"))
    assert (asked.asked, asked.near, asked.plausible) == ((begin, end),) * 3
    rows = rows_of(
        device=["early", "first", "last", "late"],
        at=[begin - 1, begin, end - 1, end],
        lon=[1.0] * 4,
        lat=[1.0] * 4,
    )
    assert reasons(rows, asked) == {
        "early": "implausible_time",
        "first": None,
        "last": None,
        "late": "implausible_time",
    }
    ever = rules("UTC", "all", pings={"path": "p", "earliest": "0001-01-01", "latest": "9999-12-31"})
    assert ever.plausible[0] <= CALENDAR[0]
    assert ever.plausible[1] == CALENDAR[1]


def test_visits_do_not_reach_beyond_what_is_plausible() -> None:
    """A file of the day before the first one need not be read."""
    pings = {"path": "p", "earliest": "2023-03-01", "latest": "2023-03-01"}
    asked = rules("UTC", "2023-03-01", pings=pings)
    day = micros(instant("2023-03-01")), micros(instant("2023-03-02"))
    assert (asked.asked, asked.near, asked.unread) == (day, day, ((day[0], day[0]), (day[1], day[1])))


def test_the_rules_follow_the_settings() -> None:
    """Days are in `time_zone`, by default that of the pings; visits reach a gap back and a horizon ahead."""
    given = {
        "pings": {"path": "p", "time_zone": "Asia/Tokyo", "accuracy_limit": 30, "columns": {"accuracy": "a"}},
        "places": {"path": "q"},
        "output": "o",
        "day": "2023-03-01",
        "visit_gap": "10min",
        "visit_horizon": "3h",
    }
    in_tokyo = Rules.of(Settings.model_validate(given), NOW)
    day = micros(instant("2023-02-28T15:00")), micros(instant("2023-03-01T15:00"))
    near = micros(instant("2023-02-28T14:50")), micros(instant("2023-03-01T18:00"))
    plausible = micros(instant("1999-12-31T15:00")), micros(instant("2026-01-02T15:00"))
    assert in_tokyo == Rules(day, near, 30, plausible=plausible)
    in_berlin = Rules.of(Settings.model_validate({**given, "time_zone": "Europe/Berlin"}), NOW)
    assert in_berlin.asked == (micros(instant("2023-02-28T23:00")), micros(instant("2023-03-01T23:00")))
