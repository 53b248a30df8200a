"""The published table to export: that of days, of weeks or of months."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import pyarrow as pa

from footfall.compare import Days
from footfall.compare.periods import Periods
from footfall.errors import InputError
from footfall.periods import Kind, period_of
from footfall.periods.columns import PERIOD_MEASURES
from footfall.schema import MEASURES
from footfall.table import Column

Unit = Literal["day", "week", "month"]

_ONE_DAY = timedelta(days=1)
_WEEK = re.compile(r"(\d{4})-W(\d\d)")


@dataclass(frozen=True)
class Published:
    """A published table, one part for each day, week or month.

    Attributes:
        address: Its address, as it was given.
        unit: The name of a part: `day`, `week` or `month`.
        key: The column that names the part of a row.
        measures: The measures that it can have.
        parts: The first days of the parts, sorted.
        rows: Returns the rows of a part.
        columns: Returns the names of the columns in the files of a part, which another version may have written.
    """

    address: str
    unit: Unit
    key: str
    measures: tuple[Column, ...]
    parts: tuple[date, ...]
    rows: Callable[[date], pa.Table]
    columns: Callable[[date], tuple[str, ...]]

    def name(self, part: date) -> str:
        """The name of a part: 2023-03-01, 2023-W09 or 2023-03."""
        return str(part) if self.unit == "day" else period_of(self.unit, part).name

    def last_day(self, part: date) -> date:
        """The last day of a part."""
        return part if self.unit == "day" else period_of(self.unit, part).last

    def start(self, day: date) -> date:
        """The first day of the part that a day belongs to."""
        return day if self.unit == "day" else period_of(self.unit, day).first

    def between(self, first: date, last: date) -> list[date]:
        """The first days of all parts with a day in a range, published or not."""
        found, part = [], self.start(first)
        while part <= last:
            found.append(part)
            part = self.last_day(part) + _ONE_DAY
        return found


def published_days(days: Days) -> Published:
    """The table of days."""
    return Published(days.address, "day", "day", MEASURES, days.days, days.rows, days.columns)


def published_periods(periods: Periods) -> Published:
    """The table of weeks, or of months.

    Raises:
        InputError: None is published.
    """
    kind = periods.kind
    if not periods.names:
        raise InputError(
            f"No {kind} is published",
            where=periods.address,
            fix=f"Count with the setting period: {kind}, or export days.",
        )
    by_part, read = {_first_day(name): name for name in periods.names}, periods.rows
    return Published(
        periods.address,
        kind,
        "first_day",
        PERIOD_MEASURES,
        tuple(sorted(by_part)),
        lambda part: _named(read(by_part[part]), kind, by_part[part]),
        lambda part: tuple(read(by_part[part]).column_names),
    )


def _named(rows: pa.Table, kind: Kind, name: str) -> pa.Table:
    """The rows with a column of the name of their week or month, which files do not have."""
    return rows.append_column(kind, pa.repeat(pa.scalar(name), len(rows)))


def _first_day(name: str) -> date:
    week = _WEEK.fullmatch(name)
    return date.fromisocalendar(int(week[1]), int(week[2]), 1) if week else date.fromisoformat(f"{name}-01")
