"""Local days and hours of instants, by the rules that Spark's Java knows, as numbers that compiled code can use."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from pyspark.sql import SparkSession

Longs = npt.NDArray[np.int64]

SECOND = 1_000_000
"""Instants are microseconds since 1970 UTC."""

_FAR = -(2**62)
_LAST_YEAR = 9999


@dataclass(frozen=True)
class LocalTime:
    """A time zone: from the instant `since[i]` on, until `since[i + 1]`, clocks are `ahead[i]` of UTC.

    Both in microseconds, `since[0]` before all times.
    """

    since: Longs
    ahead: Longs

    @classmethod
    @lru_cache(maxsize=8)
    def of(cls, spark: SparkSession, time_zone: str) -> "LocalTime":
        """The rules of a zone that Spark knows."""
        jvm: Any = spark.sparkContext._jvm
        zone = jvm.org.apache.spark.sql.catalyst.util.DateTimeUtils.getZoneId(time_zone)
        rules = zone.getRules()
        changes = [
            (int(change.toEpochSecond()), int(change.getOffsetAfter().getTotalSeconds()))
            for change in rules.getTransitions()
        ]
        first = int(rules.getOffset(jvm.java.time.Instant.MIN).getTotalSeconds())
        yearly = [_Rule.of(rule) for rule in rules.getTransitionRules()]
        return cls.from_changes(first, [*changes, *_repeated(yearly, changes)])

    @classmethod
    def from_changes(cls, first: int, changes: list[tuple[int, int]]) -> "LocalTime":
        """From an offset in seconds and later ones, each with the second since 1970 at which it begins."""
        since = np.array([_FAR, *(second * SECOND for second, _ in changes)], np.int64)
        return cls(since, np.array([first, *(offset for _, offset in changes)], np.int64) * SECOND)

    @property
    def fixed(self) -> bool:
        """Whether clocks never change."""
        return len(self.since) == 1

    @property
    def turns(self) -> Longs:
        """For each change the local time, in microseconds, before which a wall time is taken by the offset before it.

        A wall time that clocks show twice is the first of both; one that they skip is as if they had not changed.
        """
        found: Longs = self.since[1:] + np.maximum(self.ahead[1:], self.ahead[:-1])
        return found

    def midnight(self, day: date) -> int:
        """The instant at which a local day begins; where its midnight is skipped, the first one after the gap.

        Where clocks show midnight twice, it is the first one.
        """
        local = (day - date(1970, 1, 1)) // timedelta(days=1) * 86_400 * SECOND
        before = int(np.searchsorted(self.turns, local, side="right"))
        begin = int(local - self.ahead[before])
        changes = self.since[before + 1 : before + 2]
        return min(begin, int(changes[0])) if len(changes) else begin


@dataclass(frozen=True)
class _Rule:
    """A change of clocks that comes every year (java.time.zone.ZoneOffsetTransitionRule)."""

    month: int
    day: int
    weekday: int | None
    seconds: int
    clock: str
    standard: int
    before: int
    after: int

    @classmethod
    def of(cls, rule: Any) -> "_Rule":
        weekday = rule.getDayOfWeek()
        end_of_day = 86_400 if rule.isMidnightEndOfDay() else 0
        return cls(
            month=int(rule.getMonth().getValue()),
            day=int(rule.getDayOfMonthIndicator()),
            weekday=None if weekday is None else int(weekday.getValue()),
            seconds=int(rule.getLocalTime().toSecondOfDay()) + end_of_day,
            clock=str(rule.getTimeDefinition()),
            standard=int(rule.getStandardOffset().getTotalSeconds()),
            before=int(rule.getOffsetBefore().getTotalSeconds()),
            after=int(rule.getOffsetAfter().getTotalSeconds()),
        )

    def change(self, year: int) -> tuple[int, int]:
        """The second since 1970 at which it happens in a year, and the offset from then on."""
        at = self._date(year)
        local = (at - date(1970, 1, 1)) // timedelta(days=1) * 86_400 + self.seconds
        ahead = {"UTC": 0, "STANDARD": self.standard, "WALL": self.before}[self.clock]
        return local - ahead, self.after

    def _date(self, year: int) -> date:
        """Counted from the end of the month where `day` is negative; then to the weekday, back or forth."""
        if self.day > 0:
            at = date(year, self.month, self.day)
            return at if self.weekday is None else at + timedelta(days=(self.weekday - at.isoweekday()) % 7)
        at = date(year, self.month, monthrange(year, self.month)[1]) + timedelta(days=self.day + 1)
        return at if self.weekday is None else at - timedelta(days=(at.isoweekday() - self.weekday) % 7)


def _repeated(rules: list[_Rule], changes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """All changes by yearly rules after the single ones."""
    last = changes[-1][0] if changes else -(2**62)
    first_year = (date(1970, 1, 1) + timedelta(seconds=last)).year if changes else 1
    years = range(first_year, _LAST_YEAR + 1) if rules else range(0)
    return sorted(change for year in years for change in (r.change(year) for r in rules) if change[0] > last)
