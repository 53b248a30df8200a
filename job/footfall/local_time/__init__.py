"""Local days and hours of instants, as numbers that compiled code can use."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from footfall.local_time.changes import changes_of

Longs = npt.NDArray[np.int64]

SECOND = 1_000_000
"""Instants are microseconds since 1970 UTC."""

DAY = 86_400 * SECOND

_FAR = -(2**62)


@dataclass(frozen=True)
class LocalTime:
    """A time zone: from the instant `since[i]` on, until `since[i + 1]`, clocks are `ahead[i]` of UTC.

    Both in microseconds, `since[0]` before all times.
    """

    since: Longs
    ahead: Longs

    @classmethod
    @lru_cache(maxsize=8)
    def of(cls, time_zone: str) -> "LocalTime":
        """The changes of a zone, up to the year 9999.

        Raises:
            SettingsError: There is no zone of this name.
        """
        return cls.from_changes(*changes_of(time_zone))

    @classmethod
    def from_changes(cls, first: int, changes: list[tuple[int, int]]) -> "LocalTime":
        """A zone with a first offset in seconds, and later ones, each with the second since 1970 at which it begins."""
        since = np.array([_FAR, *(second * SECOND for second, _ in changes)], np.int64)
        return cls(since, np.array([first, *(offset for _, offset in changes)], np.int64) * SECOND)

    @property
    def fixed(self) -> bool:
        """Whether clocks never change."""
        return len(self.since) == 1

    @property
    def turns(self) -> Longs:
        """For each change of the clocks, the wall time (microseconds) from which on the new offset applies.

        Wall times before it have the old offset: one that clocks show twice is the first of both, and one that they
        skip is read as if they had not changed.
        """
        found: Longs = self.since[1:] + np.maximum(self.ahead[1:], self.ahead[:-1])
        return found

    def on_clocks(self, instants: Longs) -> Longs:
        """The local times that clocks show at some instants, in microseconds since 1970 on the clock."""
        clock: Longs = instants + self.ahead[np.searchsorted(self.since, instants, side="right") - 1]
        return clock

    def midnight(self, day: date) -> int:
        """The instant at which a local day begins; where its midnight is skipped, the first one after the gap.

        Where clocks show midnight twice, it is the first one.
        """
        local = (day - date(1970, 1, 1)) // timedelta(days=1) * DAY
        before = int(np.searchsorted(self.turns, local, side="right"))
        begin = int(local - self.ahead[before])
        changes = self.since[before + 1 : before + 2]
        return min(begin, int(changes[0])) if len(changes) else begin
