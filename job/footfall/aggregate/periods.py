"""Rows of weeks and months: what their days have together, and the devices of all of them, each once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from footfall.aggregate.merging import Counted
from footfall.aggregate.parts import DayParts
from footfall.aggregate.presence import BY_DAYS, PRESENCES, PRESENT, RETURNING
from footfall.aggregate.sums import BUCKETS, DEVICES, HOURS, VISITS, numbers_of
from footfall.aggregate.table import few, lists, measure
from footfall.aggregate.uncertain import Circles
from footfall.periods import Kind, Period
from footfall.periods.columns import PERIOD_MEASURES, ROWS, WEEKDAY_HOURS
from footfall.shuffle.records import Longs
from footfall.table import Column

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class WritePeriods:
    """How rows of weeks or months are made and written.

    Args:
        kind: Which of them.
        k: Rows with fewer devices, but at least one, are suppressed, and rows of which a day is.
        looks_back: Whether devices that return are counted apart from new ones.
        write: Writes the rows of a period and a chunk of places, and describes the file.
    """

    kind: Kind
    k: int
    looks_back: bool
    write: Callable[[Period, int, pa.Table], "DataclassInstance"]


@dataclass
class PeriodSums:
    """What grows by one day after the other: of each place, visits by day and by hour of the week.

    `hidden` are the rows of which a day is suppressed.
    """

    period: Period
    places: int
    by_day: list[Longs] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.by_hour = np.zeros((self.places, WEEKDAY_HOURS), np.int64)
        self.hidden: Mask = np.zeros(self.places, np.bool_)
        self.circles: Circles | None = None

    def add(self, day: date, counted: Counted, suppressed: Mask) -> None:
        """Add the next day."""
        first = 24 * day.weekday()
        self.by_day.append(counted.sums[:, VISITS])
        self.by_hour[:, first : first + 24] += counted.sums[:, HOURS:BUCKETS]
        self.hidden |= suppressed
        if counted.circles is not None:
            self.circles = counted.circles if self.circles is None else self.circles + counted.circles

    @property
    def is_whole(self) -> bool:
        """Whether all days of the period were added."""
        return len(self.by_day) == len(self.period.days)


class Presences:
    """Rows of SUMMED that tell who was there in each period, by period and chunk of places."""

    def __init__(self, batches: Sequence[pa.RecordBatch], days: DayParts) -> None:
        self._chunk = days.chunk
        self._found: dict[tuple[int, int], list[tuple[Longs, Longs]]] = {}
        for batch in batches:
            of_periods = batch.filter(pc.equal(batch.column("tally"), PRESENT))
            if not len(of_periods):
                continue
            place, number = (of_periods.column(name).to_numpy().astype(np.int64) for name in ("place", "n"))
            sums = numbers_of(of_periods.column("sums"), np.uint32)[0].reshape(len(place), -1)
            keys, at = np.unique(np.stack([number, place // days.chunk]), axis=1, return_inverse=True)
            for key, (period, chunk) in enumerate(keys.T.tolist()):
                mine = at.ravel() == key
                self._found.setdefault((period, chunk), []).append((place[mine], sums[mine]))

    def sums(self, number: int, chunk: int, places: int) -> Longs:
        """PRESENCES of each of so many places of a chunk, and what follows them."""
        there = self._found.get((number, chunk), ())
        found = np.zeros((places, max((sums.shape[1] for _, sums in there), default=PRESENCES)), np.int64)
        for place, sums in there:
            np.add.at(found, place - chunk * self._chunk, sums.astype(np.int64))
        return found


def complete_period(
    counted: Counted, sums: PeriodSums, present: Longs, place_ids: pa.Array, write: WritePeriods
) -> pa.Table:
    """One row of ROWS for each place.

    Args:
        counted: Of all days of the period together; its devices are those of each day, and not asked for.
        sums: Of its days.
        present: PRESENCES of each place, and what follows them.
        place_ids: The ids of the places.
        write: How the rows are made.
    """
    presences, before = present[:, :PRESENCES], present[:, PRESENCES:]
    counted = replace(counted, circles=sums.circles)
    counted.sums[:, DEVICES] = presences[:, BY_DAYS:].sum(axis=1)
    hidden = sums.hidden | few(counted, write.k)
    own = {
        "visits_by_day": np.stack(sums.by_day, axis=1),
        "visits_by_weekday_hour": sums.by_hour,
        "devices_by_days": presences[:, BY_DAYS:],
    }
    if write.looks_back:
        own["returning_devices"] = presences[:, RETURNING]
        own["new_devices"] = counted.sums[:, DEVICES] - presences[:, RETURNING]
    # So many as return were there on the days before: of a day whose row is suppressed that tells the least number.
    withheld = hidden | ((before > 0) & (before < write.k)).any(axis=1)

    def column_of(column: Column) -> pa.Array:
        if column.name in own:
            numbers = own[column.name]
            return lists(numbers, column, hidden) if numbers.ndim > 1 else pa.array(numbers, mask=withheld)
        if column.name in ("returning_devices", "new_devices"):
            return pa.nulls(len(hidden), column.type)
        return measure(column, counted, hidden)

    first = pa.repeat(pa.scalar(sums.period.first, pa.date32()), len(place_ids))
    columns = [place_ids.cast(pa.string()), first, *map(column_of, PERIOD_MEASURES), pa.array(hidden)]
    return pa.Table.from_arrays(columns, schema=ROWS)
