"""The third stage of the job: sums of parts become complete rows of a day and a chunk of places, and are written."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from footfall.aggregate.bad_rows import first_of_each
from footfall.aggregate.merging import Counted, merged
from footfall.aggregate.parts import SAMPLE, DayParts
from footfall.aggregate.periods import PeriodSums, Presences, WritePeriods, complete_period
from footfall.aggregate.sums import PINGS
from footfall.aggregate.table import complete
from footfall.aggregate.uncertain import AllCut, rings
from footfall.engines import Batches
from footfall.periods import period_numbered, period_of
from footfall.schema import HIDDEN, PLACED
from footfall.settings import DayRange
from footfall.shuffle.records import RING, Longs

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
was written, with `period piece` one of a period that begins on the day, with `sample` rows that cannot be used, all as
JSON in `note`; with `ring` pairs of places, for `uncertain.pairs_of`."""

PIECE, PERIOD_PIECE = "piece", "period piece"

Day = int
"""A local day, counted in days since 1970."""

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class WriteDays:
    """Merges, completes and writes the days and chunks of one part.

    Args:
        place_ids: The ids of all places, sorted.
        days: How places and days are distributed.
        asked: The days to write; None for all that hold a ping.
        k: Rows with fewer devices, but at least one, are suppressed.
        write: Writes the rows of FOOTFALL of a day and a chunk, and describes the file.
        lengths: Lengths of visits in microseconds, of each of which visits are counted that are no shorter.
        periods: How the weeks or months of these days are made and written; None where that is not asked.
        factor: Gives the factor of a day, for scaled measures; None where that is not asked.
        uncertainty: Whether pings that are certainly and possibly inside are counted.
    """

    place_ids: pa.Array
    days: DayParts
    asked: DayRange | None
    k: int
    write: Callable[[date, int, pa.Table], "DataclassInstance"]
    lengths: tuple[int, ...] = ()
    periods: WritePeriods | None = None
    factor: Callable[[date], float] | None = None
    uncertainty: bool = False

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """SUMMED, all rows of one part or several, to COUNTED."""
        given = [batch for batch in batches if len(batch)]
        yield from _tallies(given)
        there = [batch for batch in given if batch.column("place").null_count < len(batch)]
        placed = Placed(there, self.days, AllCut(there, self.days.chunk) if self.uncertainty else None)
        if self.uncertainty:
            yield _counted([(RING, day, n, note) for day, n, note in rings(there)])
        yield _counted([(None, day, n, None) for day, n in placed.pings.items()])
        wanted = self._wanted(given)
        if self.periods is None:
            for day, chunk in wanted:
                yield self._written(day, chunk, *self._rows(day, chunk, placed))
        else:
            yield from self._written_periods(self.periods, wanted, placed, Presences(given, self.days))

    def _wanted(self, given: list[pa.RecordBatch]) -> list[tuple[Day, int]]:
        """The days and chunks of these parts that are to be written: those that hold a ping, and those asked for."""
        parts, there = set[int](), set[Day]()
        for batch in given:
            parts |= set(batch.column("part").unique().to_pylist())
            there |= set(batch.column("day").drop_null().unique().view(pa.int32()).to_pylist())
        if self.asked is not None:
            there = {(day - _EPOCH).days for day in self.asked}
        keys = [(day, chunk) for day in sorted(there) for chunk in range(self.days.chunks)]
        part = self.days.of(*(np.array(each, np.int32) for each in zip(*keys, strict=True))) if keys else ()
        return [key for key, its in zip(keys, part, strict=True) if int(its) in parts]

    def _rows(self, day: Day, chunk: int, placed: "Placed") -> tuple[int, pa.Table]:
        """The pings of all rows of a day and chunk, suppressed or not, and the rows."""
        counted, table = self._complete(day, chunk, placed)
        return _pings(counted), table

    def _complete(self, day: Day, chunk: int, placed: "Placed") -> tuple[Counted, pa.Table]:
        ids = self._ids(chunk)
        rows = partial(placed.rows, day, chunk)
        counted = merged(rows, chunk * self.days.chunk, len(ids), self.lengths)
        if placed.cut is not None:
            counted = replace(counted, circles=placed.cut.circles(day, chunk, counted.sums, self.k))
        factor = self.factor(date_of(day)) if self.factor else None
        return counted, complete(counted, ids, date_of(day), self.k, factor)

    def _ids(self, chunk: int) -> pa.Array:
        return self.place_ids.slice(chunk * self.days.chunk, self.days.chunk)

    def _written_periods(
        self, write: WritePeriods, wanted: list[tuple[Day, int]], placed: "Placed", present: Presences
    ) -> Iterator[pa.RecordBatch]:
        """Write days, and after those of a period its rows, where all of its days were written."""
        by_period: dict[tuple[int, int], list[Day]] = {}
        for day, chunk in wanted:
            by_period.setdefault((period_of(write.kind, date_of(day)).number, chunk), []).append(day)
        for (number, chunk), days in by_period.items():
            ids, period = self._ids(chunk), period_numbered(write.kind, number)
            sums = PeriodSums(period, len(ids))
            for day in days:
                counted, table = self._complete(day, chunk, placed)
                sums.add(date_of(day), counted, table["suppressed"].to_numpy())
                yield self._written(day, chunk, _pings(counted), table)
            if sums.is_whole:
                rows = partial(placed.rows_of_all, days, chunk)
                counted = merged(rows, chunk * self.days.chunk, len(ids), self.lengths)
                of_places = present.sums(number, chunk, len(ids))
                piece = write.write(period, chunk, complete_period(counted, sums, of_places, ids, write))
                yield _counted([(PERIOD_PIECE, days[0], len(ids), _as_json(piece))])

    def _written(self, day: Day, chunk: int, pings: int, table: pa.Table) -> pa.RecordBatch:
        piece = self.write(date_of(day), chunk, table)
        return _counted(
            [
                (PIECE, day, len(table), _as_json(piece)),
                (PLACED, day, pings, None),
                (HIDDEN, day, pc.sum(table["suppressed"]).as_py() or 0, None),
            ]
        )


class Placed:
    """Rows of SUMMED that have a place, found by day and chunk of places; they stay where they are, mapped or not.

    `pings` are those counted first on each day, whether the day is to be written or not. `cut` has the pings whose
    circles outlines cut; None where nobody asks for circles of accuracy.
    """

    def __init__(self, batches: list[pa.RecordBatch], days: DayParts, cut: AllCut | None = None) -> None:
        self.cut = cut
        self.pings: Counter[Day] = Counter()
        self._chunks = days.chunks
        self._found: dict[int, list[tuple[pa.RecordBatch, Longs]]] = {}
        for batch in batches:
            there = batch.column("place").is_valid().to_numpy(zero_copy_only=False)
            if batch.column("tally").null_count < len(batch):  # some may be of periods
                there = there & batch.column("tally").is_null().to_numpy(zero_copy_only=False)
            placed = np.flatnonzero(there)
            if not len(placed):
                continue
            day, place, n = (_numbers(batch.column(name))[placed] for name in ("day", "place", "n"))
            low = int(day.min())
            self.pings.update(
                {low + at: int(first) for at, first in enumerate(np.bincount(day - low, n)) if first}
            )
            key = day * days.chunks + place // days.chunk
            order = np.argsort(key, kind="stable")
            starts = np.flatnonzero(np.diff(key[order], prepend=key.min() - 1))
            for rows in np.split(placed[order], starts[1:]):
                its = int(key[np.searchsorted(placed, rows[0])])
                self._found.setdefault(its, []).append((batch, rows))

    def rows_of_all(self, days: Sequence[Day], chunk: int) -> Iterator[pa.RecordBatch]:
        """Those of several days and a chunk, some at a time."""
        for day in days:
            yield from self.rows(day, chunk)

    def rows(self, day: Day, chunk: int) -> Iterator[pa.RecordBatch]:
        """Those of a day and a chunk, some at a time."""
        for batch, rows in self._found.get(day * self._chunks + chunk, []):
            yield batch if len(rows) == len(batch) else batch.take(pa.array(rows))


def _pings(counted: Counted) -> int:
    return int(counted.sums[:, PINGS].sum())


def date_of(day: Day) -> date:
    """The date of a day that is counted since 1970."""
    return date.fromordinal(_EPOCH.toordinal() + day)


def _as_json(piece: "DataclassInstance") -> str:
    return json.dumps(asdict(piece), default=str)


def _numbers(column: pa.Array) -> Longs:
    """Whole numbers, or days since 1970; 0 for a null."""
    column = column.view(pa.int32()) if pa.types.is_date32(column.type) else column
    return np.asarray(column.fill_null(0).to_numpy(zero_copy_only=False), np.int64)


def _tallies(batches: list[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Add up tallies, and pass on the first samples."""
    found: Counter[tuple[str, Day | None]] = Counter()
    samples: list[dict[str, Any]] = []
    are_tallies = (pc.and_(b.column("tally").is_valid(), b.column("place").is_null()) for b in batches)
    rows_of = (batch.filter(each) for batch, each in zip(batches, are_tallies, strict=True))
    columns = ((b["tally"], b["day"].view(pa.int32()), b["n"], b["sums"]) for b in rows_of)
    for tally, day, n, sums in (row for each in columns for row in zip(*each, strict=True)):
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
