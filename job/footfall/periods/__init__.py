"""Weeks and months: which local days they have, and how they are named."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:  # a command that starts a run elsewhere needs no numpy, which takes a quarter of its start
    import numpy as np
    import numpy.typing as npt

    Longs = npt.NDArray[np.int64]

Kind = Literal["week", "month"]
"""`week`: Monday to Sunday, as ISO 8601 numbers them; `month`: of the calendar."""

KINDS: tuple[Kind, ...] = ("week", "month")

LONGEST = {"week": 7, "month": 31}
"""So many days a period has at most."""

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
        if self.kind == "month":
            return self.first.replace(day=monthrange(self.first.year, self.first.month)[1])
        return self.first + timedelta(days=_WEEK - 1)

    @property
    def number(self) -> int:
        """How many periods of its kind are between 1970-01-01 and its first day."""
        if self.kind == "month":
            return 12 * (self.first.year - 1970) + self.first.month - 1
        return ((self.first - date(1970, 1, 1)).days + _MONDAY) // _WEEK

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
    if kind == "month":
        return Period(kind, date(1970 + number // 12, 1 + number % 12, 1))
    return Period(kind, date(1970, 1, 1) + timedelta(days=number * _WEEK - _MONDAY))


def whole(kind: Kind, days: Iterable[date]) -> Iterator[Period]:
    """The periods of which all days are among these, in their order."""
    there = set(days)
    for period in sorted({period_of(kind, day) for day in there}):
        if there.issuperset(period.days):
            yield period


def numbers(kind: Kind, days: "npt.NDArray[np.integer]") -> "Longs":
    """The number of the period of each day; days are counted since 1970."""
    if kind == "week":
        found: Longs = (days.astype("int64") + _MONDAY) // _WEEK
        return found
    return days.astype("datetime64[D]").astype("datetime64[M]").astype("int64")


def first_days(kind: Kind, numbers: "Longs") -> "Longs":
    """The first day of the period of each number, counted since 1970."""
    if kind == "week":
        return numbers * _WEEK - _MONDAY
    return numbers.astype("datetime64[M]").astype("datetime64[D]").astype("int64")
