"""Counts on an engine, in three stages: scan -> sums of parts -> days."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import cast

import pyarrow as pa

from footfall.aggregate.days import COUNTED, WriteDays
from footfall.aggregate.implausible import GROUPS, FindImplausible
from footfall.aggregate.parts import DayParts, SumPart
from footfall.aggregate.periods import WritePeriods
from footfall.aggregate.presence import Presence
from footfall.aggregate.room import Room
from footfall.aggregate.sums import SUMMED, VisitRules
from footfall.clean import Rules
from footfall.counts import Counts, gather, quarantine
from footfall.engines import Engine, Stage
from footfall.implausible import Implausible, save
from footfall.local_time import LocalTime
from footfall.locate import Search
from footfall.publish.output import Target
from footfall.publish.writing import write_period, write_piece
from footfall.read.pings import PingInput
from footfall.read.scaling import Scaling
from footfall.runs.progress import StepHandle
from footfall.scan import Scan, ScanFixes
from footfall.schema import SHUFFLED, Places
from footfall.settings import Settings
from footfall.temporary import temporary_folder

CHUNK = 1 << 16
"""The most places of a day that are written together."""

PINGS_PER_WRITER = 200_000_000
"""A day with more pings is written in chunks of fewer places: the visits of all of a chunk are in one task."""

MOST_DAY_PARTS = 64
"""The most parts over which days and chunks of places are spread."""

_MICRO = timedelta(microseconds=1)


def count(engine: Engine, pings: PingInput, search: Search, count_of: "Counting", step: StepHandle) -> Counts:
    """Count the pings in the places; workers write the rows to the target.

    Args:
        engine: Runs the stages.
        pings: The pings.
        search: The index of places, and how pings are looked up in it.
        count_of: The settings, the places and the target.
        step: Shows the progress.

    Raises:
        InputError: A file was deleted or changed meanwhile, or is damaged.
        InfrastructureError: A worker, a store or a disk failed.
    """
    scan, *others = count_of.stages(pings, search)
    with _left_out(engine, pings, search, count_of, step) as implausible:
        work = scan.work if implausible is None else replace(cast(Scan, scan.work), implausible=implausible)
        return gather(engine.run(len(pings.tasks), (replace(scan, work=work), *others), step))


@contextmanager
def _left_out(
    engine: Engine, pings: PingInput, search: Search, count_of: "Counting", step: StepHandle
) -> Iterator[Implausible | None]:
    """What the rules on devices leave out, in a file that lives as long as the context; None if none is asked."""
    if not count_of.settings.devices.has_rules:
        yield None
        return
    with temporary_folder() as folder:
        rules = Rules.of(count_of.settings, count_of.now)
        yield find_implausible(engine, pings, (search, rules), count_of.settings, folder, step)


def find_implausible(
    engine: Engine,
    pings: PingInput,
    judged_by: tuple[Search, Rules],
    settings: Settings,
    folder: Path,
    step: StepHandle,
) -> Implausible:
    """Find the days of devices and coordinates that break the rules on devices: reads all pings once more.

    Args:
        engine: Runs the stages.
        pings: The input.
        judged_by: The index of places and the rules by which a run keeps rows.
        settings: What the rules on devices are, and the zone of days.
        folder: Takes a file, which workers read while they count.
        step: Shows the progress.
    """
    zone, (search, rules) = LocalTime.of(settings.day_zone), judged_by
    asked = tuple(reason for reason, limit in settings.devices.limits.items() if limit is not None)
    scan = ScanFixes(pings.tasks, rules.of_whole_days(zone), search, zone=zone, reasons=asked)
    find = FindImplausible(settings.devices, Room.of(engine.memory, settings.scratch))
    stages = Stage(scan, SHUFFLED, search.parts), Stage(find, GROUPS)
    batches = engine.run(len(pings.tasks), stages, step)
    groups = [content for batch in batches for content in batch.column(0).to_pylist()]
    return Implausible(engine.send(save(groups, folder)), zone)


@dataclass(frozen=True)
class Counting:
    """What is counted.

    Args:
        settings: Of the run.
        places: All places.
        target: Where workers write.
        workers: How many tasks run at once.
        memory: Bytes that each of them may take; None where that is not known.
        now: When the run begins.
        scaling: The factors of days; None where nothing is scaled.
    """

    settings: Settings
    places: Places
    target: Target
    workers: int
    memory: int | None
    now: datetime
    scaling: Scaling | None = field(default=None, kw_only=True)

    def stages(self, pings: PingInput, search: Search) -> tuple[Stage, ...]:
        """The stages, for an input."""
        settings, asked = self.settings, None if self.settings.days == "all" else self.settings.days
        zone = LocalTime.of(settings.day_zone)
        days = day_parts(settings, len(self.places), self.workers, pings.row_estimate)
        clock = zone.since, zone.ahead, zone.turns
        sum_part = SumPart(
            VisitRules(settings.visit_gap // _MICRO, settings.visit_horizon // _MICRO, clock),
            tuple(file.path for file in pings.files),
            days,
            partial(quarantine, self.target),
            Room.of(self.memory, settings.scratch),
            None if settings.period == "day" else Presence(settings.period, settings.look_back),
        )
        ids = pa.array([place.place_id for place in self.places], pa.string())
        lengths = tuple(length // _MICRO for length in settings.visits_of_at_least or ())
        k, write = settings.privacy.k, partial(write_piece, self.target)
        given = ids, days, asked, k, write, lengths, self._write_periods(), self._factor()
        write_days = WriteDays(*given, uncertainty=settings.pings.uncertainty)
        scan = Scan(pings.tasks, Rules.of(settings, self.now), search, zone if settings.panel.count else None)
        return (
            Stage(scan, SHUFFLED, search.parts),
            Stage(sum_part, SUMMED, days.parts),
            Stage(write_days, COUNTED),
        )

    def _factor(self) -> Callable[[date], float] | None:
        return self.scaling.of if self.scaling else None

    def _write_periods(self) -> WritePeriods | None:
        settings, target = self.settings, self.target.periods
        if settings.period == "day" or target is None:
            return None
        looks_back = settings.look_back is not None
        return WritePeriods(settings.period, settings.privacy.k, looks_back, partial(write_period, target))


def day_parts(settings: Settings, places: int, workers: int, pings: int) -> DayParts:
    """Which task writes which days, and which chunks of so many places."""
    most, kind = min(MOST_DAY_PARTS, 8 * workers), None if settings.period == "day" else settings.period
    if settings.days == "all":
        return DayParts(places, CHUNK, most, kind)
    days = len(list(settings.days))
    chunks = min(most, -(-pings // (days * PINGS_PER_WRITER)))
    chunk = min(CHUNK, -(-places // max(1, chunks)))
    return DayParts(places, chunk, min(most, days * -(-places // chunk)), kind)
