"""Weeks and months: which local days they have, and how they are named."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import numpy.typing as npt

Kind = Literal["week", "month"]
"""`week`: Monday to Sunday, as ISO 8601 numbers them; `month`: of the calendar."""

KINDS: tuple[Kind, ...] = ("week", "month")

LONGEST = {"week": 7, "month": 31}
"""So many days a period has at most."""

Longs = npt.NDArray[np.int64]

_MONDAY = 3
"""1970-01-01 is a Thursday: so many days after a Monday."""

_WEEK = 7


@dataclass(frozen=True, order=True)
class Period:
    """A week or a month.

    Args:
        kind: Which of them.
        first: Its first day.
    """

    kind: Kind
    first: date

    @property
    def name(self) -> str:
        """How it is named: 2023-W09, or 2023-03."""
        if self.kind == "month":
            return f"{self.first:%Y-%m}"
        year, week, _ = self.first.isocalendar()
        return f"{year:04}-W{week:02}"

    @property
    def last(self) -> date:
        """Its last day."""
        following = int(first_days(self.kind, np.array([self.number + 1]))[0])
        return date(1970, 1, 1) + timedelta(days=following - 1)

    @property
    def number(self) -> int:
        """How many periods of its kind are between 1970-01-01 and its first day."""
        return int(numbers(self.kind, np.array([_days_since_1970(self.first)]))[0])

    @property
    def days(self) -> tuple[date, ...]:
        """Its days, in their order."""
        return tuple(self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))


def period_of(kind: Kind, day: date) -> Period:
    """The period that a day lies in."""
    if kind == "month":
        return Period(kind, day.replace(day=1))
    return Period(kind, day - timedelta(days=day.weekday()))


def period_numbered(kind: Kind, number: int) -> Period:
    """The period of a number."""
    day = int(first_days(kind, np.array([number]))[0])
    return Period(kind, date(1970, 1, 1) + timedelta(days=day))


def whole(kind: Kind, days: Iterable[date]) -> Iterator[Period]:
    """The periods of which all days are among these, in their order."""
    there = set(days)
    for period in sorted({period_of(kind, day) for day in there}):
        if there.issuperset(period.days):
            yield period


def numbers(kind: Kind, days: npt.NDArray[np.integer]) -> Longs:
    """The number of the period of each day; days are counted since 1970."""
    if kind == "week":
        found: Longs = (days.astype(np.int64) + _MONDAY) // _WEEK
        return found
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def first_days(kind: Kind, numbers: Longs) -> Longs:
    """The first day of the period of each number, counted since 1970."""
    if kind == "week":
        return numbers * _WEEK - _MONDAY
    return numbers.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def _days_since_1970(day: date) -> int:
    return (day - date(1970, 1, 1)).days
