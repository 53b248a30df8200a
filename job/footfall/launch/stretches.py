"""Which days go into one run: those that follow each other, in whole weeks or months where these are counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from footfall.history.calendar import spans
from footfall.periods import Kind, Period, whole

MOST_TOGETHER = 31
"""So many days go into one run at most: if it is killed, no more than these have to be counted again."""

Days = list[date]


@dataclass(frozen=True)
class Stretches:
    """How days are put together.

    Args:
        most: So many days go into one run at most; one week or month goes into one run even so.
        kind: The weeks or months that runs count beside days; None if they count none.
    """

    most: int = 1
    kind: Kind | None = None

    def of(self, days: Sequence[date]) -> list[Days]:
        """The days in the order of the calendar, each in one stretch."""
        periods = [list(period.days) for period in self._whole(days)]
        of_periods = {day for some in periods for day in some}
        found = self._together(periods) + self._alone([day for day in days if day not in of_periods])
        return sorted(found)

    def split(self, days: Sequence[date]) -> list[Days]:
        """The smallest stretches of some days: weeks or months, or each day; none if they cannot be split."""
        periods = [list(period.days) for period in self._whole(days)]
        if len(periods) > 1:
            return periods
        return [[day] for day in days] if len(days) > 1 else []

    def flags(self, days: Sequence[date]) -> list[str]:
        """The flags of a run of a stretch; one without whole weeks or months counts days only, without look_back."""
        is_whole = self.kind is None or len(days) == sum(len(period.days) for period in self._whole(days))
        name = str(days[0]) if len(days) == 1 else f"{{from: {days[0]}, to: {days[-1]}}}"
        return [f"--days={name}", *([] if is_whole else ["--period=day", "--look-back="])]

    def _whole(self, days: Sequence[date]) -> list[Period]:
        return [] if self.kind is None else list(whole(self.kind, days))

    def _together(self, periods: Sequence[Days]) -> list[Days]:
        """Neighbours of weeks or months, as many as are allowed."""
        found: list[Days] = []
        for days in periods:
            follows = bool(found) and found[-1][-1] + timedelta(days=1) == days[0]
            if follows and len(found[-1]) + len(days) <= self.most:
                found[-1] = found[-1] + days
            else:
                found.append(days)
        return found

    def _alone(self, days: Sequence[date]) -> list[Days]:
        found: list[Days] = []
        for first, last in spans(days):
            every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
            found += [every[start : start + self.most] for start in range(0, len(every), self.most)]
        return found
