"""The evidence of a run when it ends, and the sums of its report and manifest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from footfall.errors import FootfallError
from footfall.runs.facts import Counts, DayBefore, DaySums, Headline
from footfall.runs.manifest import State
from footfall.runs.outcome import Check, DayTotals, Funnel, Totals
from footfall.runs.progress import StepTime
from footfall.runs.run import Inputs, Run
from footfall.settings import Settings


@dataclass(frozen=True)
class Results:
    """The results of a run: sums of its rows, sums of days published earlier, and quarantined rows.

    Args:
        totals: Sums of what is to be published.
        before: Pings and visits of days that were published earlier; None for days that were not.
        samples: Quarantined rows by their reason: `file`, `line` and `raw`, without device ids.
    """

    totals: Totals
    before: Mapping[date, tuple[int, int] | None]
    samples: Mapping[str, Sequence[Mapping[str, str | int]]]

    def per_day(self) -> tuple[DaySums, ...]:
        """The sums of each day, and the change against the day before: one of this run, or one published earlier."""
        here = {day.day: (day.pings, day.visits) for day in self.totals.by_day}
        known = {**self.before, **here}
        return tuple(_sums(day, known.get(day.day - timedelta(days=1))) for day in self.totals.by_day)

    def headline(self, places: int) -> Headline:
        """The sums of all days; `places` is how many places there are."""
        by_day = self.totals.by_day
        return Headline(
            places=places,
            places_visited=self.totals.visited_places,
            pings=sum(day.pings for day in by_day),
            visits=sum(day.visits for day in by_day),
            days=len(by_day),
            suppressed_rows=sum(day.suppressed for day in by_day),
        )


@dataclass(frozen=True)
class Evidence:
    """A run that has ended; `refusal` is why it was not published, if it was refused."""

    run: Run
    started: datetime
    settings: Settings
    inputs: Inputs
    days: Sequence[date]
    funnel: Funnel
    results: Results
    checks: Sequence[Check]
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


def _sums(day: DayTotals, before: tuple[int, int] | None) -> DaySums:
    return DaySums(
        day=day.day,
        pings=day.pings,
        visits=day.visits,
        places_visited=day.visited,
        suppressed_rows=day.suppressed,
        before=DayBefore(day.day - timedelta(days=1), *before) if before else None,
        visits_change=day.visits / before[1] - 1 if before and before[1] else None,
    )
