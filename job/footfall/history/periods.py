"""Finds stale weeks and months: those whose published counts a run of today would change."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from footfall.history.calendar import DayRecord
from footfall.history.record import RunRecord
from footfall.history.staleness import CurrentState, Verdict, changed_inputs
from footfall.periods import Kind, Period, whole
from footfall.plurals import shortened
from footfall.runs.manifest import Manifest

_LISTED = 3


@dataclass(frozen=True)
class PeriodVerdict:
    """Whether a week or month, such as 2023-W09 or 2023-03, must be counted: its state, and the reasons."""

    period: str
    state: Literal["current", "stale", "missing", "running"]
    reasons: tuple[str, ...]


def period_verdicts(
    kind: Kind, runs: Sequence[RunRecord], days: Sequence[tuple[DayRecord, Verdict]], now: CurrentState
) -> list[PeriodVerdict]:
    """The verdicts on the periods of which all days are given.

    Args:
        kind: Weeks or months.
        runs: All runs.
        days: Consecutive days, with their verdicts.
        now: The input, the settings and the code of a run of now.
    """
    by_day = {record.day: (record, found) for record, found in days}
    return [
        _verdict(period, runs, [by_day[day] for day in period.days], now) for period in whole(kind, by_day)
    ]


def _publisher(period: Period, runs: Sequence[RunRecord]) -> Manifest | None:
    """The manifest of the run whose rows of the period are in the table; None if there is none."""
    published = [
        run.manifest
        for run in runs
        if run.state == "published"
        and run.manifest is not None
        and any(each.period == period.name for each in run.manifest.periods)
    ]
    return max(published, key=lambda manifest: manifest.finished, default=None)


def _verdict(
    period: Period, runs: Sequence[RunRecord], days: Sequence[tuple[DayRecord, Verdict]], now: CurrentState
) -> PeriodVerdict:
    publisher = _publisher(period, runs)
    if any(found.state == "running" for _, found in days):
        return PeriodVerdict(period.name, "running", ())
    if publisher is None:
        return PeriodVerdict(period.name, "missing", ())
    stale = [str(found.day) for _, found in days if found.state != "current"]
    again = [str(record.day) for record, _ in days if record.digest != publisher.digests.get(record.day)]
    reasons = (
        *((f"to be counted: {shortened(stale, _LISTED)}",) if stale else ()),
        *((f"published since with other rows: {shortened(again, _LISTED)}",) if again else ()),
        *_cut_off(period, publisher, runs),
        *_before(period, publisher, now),
    )
    return PeriodVerdict(period.name, "stale" if reasons else "current", reasons)


def _cut_off(period: Period, publisher: Manifest, runs: Sequence[RunRecord]) -> Iterator[str]:
    """Reasons: runs since then that may have replaced days of the period, and died before they replaced its rows."""
    days = set(period.days)
    for run in runs:
        died = run.state == "lost" or (run.manifest is not None and _died_publishing(run.manifest))
        is_later = run.started is not None and run.started > publisher.started
        if died and is_later and (run.asked == "all" or days & set(run.days)):
            yield f"{run.run_id} ended before it was complete, and may have replaced days alone"


def _died_publishing(manifest: Manifest) -> bool:
    return manifest.state == "failed" and manifest.step == "publish"


def _before(period: Period, publisher: Manifest, now: CurrentState) -> Iterator[str]:
    """Reasons: changes of the days before the period that `look_back` searches for returning devices."""
    then, days = publisher.settings.get("look_back"), _days(now.settings)
    if then != now.settings.get("look_back"):
        yield "setting changed: look_back"
    earlier = [period.first - timedelta(days=n) for n in range(1, days + 1)]
    yield from dict.fromkeys(
        reason for day in earlier for reason in changed_inputs(day, publisher.inputs, now.inputs)
    )


def _days(settings: Mapping[str, Any]) -> int:
    return int(settings.get("look_back") or 0)
