"""The second stage of the job: all records of some devices, and of some ranges of files, become sums."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.aggregate.bad_rows import BadRows
from footfall.aggregate.sums import MARKED, SUMMED, Days, count_marks, sum_places
from footfall.aggregate.visits import Clock
from footfall.engines import Batches
from footfall.schema import LINES, QUARANTINED
from footfall.shuffle.records import MARK, PING, Records

SAMPLE = "sample"
"""The tally of rows that hold, as JSON in `sums`, samples of the rows that cannot be used."""


@dataclass(frozen=True)
class DayParts:
    """How places and days are dealt out to the third stage: in chunks of places, by day.

    Args:
        places: How many there are.
        chunk: Places in a chunk.
        parts: Into how many parts days and chunks go.
    """

    places: int
    chunk: int
    parts: int

    @property
    def chunks(self) -> int:
        """How many chunks of places there are."""
        return -(-self.places // self.chunk)

    def of(self, day: npt.NDArray[np.int32], chunk: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """The part of each day, counted from 1970, and chunk."""
        part: npt.NDArray[np.int32] = ((day.astype(np.int64) * self.chunks + chunk) % self.parts).astype("i4")
        return part


@dataclass(frozen=True)
class SumPart:
    """Sums one part.

    Args:
        gap: The longest time between two pings of a visit, in microseconds.
        horizon: How long past the end of its start day a visit is followed, in microseconds.
        clock: The zone of local days.
        files: The paths of the input files.
        days: How places and days are dealt out.
        quarantine: Writes rows that cannot be used, as QUARANTINE without the run's id, under the number of a part.
    """

    gap: int
    horizon: int
    clock: Clock
    files: tuple[str, ...]
    days: DayParts
    quarantine: Callable[[int, pa.Table], None]

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """SHUFFLED, all rows of one part or several, to SUMMED."""
        tallies: Days = Counter()
        records: dict[str | None, list[Records]] = {tally: [] for tally in (None, *MARKED)}
        bad, part = BadRows(self.files), 0
        for batch in batches:
            for number, tally, n, packed in zip(*(batch.column(i) for i in range(4)), strict=True):
                part, name = number.as_py(), tally.as_py()
                if not packed.is_valid:
                    tallies[name, None] += n.as_py()
                elif name == QUARANTINED:
                    bad.add(packed.as_buffer())
                elif name == LINES:
                    bad.add_lines(packed.as_buffer())
                else:
                    kind = PING if name is None else MARK
                    records[name].append(np.frombuffer(packed.as_buffer(), kind))
        for tally in MARKED:
            count_marks(tally, records.pop(tally), self.clock, tallies)
        there = {day for _, day in tallies if day is not None}
        if records[None]:
            sums = sum_places(records.pop(None), self.gap, self.horizon, self.clock, tallies)
            chunk = sums.place // self.days.chunk
            yield sums.rows(self.days.of(sums.day, chunk))
            there |= set(np.unique(sums.day).tolist()) | {day for _, day in tallies if day is not None}
        if len(bad):
            table = bad.table()
            self.quarantine(part, table)
            tallies.update({(f"{QUARANTINED}:{reason}", None): n for reason, n in bad.counts(table).items()})
            yield _row(tally=SAMPLE, sums=json.dumps(bad.samples(table)).encode())
        yield self._tallies(tallies)
        yield self._days_there(there)

    def _tallies(self, tallies: Days) -> pa.RecordBatch:
        names, days = ([key[i] for key in tallies] for i in (0, 1))
        at = np.array([0 if day is None else day for day in days], np.int32)
        part = self.days.of(at, np.zeros(len(at), np.int32))
        part[[day is None for day in days]] = 0
        return _rows(len(at), part=part, tally=names, day=days, n=list(tallies.values()))

    def _days_there(self, days: set[int]) -> pa.RecordBatch:
        """One row for each day and chunk of places, and one for each part: so that none is left without its rows."""
        chunks = self.days.chunks
        day = np.repeat(np.array(sorted(days), np.int32), chunks)
        part = self.days.of(day, np.tile(np.arange(chunks, dtype=np.int32), len(days)))
        every = np.arange(self.days.parts, dtype=np.int32)
        return _rows(
            len(part) + len(every),
            part=np.concatenate([part, every]),
            day=[*day.tolist(), *[None] * len(every)],
            n=[0] * (len(part) + len(every)),
        )


def _row(**values: Any) -> pa.RecordBatch:
    """One row of SUMMED in the first part, with nulls and zeros where nothing is given."""
    row: dict[str, list[Any]] = {"part": [0], "n": [0], **{name: [value] for name, value in values.items()}}
    return _rows(1, **row)


def _rows(count: int, **columns: Any) -> pa.RecordBatch:
    arrays = [
        pa.array(columns[field.name], _NUMBERED.get(field.name, field.type)).cast(field.type)
        if field.name in columns
        else pa.nulls(count, field.type)
        for field in SUMMED
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=SUMMED)


_NUMBERED = {"day": pa.int32()}
"""Days are counted before they are dates."""
