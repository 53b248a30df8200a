"""The steps of the job in their order: read -> clean -> locate -> aggregate -> check -> publish -> report."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from footfall import check
from footfall.counts import Counts
from footfall.engines import Engine
from footfall.errors import Conflict, FootfallError
from footfall.hints import Input, hints
from footfall.hints.unusable import nothing_usable
from footfall.job import Job, Work
from footfall.publish import Output
from footfall.read.digests import sources_of
from footfall.read.pings import PingInput, read_pings
from footfall.report.content import report, to_json
from footfall.report.samples import samples
from footfall.runs import journal
from footfall.runs.evidence import Evidence, Results
from footfall.runs.manifest import MANIFEST, PAGE, REPORT
from footfall.runs.outcome import Check, Funnel, Totals
from footfall.runs.progress import Progress, Recorder
from footfall.runs.run import Inputs, Run
from footfall.runs.statements import alive, failure, manifest
from footfall.settings import JobSettings
from footfall.temporary import temporary_folder


class Finished(NamedTuple):
    """A run that did not fail: its report, the address of its page, and the error if it was refused."""

    report: dict[str, Any]
    page: str
    refusal: FootfallError | None


def run(
    job: Job,
    engine: Engine,
    open_output: Callable[[], Output],
    settings: JobSettings,
    run: Run,
    listener: Progress,
) -> Finished:
    """Do a job for the days of the settings, and publish what it counts unless a check refuses.

    The run writes signs of life while it runs, and a manifest at the end, also if it fails.

    Args:
        job: What is counted.
        engine: Runs the steps that count.
        open_output: Opens the output of the settings; called when the run begins.
        settings: The settings of the run.
        run: The facts of the run that are known before it counts.
        listener: Shows the steps.

    Raises:
        SettingsError: The output cannot be written.
        InputError: A file is missing or invalid. No count was published.
        InfrastructureError: A worker or a store failed.
    """
    started, steps = run.now(), Recorder(listener, run.clock)
    lives = partial(alive, run, settings, started, steps)
    run.notify(lives())
    output = open_output()
    with journal.keep_journal(output, lives, partial(failure, run, settings, started, steps)):
        return _Steps(job, engine, output, settings, run, started, steps).counted()


@dataclass(frozen=True)
class _Steps:
    """One run; its methods are the steps, in their order."""

    job: Job
    engine: Engine
    output: Output
    settings: JobSettings
    run: Run
    started: datetime
    steps: Recorder

    def counted(self) -> Finished:
        work = self.job.begin(self.engine, self.settings, self.run, self.started, self.steps)
        with temporary_folder() as scratch, ThreadPoolExecutor(1) as background:
            files = work.read(scratch)
            pings = self.find_pings()
            sources = background.submit(sources_of, {**files, "pings": pings.files})
            work.prepare(pings, scratch)
            with self.output.begin() as target:
                counts = work.count(pings, target)
                days, missing = check.days_to_publish(self.settings, counts.tallies)
                totals = self.read_back(work, counts, days)
                shown = self.job.shown
                before = self.output.sums(_days_before(days), shown.measures)
                results = Results(totals, before, samples(counts.samples), shown)
                funnel = check.funnel(counts.tallies, days)
                checks = self.check(work, pings, counts, funnel, results)
                read = Input(pings.files, pings.format, counts.samples)
                mends = hints(self.settings, read, funnel, self.started)
                unusable = missing and nothing_usable(self.settings, missing, funnel, results.samples, mends)
                refusal = self.publish(days, totals, checks, unusable or None)
                notes = (*mends, *pings.notes, *work.notes(days, counts))
                evidence = Evidence(
                    self.run,
                    self.started,
                    self.settings,
                    Inputs(sources.result(), notes, work.looked_up_in),
                    days=days,
                    funnel=funnel,
                    results=results,
                    checks=checks,
                    headline=work.headline(totals),
                    sections=work.sections(totals),
                    steps=self.steps.steps,
                    refusal=refusal,
                )
                return self.report(evidence)

    def find_pings(self) -> PingInput:
        with self.steps.step("find pings") as step:
            settings = self.settings
            pings = read_pings(settings.pings, self.engine.workers, settings.catalog, self.run.environ)
            step.note(files=len(pings.files), bytes=sum(file.bytes for file in pings.files))
        return pings

    def read_back(self, work: Work, counts: Counts, days: list[date]) -> Totals:
        """Stage what workers wrote, and add it up."""
        with self.steps.step("read back") as step:
            self.output.stage(counts.pieces)
            self.output.finish_quarantine(sum(counts.quarantined.values()))
            step.note(rows=sum(piece.rows for piece in counts.pieces))
            return work.totals(days, counts, self.output)

    def check(
        self, work: Work, pings: PingInput, counts: Counts, funnel: Funnel, results: Results
    ) -> list[Check]:
        """All checks of a run; raises GateRefused where earlier counts would tell a suppressed number with these."""
        totals, scanned = results.totals, pings.rows + check.scanned(counts.tallies)
        with self.steps.step("check"):
            others = check.earlier(self.settings, totals.by_day, work.looked_up_in, self.run.now())
            if refusal := check.refusal([others]):
                raise refusal  # without a report, which would have the numbers that may not be known
            return [
                *check.gates(
                    funnel,
                    self.settings.quality,
                    results.per_day(),
                    withheld=totals.suppressed > 0,
                    has_places="outside_places" in self.job.shown.stages,
                ),
                *([others] if totals.suppressed or not others.ok else ()),
                *work.checks(pings, counts, funnel, results),
                *check.audits(funnel, scanned, totals),
                check.quarantine(counts.tallies, counts.quarantined),
            ]

    def publish(
        self, days: list[date], totals: Totals, checks: list[Check], unusable: FootfallError | None
    ) -> FootfallError | None:
        """Publish the days, with their weeks or months; returns the error if they are refused, else None."""
        with self.steps.step("publish") as step:
            refusal = unusable or check.refusal(checks)
            try:
                if refusal is None:
                    self.output.publish(days, [each.span for each in totals.periods])
            except Conflict as conflict:
                refusal = conflict
            step.note(days=0 if refusal else len(days))
        return refusal

    def report(self, evidence: Evidence) -> Finished:
        """Write the report, and last the manifest: a run with a manifest is complete."""
        last = manifest(evidence)
        content = report(evidence, last)
        self.output.write(REPORT, to_json(content))
        page = self.output.write(PAGE, self.job.page(content))
        self.output.write(MANIFEST, json.dumps(last.to_json(), indent=1))
        evidence.run.notify(last)
        return Finished(content, page, evidence.refusal)


def _days_before(days: list[date]) -> list[date]:
    """The days before each day and the same weekdays before, without days of this run; sorted."""
    return sorted(
        {day - timedelta(back) for day in days for back in (1, 7) if day.toordinal() > back} - {*days}
    )
