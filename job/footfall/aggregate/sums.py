"""Adds up stays and visits per place and day within one part."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.aggregate.room import Room
from footfall.aggregate.visits import IS_NEW, SINGLE, Clock, Stays, Visits, once, visits
from footfall.compiled import kernel
from footfall.local_time import SECOND
from footfall.schema import BOUNDARY, DUPLICATE, DWELL_BUCKET_ENDS, DWELL_BUCKETS, OUTSIDE_PLACES
from footfall.shuffle.records import RINGED, Longs, Records

SUMMED = pa.schema(
    [
        pa.field("part", pa.int32(), nullable=False),
        pa.field("tally", pa.string()),
        pa.field("place", pa.int32()),
        pa.field("day", pa.date32()),
        pa.field("n", pa.int64(), nullable=False),
        pa.field("sums", pa.binary()),
        pa.field("dwells", pa.binary()),
    ]
)
"""What a part gives per place and day, or per tally and day: `sums` are uint32 for SUMS, `dwells` int64 microseconds.

`n` are the pings counted first there, or what the tally counts. All rows of one day and one chunk of places have the
same `part`. A row with neither place nor tally says that its day holds a ping, or without a day that its part is there.
"""

PINGS, DEVICES, VISITS, SINGLES, HOURS, BUCKETS = 0, 1, 2, 3, 4, 28
SUMS = BUCKETS + len(DWELL_BUCKETS)
_ENDS = np.array(DWELL_BUCKET_ENDS, np.int64) * 60 * SECOND

MOST_PER_STAY = 4
"""Places and days are numbered by a table of all of them, unless it would have more entries than this for each stay."""

Days = Counter[tuple[str, int | None]]
"""How many, by tally and local day, counted in days since 1970."""


class PlaceSums:
    """Sums of a part per place and day, sorted by place, then by day."""

    def __init__(self, stays: Stays, found: Visits) -> None:
        keys, at, visit_at = _numbered(stays, found)
        self.place, self.day = _place_and_day(keys)
        self.n = np.zeros(len(keys), np.int64)
        self.sums = np.zeros((len(keys), SUMS), np.uint32)
        dwells = np.empty(len(found.dwell), np.int64)
        given = at, stays.pings, stays.first, stays.device
        out = self.n, self.sums, dwells, np.empty(len(keys), np.int64)
        count = _add_up(given, (visit_at, found.hour, found.dwell), _ENDS, out)
        self.dwells = dwells[:count]

    def rows(self, part: npt.NDArray[np.int32]) -> pa.RecordBatch:
        """SUMMED, in these parts."""
        lengths = self.sums[:, VISITS].astype(np.int64) - self.sums[:, SINGLES]
        columns = [
            pa.array(part, pa.int32()),
            pa.nulls(len(part), pa.string()),
            pa.array(self.place),
            pa.array(self.day).cast(pa.date32()),
            pa.array(self.n),
            blobs(self.sums, np.full(len(part), SUMS * self.sums.itemsize)),
            blobs(self.dwells, lengths * self.dwells.itemsize),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=SUMMED)


@kernel("(i8[] i8[] i8[] i1[]) (i8[] i1[] i8[]) i8[] (i8[]! u4[,]! i8[]! i8[]!)", "i8")
def _add_up(stays: tuple[Any, ...], found: tuple[Any, ...], bucket_ends: Longs, out: tuple[Any, ...]) -> int:
    """Add stays and visits up in the rows of their places and days.

    Args:
        stays: Row, pings, first ones and bits of the device of each stay.
        found: Row, hour and dwell of each visit.
        bucket_ends: Microseconds at which each bucket of dwell ends, but for the last.
        out: Zeros, which become first ones and SUMS of each row; the known dwells by row, in the order of visits; and
            room for a number of each row.

    Returns:
        How many dwells are known.
    """
    at, pings, firsts, devices = stays
    visit_at, hours, dwell = found
    first, sums, dwells, following = out
    for i in range(len(at)):
        sums[at[i], PINGS] += np.uint32(pings[i])
        sums[at[i], DEVICES] += np.uint32(devices[i] & IS_NEW)
        first[at[i]] += firsts[i]
    for i in range(len(visit_at)):
        row = visit_at[i]
        sums[row, VISITS] += np.uint32(1)
        sums[row, HOURS + hours[i]] += np.uint32(1)
        if dwell[i] == SINGLE:
            sums[row, SINGLES] += np.uint32(1)
        else:
            bucket = 0
            while bucket < len(bucket_ends) and bucket_ends[bucket] <= dwell[i]:
                bucket += 1
            sums[row, BUCKETS + bucket] += np.uint32(1)
    known = 0
    for row in range(len(first)):
        following[row] = known
        known += sums[row, VISITS] - sums[row, SINGLES]
    for i in range(len(visit_at)):
        if dwell[i] != SINGLE:
            dwells[following[visit_at[i]]] = dwell[i]
            following[visit_at[i]] += 1
    return known


@dataclass(frozen=True)
class VisitRules:
    """What a visit is, and which day it belongs to.

    Args:
        gap: The longest time between two pings of a visit, in microseconds.
        horizon: How long past the end of its start day a visit is followed, in microseconds.
        clock: The zone of local days.
    """

    gap: int
    horizon: int
    clock: Clock


def sum_places(
    pings: Sequence[Records], rules: VisitRules, room: Room, tallies: Days
) -> tuple[PlaceSums, Stays]:
    """Sum up PING records, all of a device in a place; repeated ones are added to the tallies."""
    stays, found, repeats = visits(pings, rules.gap, rules.horizon, rules.clock, room)
    _count(tallies, DUPLICATE, repeats)
    return PlaceSums(stays, found), stays


def count_marks(tally: str, marks: Sequence[Records], clock: Clock, room: Room, tallies: Days) -> None:
    """Count each MARK of one of MARKED once; pings in no place that are there again are duplicates."""
    if not marks:
        return
    days, firsts = once(marks, clock, room)
    for start in range(0, len(days), room.records):
        some = slice(start, start + room.records)
        day, new = days[some], firsts[some]
        _count(tallies, tally, day[new])
        if tally == OUTSIDE_PLACES:
            _count(tallies, DUPLICATE, day[~new])


MARKED = (OUTSIDE_PLACES, BOUNDARY, RINGED)
"""The tallies whose records are MARK."""


def _count(tallies: Days, tally: str, days: npt.NDArray[np.int32]) -> None:
    """Add one for each of the days."""
    if not len(days):
        return
    first = int(days.min())
    for day, n in enumerate(np.bincount(days - first).tolist(), first):
        if n:
            tallies[tally, day] += n


def _key(place: npt.NDArray[Any], day: npt.NDArray[Any]) -> Longs:
    """Place and day in one number that sorts like both."""
    key: Longs = (place.astype(np.int64) << 32) + day
    return key


def _place_and_day(keys: Longs) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    place = (keys + 2**31) >> 32
    return place.astype(np.int32), (keys - (place << 32)).astype(np.int32)


def _numbered(stays: Stays, found: Visits) -> tuple[Longs, Longs, Longs]:
    """The places and days of stays as sorted keys, each once; and which of them each stay, and each visit, has."""
    if not len(stays.place):
        none = np.empty(0, np.int64)
        return none, none, none
    first, days = int(stays.day.min()), int(np.ptp(stays.day)) + 1
    size = (int(stays.place.max()) + 1) * days
    if size > MOST_PER_STAY * len(stays.place):
        keys, at = np.unique(_key(stays.place, stays.day), return_inverse=True)
        return keys, at, np.searchsorted(keys, _key(found.place, found.day))
    cell, cell_asked = (each.place.astype(np.int64) * days + (each.day - first) for each in (stays, found))
    there = np.zeros(size, np.bool_)
    there[cell] = True
    cells, number = np.flatnonzero(there), np.cumsum(there) - 1
    return _key(cells // days, cells % days + first), number[cell], number[cell_asked]


def blobs(numbers: npt.NDArray[Any], lengths: Longs) -> pa.Array:
    """Numbers as bytes, so many bytes in each row."""
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    content = pa.py_buffer(np.ascontiguousarray(numbers))
    return pa.Array.from_buffers(pa.binary(), len(lengths), [None, pa.py_buffer(offsets), content])


def numbers_of(column: pa.Array, kind: type[np.generic]) -> tuple[npt.NDArray[Any], Longs]:
    """The numbers of all rows of bytes one behind the other, and how many each row has."""
    _, offsets, content = column.buffers()
    ends = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1].astype(np.int64)
    data = content[int(ends[0]) : int(ends[-1])] if content else b""
    return np.frombuffer(data, kind), np.diff(ends) // np.dtype(kind).itemsize


def contents_of(column: pa.Array) -> list[pa.Buffer | None]:
    """The bytes of each row where they lie, mapped or not, which Arrow's scalars would copy; None where it is null."""
    _, offsets, content = column.buffers()
    ends = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1].tolist()
    return [
        content[begin:end] if is_there else None
        for begin, end, is_there in zip(ends, ends[1:], column.is_valid().to_pylist(), strict=False)
    ]
