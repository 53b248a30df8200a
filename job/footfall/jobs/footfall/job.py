"""The job: its table, what is shown of it, and the steps of a run."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any, cast

from footfall import check
from footfall.aggregate.holding_back import hold_back, hold_back_periods
from footfall.counting import Counting, count
from footfall.counts import Counts
from footfall.engines import Engine
from footfall.geometry.overlaps import square_kilometres
from footfall.job import Job, Scale, Survey, Work
from footfall.jobs.footfall.sizes import sizes_of
from footfall.locate import Search, build, search_in
from footfall.locate.extent import Extent
from footfall.periods import whole
from footfall.plurals import counted
from footfall.publish import Output, Target
from footfall.read.pings import PingInput
from footfall.read.places import PlaceInput
from footfall.read.places.fetched import read_places_anywhere
from footfall.read.scaling import Scaling, read_scaling
from footfall.report.html import render_html
from footfall.report.places import headline, sections
from footfall.runs.evidence import Results
from footfall.runs.outcome import STAGES, Check, Funnel, PlacesTotals, Shown, Totals
from footfall.runs.place_lists import digest_of_places
from footfall.runs.progress import Recorder
from footfall.runs.run import Run
from footfall.schema import PLACE_DAYS, InputFile
from footfall.settings import Settings

STAGES_OF_PLACES = {
    **STAGES,
    "outside_places": "in no place",
    "inside_places": "in a place",
    "boundary": "exactly on a place's boundary",
}

SHOWN = Shown("footfall", ("pings", "visits"), "visits", (check.VISITED,), STAGES_OF_PLACES)


@dataclass
class FootfallWork(Work):
    """One run of the job; `places`, `scaling`, `search` and `extent` are there once they were read and prepared."""

    engine: Engine
    settings: Settings
    run: Run
    started: datetime
    steps: Recorder
    places: PlaceInput = field(init=False)
    scaling: Scaling | None = field(init=False)
    search: Search = field(init=False)
    extent: Extent = field(init=False)

    @cached_property
    def looked_up_in(self) -> str:
        """The digest of the places."""
        return digest_of_places(self.places.places)

    def read(self, scratch: Path) -> Mapping[str, Sequence[InputFile]]:
        """Read the places and the factors of days."""
        settings = self.settings
        with self.steps.step("read places") as step:
            self.places = read_places_anywhere(settings.places, scratch)
            check.refuse_denied(settings, self.places.places)
            step.note(places=len(self.places.places))
        self.scaling = read_scaling(settings.panel.scaling, settings.days)
        return _files(self.places, self.scaling)

    def prepare(self, pings: PingInput, scratch: Path) -> None:
        """Build the index of places, and send it to the workers."""
        with self.steps.step("index places") as step:
            index = build(self.places.places, pings.row_estimate)
            step.note(cells=len(index.cells), bytes=index.bytes)
            self.search = search_in(index, pings.row_estimate, self.settings, self.engine, scratch)
            self.extent = index.extent

    def count(self, pings: PingInput, target: Target) -> Counts:
        """Count pings, devices and visits."""
        engine = self.engine
        given = self.settings, self.places.places, target, engine.workers, engine.memory, self.started
        counting = Counting(*given, scaling=self.scaling)
        with self.steps.step("count pings and visits", engine.name) as step:
            counts = count(engine, pings, self.search, counting, step)
            step.note(rows=pings.rows + check.scanned(counts.tallies))
        return counts

    def totals(self, days: Sequence[date], counts: Counts, output: Output) -> PlacesTotals:
        """Hold back rows that would give others away, and add up days, then weeks or months."""
        places, k = self.places.places, self.settings.privacy.k
        reaches = counts.reaches if self.settings.pings.uncertainty else None
        hold_back(days, counts.tallies, k, places, (output.staged, output.restage), reaches)
        totals = self._with_periods(check.totals(days, output.staged, places), counts, output)
        return replace(totals, panel=check.panel(days, totals.periods, counts.tallies, k))

    def _with_periods(self, totals: PlacesTotals, counts: Counts, output: Output) -> PlacesTotals:
        """Stage the weeks or months of which all days are counted; returns the totals with their sums."""
        table, days, places = output.periods, output.staged, self.places.places
        if table is None or self.settings.period == "day":
            return totals
        periods = list(whole(self.settings.period, (day.day for day in totals.by_day)))
        table.stage(counts.period_pieces)
        hold_back_periods(periods, self.settings.privacy.k, days, (table.staged, table.restage))
        return check.with_periods(totals, periods, table.staged, days, places)

    def checks(self, pings: PingInput, counts: Counts, funnel: Funnel, results: Results) -> list[Check]:
        """The checks that pings fit the places, that GEOS finds them there, and that no row is missing."""
        quality, places, totals = self.settings.quality, self.places.places, results.totals
        area = partial(square_kilometres, tuple(place.wkb for place in places))
        return [
            *check.fit(counts.tallies, funnel, quality, self.extent, area),
            check.looked_up_twice(counts.tallies),
            check.complete(totals, len(places) * len(totals.by_day)),
        ]

    def notes(self, days: Sequence[date], counts: Counts) -> Sequence[str]:
        """Periods that are not published, then what was repaired or skipped among the places."""
        return [*check.left_out(self.settings, days, counts.tallies), *self.places.notes]

    def headline(self, totals: Totals) -> Mapping[str, int]:
        """The main sums."""
        return headline(cast(PlacesTotals, totals), len(self.places.places))

    def sections(self, totals: Totals) -> Mapping[str, Any]:
        """The sections on places, hours and dwell."""
        return sections(cast(PlacesTotals, totals), self.places.places, self.settings)


def paths(settings: Settings) -> Mapping[str, str]:
    """The path of the places."""
    return {"places.path": settings.places.path}


def survey(settings: Settings, scratch: Path) -> Survey:
    """The places and the factors of days, as a run would read them."""
    places = read_places_anywhere(settings.places, scratch)
    files = _files(places, read_scaling(settings.panel.scaling, settings.days))
    what = f"{counted(len(places.places), 'place')}, {places.crs}"
    number = len(places.places)

    def sizes(scale: Scale) -> Mapping[str, Any]:
        return asdict(sizes_of(settings, number, scale))

    return Survey(files, {what: settings.places.path}, places.notes, sizes)


def _files(places: PlaceInput, scaling: Scaling | None) -> Mapping[str, Sequence[InputFile]]:
    return {"places": places.files, "scaling": (scaling.file,) if scaling else ()}


JOB = Job(PLACE_DAYS, SHOWN, FootfallWork, paths, survey, render_html)
