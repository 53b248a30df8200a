"""The steps of the job in their order: read -> clean -> locate -> aggregate -> check -> publish -> report."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from footfall import check
from footfall.aggregate.complements import hold_back, hold_back_periods
from footfall.counting import Counting, Counts, count, search_in
from footfall.engines import Engine
from footfall.errors import Conflict, FootfallError
from footfall.geometry.overlaps import square_kilometres
from footfall.hints import Input, hints
from footfall.hints.unusable import nothing_usable
from footfall.locate import Search, build
from footfall.locate.extent import Extent
from footfall.periods import Period, whole
from footfall.publish import Output
from footfall.publish.output import Target
from footfall.read.digests import sources_of
from footfall.read.pings import PingInput, read_pings
from footfall.read.places import PlaceInput
from footfall.read.places.fetched import read_places_anywhere
from footfall.read.scaling import Scaling, read_scaling
from footfall.report.content import report, to_json
from footfall.report.html import render_html
from footfall.report.samples import samples
from footfall.runs import journal
from footfall.runs.evidence import Evidence, Results
from footfall.runs.manifest import MANIFEST, PAGE, REPORT
from footfall.runs.outcome import Check, Funnel, Totals
from footfall.runs.progress import Progress, Recorder
from footfall.runs.run import Inputs, Run
from footfall.runs.statements import alive, failure, manifest
from footfall.schema import Places
from footfall.settings import Settings
from footfall.temporary import temporary_folder


class Finished(NamedTuple):
    """A run that did not fail: its report, the address of its page, and the error if it was refused."""

    report: dict[str, Any]
    page: str
    refusal: FootfallError | None


class Ground(NamedTuple):
    """The places, and the box around them."""

    places: Places
    extent: Extent


def run(
    engine: Engine, open_output: Callable[[], Output], settings: Settings, run: Run, listener: Progress
) -> Finished:
    """Count footfall for the days of the settings, and publish it unless a check refuses.

    The run writes signs of life while it runs, and a manifest at the end, also if it fails.

    Args:
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
    job = _Job(engine, output, settings, run, started, steps)
    with journal.keep_journal(output, lives, partial(failure, run, settings, started, steps)):
        return job.counted()


@dataclass(frozen=True)
class _Job:
    """One run; its methods are the steps, in their order."""

    engine: Engine
    output: Output
    settings: Settings
    run: Run
    started: datetime
    steps: Recorder

    def counted(self) -> Finished:
        with temporary_folder() as scratch, ThreadPoolExecutor(1) as background:
            places = self.read_places(scratch)
            pings = self.find_pings()
            scaling = read_scaling(self.settings.panel.scaling, self.settings.days)
            factors = [scaling.file] if scaling else ()
            files = {"places": places.files, "pings": pings.files, "scaling": factors}
            sources = background.submit(sources_of, files)
            search, extent = self.index(places, pings.row_estimate, scratch)
            with self.output.begin() as target:
                counts = self.count(pings, search, self.counting(places, target, scaling))
                days, missing = check.days_to_publish(self.settings, counts.tallies)
                totals = self.stage(counts, days, places)
                results = Results(totals, self.output.totals(_days_before(days)), samples(counts.samples))
                funnel = check.funnel(counts.tallies, days)
                ground = Ground(places.places, extent)
                checks = self.check(pings, counts, funnel, results, ground)
                read = Input(pings.files, pings.format, counts.samples)
                mends = hints(self.settings, read, funnel, self.started)
                unusable = missing and nothing_usable(self.settings, missing, funnel, results.samples, mends)
                refusal = self.publish(days, totals, checks, unusable or None)
                notes = (
                    *mends,
                    *check.left_out(self.settings, days, counts.tallies),
                    *pings.notes,
                    *places.notes,
                )
                inputs = Inputs(places.places, sources.result(), notes)
                evidence = Evidence(
                    *(self.run, self.started, self.settings, inputs, days, funnel, results, checks),
                    steps=self.steps.steps,
                    refusal=refusal,
                )
                return self.report(evidence)

    def read_places(self, scratch: Path) -> PlaceInput:
        settings = self.settings
        with self.steps.step("read places") as step:
            places = read_places_anywhere(settings.places, scratch)
            check.refuse_denied(settings, places.places)
            step.note(places=len(places.places))
        return places

    def find_pings(self) -> PingInput:
        with self.steps.step("find pings") as step:
            settings = self.settings
            pings = read_pings(settings.pings, self.engine.workers, settings.catalog, self.run.environ)
            step.note(files=len(pings.files), bytes=sum(file.bytes for file in pings.files))
        return pings

    def index(self, places: PlaceInput, pings: int, scratch: Path) -> tuple[Search, Extent]:
        with self.steps.step("index places") as step:
            index = build(places.places, pings)
            step.note(cells=len(index.cells), bytes=index.bytes)
            file = self.engine.send(index.save(scratch))
            search = search_in(file, index.bytes, pings, self.settings.boundary, self.engine)
            return search, index.extent

    def counting(self, places: PlaceInput, target: Target, scaling: Scaling | None) -> Counting:
        engine = self.engine
        given = self.settings, places.places, target, engine.workers, engine.memory, self.started
        return Counting(*given, scaling=scaling)

    def count(self, pings: PingInput, search: Search, counting: Counting) -> Counts:
        with self.steps.step("count pings and visits", self.engine.name) as step:
            counts = count(self.engine, pings, search, counting, step)
            step.note(rows=_scanned(pings, counts))
        return counts

    def stage(self, counts: Counts, days: list[date], places: PlaceInput) -> Totals:
        with self.steps.step("read back") as step:
            self.output.stage(counts.pieces)
            self.output.finish_quarantine(sum(counts.quarantined.values()))
            step.note(rows=sum(piece.rows for piece in counts.pieces))
            output, k = self.output, self.settings.privacy.k
            hold_back(days, counts.tallies, k, places.places, (output.staged, output.restage))
            totals = check.totals(days, output.staged, places.places)
            totals = self.stage_periods(counts, totals, places)
            return replace(totals, panel=check.panel(days, totals.periods, counts.tallies, k))

    def stage_periods(self, counts: Counts, totals: Totals, places: PlaceInput) -> Totals:
        """Stage the weeks or months of which all days are counted; returns the totals with their sums."""
        table, days = self.output.periods, self.output.staged
        if table is None or self.settings.period == "day":
            return totals
        periods = list(whole(self.settings.period, (day.day for day in totals.by_day)))
        table.stage(counts.period_pieces)
        hold_back_periods(periods, self.settings.privacy.k, days, (table.staged, table.restage))
        return check.with_periods(totals, periods, table.staged, days, places.places)

    def check(
        self, pings: PingInput, counts: Counts, funnel: Funnel, results: Results, ground: Ground
    ) -> list[Check]:
        """All checks of a run; raises GateRefused where earlier counts would tell a suppressed number with these."""
        quality, places, totals = self.settings.quality, ground.places, results.totals
        area = partial(square_kilometres, tuple(place.wkb for place in places))
        with self.steps.step("check"):
            others = check.earlier(self.settings, totals.by_day, places, self.run.now())
            if refusal := check.refusal([others]):
                raise refusal  # without a report, which would have the numbers that may not be known
            return [
                *check.gates(funnel, quality, results.per_day(), withheld=totals.suppressed > 0),
                *check.fit(counts.tallies, funnel, quality, ground.extent, area),
                *([others] if totals.suppressed or not others.ok else ()),
                *check.audits(
                    funnel, _scanned(pings, counts), counts.tallies, totals, len(places) * len(totals.by_day)
                ),
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
                    self.output.publish(days, self.periods(totals))
            except Conflict as conflict:
                refusal = conflict
            step.note(days=0 if refusal else len(days))
        return refusal

    def periods(self, totals: Totals) -> list[Period]:
        """The weeks or months that are staged."""
        kind = self.settings.period
        return [] if kind == "day" else [Period(kind, each.first) for each in totals.periods]

    def report(self, evidence: Evidence) -> Finished:
        """Write the report, and last the manifest: a run with a manifest is complete."""
        last = manifest(evidence)
        content = report(evidence, last)
        self.output.write(REPORT, to_json(content))
        page = self.output.write(PAGE, render_html(content))
        self.output.write(MANIFEST, json.dumps(last.to_json(), indent=1))
        evidence.run.notify(last)
        return Finished(content, page, evidence.refusal)


def _scanned(pings: PingInput, counts: Counts) -> int:
    """The number of rows of the input: known before reading, or counted by the readers."""
    return pings.rows + check.scanned(counts.tallies)


def _days_before(days: list[date]) -> list[date]:
    """The days before each day and the same weekdays before, without days of this run; sorted."""
    return sorted(
        {day - timedelta(back) for day in days for back in (1, 7) if day.toordinal() > back} - {*days}
    )
