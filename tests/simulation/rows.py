"""The days and the week of histories, and rows that tell which run wrote them."""

from datetime import date
from functools import cache

import pyarrow as pa

from footfall.periods import Period
from footfall.periods.columns import ROWS
from footfall.schema import FOOTFALL

DAYS = (date(2023, 3, 1), date(2023, 3, 2))

WEEK = Period("week", date(2023, 2, 27))
"""The week that stands for both days: publishing asks no more of a week than that a run of its days counts it."""


@cache
def table(day: date, marks: tuple[int, ...]) -> pa.Table:
    """A row of FOOTFALL for each mark."""
    counted = ("pings", "devices", "visits", "single_ping_visits")
    lists = {"visits_by_hour": [0] * 24, "dwell_buckets": [0] * 7}
    rows = [
        {
            "place_id": f"P{mark % 10}",
            "day": day,
            **dict.fromkeys(counted, mark),
            **lists,
            "suppressed": False,
        }
        for mark in marks
    ]
    return pa.Table.from_pylist(rows, FOOTFALL)


@cache
def week_table(marks: tuple[int, ...]) -> pa.Table:
    """A row of ROWS for each mark."""
    shared = {"first_day": WEEK.first, "suppressed": False}
    rows = [{"place_id": f"P{mark % 10}", "pings": mark, **shared} for mark in marks]
    return pa.Table.from_pylist(rows, ROWS)
