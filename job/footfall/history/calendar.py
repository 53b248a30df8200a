"""The days of an output, each with its state."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from footfall.history.record import RunRecord
from footfall.runs.facts import DaySums

NEAR = timedelta(days=31)
"""Days between a published day and one that was only tried, above which nobody meant those between to be counted."""

DayState = Literal["published", "refused", "failed", "running", "lost", "missing"]
"""`missing`: no run has tried it. The others are states of runs; `published` also if a later run failed."""


@dataclass(frozen=True)
class DayRecord:
    """A day of an output.

    Attributes:
        day: The calendar day.
        state: `published` if its counts are in the table, else the state of its last run.
        publisher: The run whose counts are in the table; None if the day was never published.
        latest: The last run that counted the day, or tried to; None if there is none.
        attempts: How many runs counted the day, or tried to.
    """

    day: date
    state: DayState
    publisher: RunRecord | None
    latest: RunRecord | None
    attempts: int

    @property
    def is_published(self) -> bool:
        """Whether the table holds the day, also if a later run of it failed."""
        return self.publisher is not None

    @property
    def is_troubled(self) -> bool:
        """Whether the last run of the day has ended without publishing it."""
        return self.latest is not None and self.latest.is_over and self.latest.state != "published"

    @property
    def sums(self) -> DaySums | None:
        """The sums of its published rows; None if they are not known."""
        found = (each for each in (self.publisher.per_day if self.publisher else ()) if each.day == self.day)
        return next(found, None)

    @property
    def digest(self) -> str | None:
        """The digest of its published rows; None if it is not known."""
        manifest = self.publisher.manifest if self.publisher else None
        return manifest.digests.get(self.day) if manifest else None


def calendar(
    runs: Sequence[RunRecord],
    first: date | None = None,
    last: date | None = None,
    named: Sequence[date] = (),
) -> list[DayRecord]:
    """Each day from the first to the last, with its state.

    Args:
        runs: All runs, the latest first.
        first: The first day; by default the first one that a run published or tried.
        last: The last day; by default the last one.
        named: Days that are expected as well, whether a run tried them or not.

    By default a day that was tried, and never published, stands alone where it is farther than NEAR from all others.
    """
    by_day: dict[date, list[RunRecord]] = {day: [] for day in _days(runs, first, last, named)}
    for run in runs:
        for day in run.days:
            if day in by_day:
                by_day[day].append(run)
    return [_day_record(day, of_day) for day, of_day in by_day.items()]


def _days(
    runs: Sequence[RunRecord], first: date | None, last: date | None, named: Sequence[date]
) -> list[date]:
    """The days of a calendar, in their order."""
    tried = sorted({day for run in runs for day in run.days})
    expected = [*named, *(day for run in runs if run.state == "published" for day in run.days)] or tried[-1:]
    begin, end = first or min(expected, default=None), last or max(expected, default=None)
    if begin is None or end is None:
        return []
    if first is None:
        for day in reversed(tried):
            begin = day if timedelta(0) < begin - day <= NEAR else begin
    if last is None:
        for day in tried:
            end = day if timedelta(0) < day - end <= NEAR else end
    within = {day for day in tried if (first or date.min) <= day <= (last or date.max)}
    return sorted({*_between(begin, end), *within})


def spans(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """The first and last day of each stretch of consecutive days, in their order."""
    first: date | None = None
    last: date | None = None
    for day in sorted(days):
        if first is None or last is None or day - last > timedelta(days=1):
            if first is not None and last is not None:
                yield first, last
            first = day
        last = day
    if first is not None and last is not None:
        yield first, last


def _between(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _day_record(day: date, runs: list[RunRecord]) -> DayRecord:
    latest = runs[0] if runs else None
    published = [run for run in runs if run.state == "published"]
    publisher = max(published, key=lambda run: (run.finished is not None, run.finished), default=None)
    return DayRecord(day, _state(latest, publisher), publisher, latest, len(runs))


def _state(latest: RunRecord | None, publisher: RunRecord | None) -> DayState:
    if latest is None:
        return "missing"
    if latest.state == "running":
        return "running"
    if publisher is not None:
        return "published"
    return "missing" if latest.state == "damaged" else latest.state
