"""The job: what is shown of it, and the steps of a run."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

import pyarrow as pa

from footfall import check
from footfall.aggregate.days import COUNTED
from footfall.aggregate.parts import DayParts
from footfall.aggregate.room import Room
from footfall.aggregate.sums import SUMMED, VisitRules
from footfall.clean import Rules
from footfall.counts import Counts, gather, quarantine
from footfall.engines import Engine, Stage
from footfall.job import Job, Work
from footfall.jobs.cells.counting import CELL_HOURS, Grid, SumCells, WriteCells
from footfall.jobs.cells.settings import Settings
from footfall.local_time import LocalTime
from footfall.plurals import counted
from footfall.publish import Output, Target
from footfall.publish.writing import write_piece
from footfall.read.pings import PingInput
from footfall.runs.evidence import Results
from footfall.runs.outcome import Check, DayTotals, Funnel, Shown, Totals
from footfall.runs.progress import Recorder
from footfall.runs.run import Run
from footfall.scan import Scan
from footfall.schema import PLACED, SHUFFLED
from footfall.shuffle.records import parts_for

LISTED = 20
"""So many rows are in the report: those with most pings."""


@dataclass
class CellsWork(Work):
    """One run of the job; `cells` and `busiest` are known once its rows were read back."""

    engine: Engine
    settings: Settings
    run: Run
    started: datetime
    steps: Recorder
    cells: set[str] = field(default_factory=set)
    busiest: list[tuple[Any, ...]] = field(default_factory=list)

    def count(self, pings: PingInput, target: Target) -> Counts:
        """Count pings and devices."""
        settings, engine, zone = self.settings, self.engine, LocalTime.of(self.settings.day_zone)
        grid = Grid(settings.resolution, 2 * parts_for(pings.row_estimate, engine.memory))
        days, files = DayParts(1, 1, 8 * engine.workers), tuple(file.path for file in pings.files)
        visits = VisitRules(0, 0, (zone.since, zone.ahead, zone.turns))  # there are none: the zone is used
        room = Room.of(engine.memory, settings.scratch)
        asked = None if settings.days == "all" else settings.days
        write = WriteCells(pa.nulls(1), days, asked, settings.privacy.k, partial(write_piece, target))
        stages = (
            Stage(Scan(pings.tasks, Rules.of(settings, self.started), grid), SHUFFLED, grid.parts),
            Stage(SumCells(visits, files, days, partial(quarantine, target), room), SUMMED, days.parts),
            Stage(write, COUNTED),
        )
        with self.steps.step("count pings", engine.name) as step:
            return gather(engine.run(len(pings.tasks), stages, step))

    def totals(self, days: Sequence[date], counts: Counts, output: Output) -> Totals:
        """Add up the rows of each day; workers held those back that would give others away."""
        broken = Counter[str]()
        by_day = tuple(self._day(day, output, broken) for day in days)
        self.busiest = sorted(self.busiest, key=lambda row: (-row[3], *row[:3]))[:LISTED]
        return Totals(by_day=by_day, broken=broken)

    def _day(self, day: date, output: Output, broken: Counter[str]) -> DayTotals:
        rows = pa.Table.from_batches(output.staged(day), CELL_HOURS.schema)
        seen = set(rows["cell"].to_pylist())
        self.cells |= seen
        for row in rows.sort_by([("pings", "descending")]).slice(0, LISTED).to_pylist():
            if row["pings"]:
                self.busiest.append(
                    (row["cell"], str(day), f"{row['hour']:02}:00", row["pings"], row["devices"])
                )
        return check.day_totals(CELL_HOURS, day, rows, {"cells": len(seen)}, broken)

    def checks(self, pings: PingInput, counts: Counts, funnel: Funnel, results: Results) -> list[Check]:
        """The checks that no row is there twice, and that each ping counts in one cell."""
        by_day = results.totals.by_day
        twice = sum(day.rows - day.distinct for day in by_day)
        placed = sum(counts.tallies.get((PLACED, day.day), 0) for day in by_day)
        return [
            Check("each cell has one row per hour", not twice, f"{twice:,} more", "0 more", gate=False),
            Check(
                "each ping is in one cell",
                placed == funnel.kept,
                f"{placed:,}",
                f"{funnel.kept:,}",
                gate=False,
            ),
        ]

    def headline(self, totals: Totals) -> Mapping[str, int]:
        """The main sums."""
        sums = {"cells": len(self.cells), "pings": totals.sum("pings")}
        return {**sums, "days": len(totals.by_day), "suppressed_rows": totals.suppressed}

    def sections(self, totals: Totals) -> Mapping[str, Any]:
        """The key figures, and the busiest hours of cells."""
        pings, rows = totals.sum("pings"), sum(day.rows for day in totals.by_day)
        cards = (
            ("Pings", pings, "in rows that are not suppressed"),
            ("Cells", len(self.cells), f"of resolution {self.settings.resolution}, with a ping"),
            ("Suppressed", totals.suppressed, f"of {counted(rows, 'row')}"),
        )
        columns = ["Cell", "Day", "Hour", "Pings", "Devices"]
        top = {"title": "Busiest hours", "columns": columns, "rows": self.busiest}
        words = [counted(pings, "ping"), counted(len(self.cells), "cell"), counted(len(totals.by_day), "day")]
        if totals.suppressed:
            words.append(f"{totals.suppressed:,} of {counted(rows, 'row')} suppressed")
        if bare := sum(not day.rows for day in totals.by_day):
            words.append(f"{counted(bare, 'day')} without rows")
        return {
            "result": " · ".join(words),
            "cards": [{"label": label, "value": f"{n:,}", "note": note} for label, n, note in cards],
            "top": top if self.busiest else None,
        }


JOB = Job(CELL_HOURS, Shown("cells", ("pings",), "pings", ("cells",)), CellsWork)
