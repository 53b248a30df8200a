"""The evidence of a run when it ends, and the sums of its report and manifest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from footfall.errors import FootfallError
from footfall.runs.facts import Counts, DayBefore, DaySums
from footfall.runs.manifest import State
from footfall.runs.outcome import Check, Funnel, Shown, Totals
from footfall.runs.progress import StepTime
from footfall.runs.run import Inputs, Run
from footfall.settings import JobSettings


@dataclass(frozen=True)
class Results:
    """The results of a run: sums of its rows, sums of days published earlier, and quarantined rows.

    Args:
        totals: Sums of what is to be published.
        before: The sums of days that were published earlier, by their names; None for days that were not.
        samples: Quarantined rows by their reason: `file`, `line` and `raw`, without device ids.
        shown: Which sums are shown.
    """

    totals: Totals
    before: Mapping[date, Mapping[str, int] | None]
    samples: Mapping[str, Sequence[Mapping[str, str | int]]]
    shown: Shown

    def per_day(self) -> tuple[DaySums, ...]:
        """The sums of each day, with those of the day before: one of this run, or one published earlier."""
        shown = self.shown
        known = {**self.before, **{day.day: day.sums for day in self.totals.by_day}}
        return tuple(
            DaySums(
                day.day,
                {name: day.sums[name] for name in shown.sums},
                shown.main,
                day.suppressed,
                _day_before(known, day.day - timedelta(days=1), shown.measures),
                day.rows,
            )
            for day in self.totals.by_day
        )


def _day_before(
    known: Mapping[date, Mapping[str, int] | None], day: date, measures: Sequence[str]
) -> DayBefore | None:
    sums = known.get(day)
    return DayBefore(day, {name: sums[name] for name in measures}) if sums is not None else None


@dataclass(frozen=True)
class Evidence:
    """A run that has ended.

    `headline` are the main sums of all its days by their names, `sections` what its report says beside what all
    reports say; `refusal` is why it was not published, if it was refused.
    """

    run: Run
    started: datetime
    settings: JobSettings
    inputs: Inputs
    days: Sequence[date]
    funnel: Funnel
    results: Results
    checks: Sequence[Check]
    headline: Mapping[str, int]
    sections: Mapping[str, Any]
    steps: Sequence[StepTime]
    refusal: FootfallError | None

    @property
    def state(self) -> State:
        """`published`, or `refused` if there is a refusal."""
        return "refused" if self.refusal else "published"

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences: the warnings of gates, then what was repaired or skipped while reading."""
        return (*(check.sentence for check in self.checks if check.is_warning), *self.inputs.warnings)

    @property
    def counts(self) -> Counts:
        """Rows by stage of the funnel; counts from which a suppressed number could be worked out are None."""
        funnel, hidden = self.funnel, self.results.totals.suppressed > 0
        outside, inside, boundary = (
            None if hidden else n for n in (funnel.outside_places, funnel.inside_places, funnel.boundary)
        )
        return Counts(
            scanned=funnel.scanned,
            outside_days=funnel.outside_days,
            read=funnel.read,
            quarantined=sum(funnel.quarantined.values()),
            duplicate=funnel.duplicate,
            kept=funnel.kept,
            outside_places=outside,
            inside_places=inside,
            boundary=boundary,
            reasons=funnel.quarantined,
        )
