"""The second stage of the job: all records of some devices, and of some ranges of files, become sums."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.aggregate.bad_rows import BadRows, counts, first_of_each, first_rows
from footfall.aggregate.presence import Presence
from footfall.aggregate.room import Room
from footfall.aggregate.seen import count_seen
from footfall.aggregate.sums import MARKED, SUMMED, Days, VisitRules, contents_of, count_marks, sum_places
from footfall.aggregate.uncertain import ring_rows, sum_cut
from footfall.engines import Batches
from footfall.periods import Kind, numbers
from footfall.schema import LINES, QUARANTINED, SEEN
from footfall.shuffle.records import MARK, MOST_PARTS, PING, REACH, RING, UNCERTAIN, Longs, Records

SAMPLE = "sample"
"""The tally of rows that hold, as JSON in `sums`, samples of the rows that cannot be used."""


@dataclass(frozen=True)
class DayParts:
    """How places and days go to tasks of the third stage: in chunks of places, by day, week or month.

    Args:
        places: How many there are.
        chunk: Places in a chunk.
        parts: Into how many parts days and chunks go.
        kind: All days of a week, or of a month, go together; None where each day goes alone.
    """

    places: int
    chunk: int
    parts: int
    kind: Kind | None = None

    @property
    def chunks(self) -> int:
        """How many chunks of places there are."""
        return -(-self.places // self.chunk)

    def of(self, day: npt.NDArray[np.int32], chunk: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """The part of each day, counted from 1970, and chunk."""
        return self.of_period(day.astype(np.int64) if self.kind is None else numbers(self.kind, day), chunk)

    def of_places(self, day: npt.NDArray[np.int32], place: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
        """The part of each day and place."""
        return self.of(day, place // self.chunk)

    def of_period(self, number: Longs, chunk: npt.NDArray[np.integer]) -> npt.NDArray[np.int32]:
        """The part of each period, or of each day that goes alone, and chunk."""
        part: npt.NDArray[np.int32] = ((number * self.chunks + chunk) % self.parts).astype("i4")
        return part


@dataclass(frozen=True)
class SumPart:
    """Sums one part.

    Args:
        rules: What a visit is.
        files: The paths of the input files.
        days: How places and days are distributed.
        quarantine: Writes LISTED, rows that cannot be used, under a number that no other part gives.
        room: What memory there is.
        presence: Finds out who was there in each week or month; None where that is not asked.
    """

    rules: VisitRules
    files: tuple[str, ...]
    days: DayParts
    quarantine: Callable[[int, pa.Table], Any]
    room: Room
    presence: Presence | None = None
    record: ClassVar[np.dtype[np.void]] = PING  # of a ping that was found

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """SHUFFLED, all rows of one part or several, to SUMMED."""
        tallies: Days = Counter()
        records: dict[str | None, list[Records]] = {
            tally: [] for tally in (None, UNCERTAIN, RING, *MARKED, SEEN)
        }
        types = {**dict.fromkeys(records, MARK), None: self.record, UNCERTAIN: PING, RING: REACH}
        bad, part = BadRows(self.files), 0
        for batch in batches:
            given = (batch.column(name).to_pylist() for name in ("part", "tally", "n"))
            for number, tally, n, packed in zip(*given, contents_of(batch.column("records")), strict=True):
                part = max(part, number)
                if packed is None:
                    tallies[tally, None] += n
                elif tally == QUARANTINED:
                    bad.add(packed)
                elif tally == LINES:
                    bad.add_lines(packed)
                else:
                    records[tally].append(np.frombuffer(packed, types[tally]))
        for tally in MARKED:
            for share in self.room.shares(records.pop(tally)):
                count_marks(tally, share, self.rules.clock, self.room, tallies)
        count_seen(records.pop(SEEN), self.days.kind, self.room, tallies)
        there: set[int] = set()
        for days, rows in self._sums(records.pop(None), tallies):
            there |= days
            yield rows
        yield from self._circles(records.pop(UNCERTAIN), records.pop(RING))
        if len(bad):
            yield self._quarantined(bad, part, tallies)
        yield self._tallies(tallies)
        yield self._days_there(there | {day for _, day in tallies if day is not None})

    def _sums(self, pings: list[Records], tallies: Days) -> Iterator[tuple[set[int], pa.RecordBatch]]:
        """Sums of the pings that were found, as rows of SUMMED, each batch with its days; repeats are tallied."""
        for share in self.room.shares(pings):
            sums, stays = sum_places(share, self.rules, self.room, tallies)
            present = self.presence.of(stays) if self.presence else None
            del stays  # they are as large as the share
            days = set(np.unique(sums.day).tolist())
            yield days, sums.rows(self.days.of(sums.day, sums.place // self.days.chunk))
            if present:
                part = self.days.of_period(present.period, present.place // self.days.chunk)
                yield set(), present.rows(part)

    def _circles(self, cut: list[Records], reaches: list[Records]) -> Iterator[pa.RecordBatch]:
        """The sums of UNCERTAIN, and the pairs of RING."""
        for share in self.room.shares(cut):
            if share:
                sums = sum_cut(share, self.rules.clock, self.room)
                yield sums.rows(self.days.of_places(sums.day, sums.place))
        if reaches:
            yield ring_rows(reaches, self.days.of_places)

    def _quarantined(self, bad: BadRows, part: int, tallies: Days) -> pa.RecordBatch:
        """Write rows that cannot be used, and give samples of them."""
        samples: list[dict[str, Any]] = []
        for piece, table in enumerate(bad.tables()):
            self.quarantine(part + piece * MOST_PARTS, table)
            samples = first_of_each(samples + first_rows(table))
            for reason, n in counts(table).items():
                tallies[f"{QUARANTINED}:{reason}", None] += n
        return _row(tally=SAMPLE, sums=json.dumps(samples).encode())

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
