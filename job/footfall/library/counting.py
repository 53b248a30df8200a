"""Counts pings and places of the caller: the function `footfall.count`."""

import os
import warnings
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from footfall import check, counting, kernels
from footfall.aggregate.bad_rows import LISTED
from footfall.aggregate.holding_back import hold_back, hold_back_periods
from footfall.counts import Counts
from footfall.engines import Engine
from footfall.engines.embedded import Threads, cores
from footfall.geometry.overlaps import square_kilometres
from footfall.hints import Input, hints
from footfall.hints.unusable import nothing_usable
from footfall.library.asked import placed_in
from footfall.library.given import (
    CALLED_PINGS,
    Pings,
    Places,
    paths_of,
    ping_table,
)
from footfall.library.held import NOWHERE, Held, HeldCounting, InMemory, Sink
from footfall.library.results import Counted, FootfallWarning, warnings_for
from footfall.locate import build, search_in
from footfall.periods import Period, whole
from footfall.periods.columns import ROWS
from footfall.read.pings import PingInput, read_pings
from footfall.read.pings.columns import mapped
from footfall.read.pings.tables import table_pings
from footfall.read.places import PlaceInput
from footfall.report.samples import samples
from footfall.runs.outcome import Check, Funnel, PlacesTotals
from footfall.runs.progress import SilentStep
from footfall.schema import FOOTFALL
from footfall.settings import Settings
from footfall.settings.values import bytes_of
from footfall.temporary import temporary_folder


def count(pings: Pings, places: Places, **settings: Any) -> Counted:
    """Count pings, devices and visits in each place on each day, as `footfall run` does.

    Args:
        pings: Rows with a device, a latitude and a longitude in degrees of WGS84, and a time: anything that speaks
            Arrow, or a path, or several.
        places: Polygons, or points with a radius, each with an id: a GeoDataFrame, anything that speaks Arrow, or a
            path. Shapes are a column of GeoArrow, or one of WKB, WKT or GeoJSON that `places_columns` maps.
        settings: Those of a settings file: `visit_gap="15min"`, `pings_time_zone=...`, `columns={"device": ...}`.

    Returns:
        One row for each place and day, and the funnel of the rows of pings.

    Raises:
        SettingsError: A keyword is unknown, or its value is not accepted.
        InputError: A table or file is missing or invalid, or a day of the settings has no ping.
        GateRefused: The quality of the input is below the limits of the settings, or pings and places are apart.
        InfrastructureError: A store or a disk failed.
    """
    paths = paths_of(pings)
    with temporary_folder() as scratch:
        asked, placed = placed_in(places, settings, CALLED_PINGS if paths is None else paths, scratch)
        kernels.load()
        engine = Threads(asked.workers or cores(), bytes_of(asked.memory), asked.scratch)
        try:
            if paths is None:
                table = ping_table(pings, [*mapped(asked.pings.columns).values()])
                found = table_pings(table, asked.pings, engine.workers)
            else:
                found = read_pings(asked.pings, engine.workers, asked.catalog, os.environ)
            sink = InMemory()
            counted = Call(engine, asked, found, placed).counted(sink, scratch)
        finally:
            engine.stop()
    funnel, notes = counted.funnel, counted.notes[len(placed.notes) :]
    for note in warnings_for(notes, funnel.quarantined, funnel.scanned):
        warnings.warn(note, FootfallWarning, stacklevel=2)
    unusable = _unusable(sink.unusable, is_table=paths is None)
    return Counted(counted.table, counted.notes, funnel, unusable, counted.periods)


@dataclass(frozen=True)
class Outcome:
    """The results of a call: totals, rows and funnel, before they are made into `Counted` or a table of Spark."""

    table: pa.Table
    periods: pa.Table | None
    funnel: Funnel
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Call:
    """A call of `count`; its methods are its steps.

    Args:
        engine: Runs the stages.
        settings: The settings of the call.
        pings: The pings.
        places: The places.
        now: When the call began.
    """

    engine: Engine
    settings: Settings
    pings: PingInput
    places: PlaceInput
    now: datetime = field(default_factory=partial(datetime.now, UTC))

    def counted(self, sink: Sink, scratch: Path) -> Outcome:
        """Count, and check the counts, as a run does before it publishes; returns the results.

        Raises:
            InputError: A category is denied, or a day has no usable ping.
            GateRefused: The quality of the input is below the limits of the settings.
            AuditError: The job's own numbers disagree.
        """
        settings, places, engine, pings = self.settings, self.places.places, self.engine, self.pings
        check.refuse_denied(settings, places)
        index = build(places, pings.row_estimate)
        search = search_in(index, pings.row_estimate, settings, engine, scratch)
        what = HeldCounting(settings, places, NOWHERE, engine.workers, engine.memory, self.now, sink)
        counts = counting.count(engine, pings, search, what, SilentStep())
        days, missing = check.days_to_publish(settings, counts.tallies)
        funnel = check.funnel(counts.tallies, days)
        mends = hints(settings, Input(pings.files, pings.format, counts.samples), funnel, self.now)
        if missing:
            raise nothing_usable(settings, missing, funnel, samples(counts.samples), mends)
        held = Held(counts.pieces, sink, FOOTFALL)
        staging, reaches = (held.staged, held.restage), counts.reaches if settings.pings.uncertainty else None
        hold_back(days, counts.tallies, settings.privacy.k, places, staging, reaches)
        totals, periods = self._with_periods(check.totals(days, held.staged, places), held, counts, sink)
        area = partial(square_kilometres, tuple(place.wkb for place in places))
        scanned = pings.rows + check.scanned(counts.tallies)
        checks: list[Check] = [
            *check.gates(funnel, settings.quality, withheld=totals.suppressed > 0),
            *check.fit(counts.tallies, funnel, settings.quality, index.extent, area),
            check.looked_up_twice(counts.tallies),
            check.complete(totals, len(places) * len(days)),
            *check.audits(funnel, scanned, totals),
        ]
        refusal = check.refusal(checks)
        if refusal:
            raise refusal
        warned = [f"{each.sentence}. {each.fix}".rstrip() for each in checks if each.is_warning]
        mends = (*mends, *check.left_out(settings, days, counts.tallies))
        notes = (*self.places.notes, *pings.notes, *mends, *warned)
        return Outcome(held.table(days), periods, funnel, notes)

    def _with_periods(
        self, totals: PlacesTotals, days: Held, counts: Counts, sink: Sink
    ) -> tuple[PlacesTotals, pa.Table | None]:
        """The totals with those of weeks or months, and the rows of these; None unless `period` asks for them."""
        kind = self.settings.period
        if kind == "day":
            return totals, None
        periods = list(whole(kind, (day.day for day in totals.by_day)))
        held = Held(counts.period_pieces, sink, ROWS)

        def rows(period: Period) -> pa.Table:
            return held.rows(period.first)

        def restage(period: Period, rows: pa.Table) -> None:
            held.restage(period.first, rows)

        hold_back_periods(periods, self.settings.privacy.k, days.staged, (rows, restage))
        totals = check.with_periods(totals, periods, rows, days.staged, self.places.places)
        return totals, held.table(period.first for period in periods)


def _unusable(tables: list[pa.Table], *, is_table: bool) -> pa.Table:
    """The rows that could not be used, in the order of the input; rows of a table are numbered from 0."""
    rows = pa.concat_tables([LISTED.empty_table(), *tables]).sort_by(
        [("file", "ascending"), ("line", "ascending")]
    )
    if not is_table:
        return rows
    numbers = pc.subtract(rows["line"], 1)
    return rows.set_column(rows.schema.get_field_index("line"), "row", numbers).drop_columns(["file"])
