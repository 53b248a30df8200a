"""The published tables of weeks and of months: their columns, types, zeros and laws."""

from dataclasses import replace

import pyarrow as pa

from footfall.periods import Kind
from footfall.schema import DWELL_BUCKETS, LIST, MEASURES, PLACE_DAYS
from footfall.table import Column, DayTable, Law

OFTEN = ("1", "2", "3", "4 or more")
"""The numbers of days by which devices of a period are counted: those that came on 1 day, on 2 days, and so on."""

WEEKDAY_HOURS = 7 * 24


def _as_daily(name: str, about: str) -> Column:
    """A measure that a day has as well, with the same laws."""
    daily = next(column for column in MEASURES if column.name == name)
    return replace(daily, about=about)


def _adds_up(name: str, whole: str) -> Law:
    return lambda row: row[name].sum(axis=1) == row[whole]


PERIOD_MEASURES = (
    _as_daily("pings", "distinct pings inside in the period"),
    _as_daily("devices", "distinct devices that sent them, each once however many days it came on"),
    _as_daily("visits", "visits that start in the period"),
    _as_daily("single_ping_visits", "visits of one ping, whose dwell is unknown"),
    _as_daily("dwell_seconds_p25", "first quartile of the dwell of all visits of the period, in seconds"),
    _as_daily("dwell_seconds_p50", "median of the dwell of all visits of the period, in seconds"),
    _as_daily("dwell_seconds_p75", "third quartile of the dwell of all visits of the period, in seconds"),
    _as_daily("dwell_buckets", f"visits by minutes of dwell: {', '.join(DWELL_BUCKETS)}"),
    _as_daily("visits_of_at_least", "visits whose dwell is at least each of the durations of that setting"),
    _as_daily("certain_pings", "the sum of this number over the days"),
    _as_daily("possible_pings", "the sum of this number over the days, null where that of a day is withheld"),
    Column(
        "visits_by_day",
        LIST,
        "visits that start on each day of the period: 7 numbers of a week, 28 to 31 of a month",
        laws=(("days add up to visits", _adds_up("visits_by_day", "visits")),),
        width=None,
    ),
    Column(
        "visits_by_weekday_hour",
        LIST,
        "visits that start in each local hour of each weekday: 168 numbers, the first that of Monday at 0",
        laws=(("hours of weekdays add up to visits", _adds_up("visits_by_weekday_hour", "visits")),),
        width=WEEKDAY_HOURS,
    ),
    Column(
        "devices_by_days",
        LIST,
        f"devices by the number of days on which they were there: {', '.join(OFTEN)}",
        laws=(("devices by days add up to devices", _adds_up("devices_by_days", "devices")),),
        width=len(OFTEN),
    ),
    Column(
        "returning_devices",
        pa.int64(),
        "devices that were there on one of the days before the period that the setting look_back asks for",
        laws=(
            ("no more devices return than there are", lambda row: row["returning_devices"] <= row["devices"]),
        ),
        is_optional=True,
    ),
    Column(
        "new_devices",
        pa.int64(),
        "devices that were not",
        laws=(
            (
                "new and returning devices add up to devices",
                lambda row: row["new_devices"] + row["returning_devices"] == row["devices"],
            ),
        ),
        is_optional=True,
    ),
)
"""What is counted per place and period."""


def table_of(kind: Kind) -> str:
    """The name of the table of all weeks, or of all months."""
    return f"footfall_{kind}"


def period_table(kind: Kind) -> DayTable:
    """The table of all weeks, or of all months: one row per place and period, measures null where `suppressed`."""
    return DayTable(table_of(kind), PLACE_DAYS.keys, PERIOD_MEASURES, date="first_day")


ROWS = period_table("week").schema
"""The columns of both; the name of a period, such as 2023-W09, is in the paths of an output folder alone."""
