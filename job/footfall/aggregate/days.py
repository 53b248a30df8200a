"""The third stage of the job: sums of parts become complete rows of a day and a chunk of places, and are written."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from footfall.aggregate.bad_rows import first_of_each
from footfall.aggregate.parts import SAMPLE, DayParts
from footfall.aggregate.sums import SUMMED
from footfall.aggregate.table import complete, merged
from footfall.engines import Batches
from footfall.settings import DayRange

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

COUNTED = pa.schema(
    [
        pa.field("tally", pa.string()),
        pa.field("day", pa.date32()),
        pa.field("n", pa.int64(), nullable=False),
        pa.field("note", pa.string()),
    ]
)
"""What the driver gets: `n` per tally and day, the tally null for pings in places; with the tally `piece` a file that
was written, with `sample` rows that cannot be used, both as JSON in `note`."""

PIECE = "piece"

Day = int
"""A local day, counted in days since 1970."""

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class WriteDays:
    """Merges, completes and writes the days and chunks of one part.

    Args:
        place_ids: The ids of all places, sorted.
        days: How places and days are dealt out.
        asked: The days to write; None for all that hold a ping.
        k: Rows with fewer devices, but at least one, are suppressed.
        write: Writes the rows of FOOTFALL of a day and a chunk, and describes the file.
    """

    place_ids: pa.Array
    days: DayParts
    asked: DayRange | None
    k: int
    write: Callable[[date, int, pa.Table], "DataclassInstance"]

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """SUMMED, all rows of one part or several, to COUNTED."""
        table = pa.Table.from_batches(list(batches), SUMMED)
        if not len(table):
            return
        yield from _tallies(table.filter(table["tally"].is_valid()))
        placed = table.filter(table["place"].is_valid())
        place, day = (placed[name].combine_chunks().view(pa.int32()).to_numpy() for name in ("place", "day"))
        chunk = place // self.days.chunk
        for at, of_chunk in self._wanted(table):
            rows = placed.take(pa.array(np.flatnonzero((day == at) & (chunk == of_chunk))))
            yield self._written(at, of_chunk, rows)

    def _wanted(self, table: pa.Table) -> list[tuple[Day, int]]:
        """The days and chunks of these parts that are to be written: those that hold a ping, and those asked for."""
        parts = set(table["part"].unique().to_pylist())
        there = set(table["day"].drop_null().unique().view(pa.int32()).to_pylist())
        if self.asked is not None:
            there = {(day - _EPOCH).days for day in self.asked}
        chunks = range(self.days.chunks)
        keys = [(day, chunk) for day in sorted(there) for chunk in chunks]
        part = self.days.of(*(np.array(each, np.int32) for each in zip(*keys, strict=True))) if keys else ()
        return [key for key, its in zip(keys, part, strict=True) if int(its) in parts]

    def _written(self, day: Day, chunk: int, rows: pa.Table) -> pa.RecordBatch:
        at = date.fromordinal(_EPOCH.toordinal() + day)
        first = chunk * self.days.chunk
        ids = self.place_ids.slice(first, self.days.chunk)
        counted = merged(rows)
        piece = self.write(at, chunk, complete(counted, first, ids, at, self.k))
        n = pc.sum(rows["n"]).as_py() or 0
        return _counted(
            [(None, day, n, None), (PIECE, day, len(ids), json.dumps(asdict(piece), default=str))]
        )


def _tallies(table: pa.Table) -> Iterator[pa.RecordBatch]:
    """Add up tallies, and pass on the first samples."""
    found: Counter[tuple[str, Day | None]] = Counter()
    samples: list[dict[str, Any]] = []
    days = table["day"].combine_chunks().view(pa.int32())
    for tally, day, n, sums in zip(table["tally"], days, table["n"], table["sums"], strict=True):
        if tally.as_py() == SAMPLE:
            samples += json.loads(sums.as_py())
        else:
            found[tally.as_py(), day.as_py()] += n.as_py()
    rows: list[_Row] = [(tally, day, n, None) for (tally, day), n in found.items()]
    if samples:
        rows.append((SAMPLE, None, 0, json.dumps(first_of_each(samples))))
    yield _counted(rows)


_Row = tuple[str | None, Day | None, int, str | None]


def _counted(rows: list[_Row]) -> pa.RecordBatch:
    columns = zip(*rows, strict=True) if rows else ((), (), (), ())
    kinds = (pa.string(), pa.int32(), pa.int64(), pa.string())
    arrays = [pa.array(list(column), kind) for column, kind in zip(columns, kinds, strict=True)]
    arrays[1] = arrays[1].cast(pa.date32())
    return pa.RecordBatch.from_arrays(arrays, schema=COUNTED)
