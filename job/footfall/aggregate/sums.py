"""Adds up stays and visits per place and day within one part."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.aggregate.room import Room
from footfall.aggregate.visits import SINGLE, Clock, Stays, Visits, once, visits
from footfall.local_time import SECOND
from footfall.schema import BOUNDARY, DUPLICATE, DWELL_BUCKET_ENDS, DWELL_BUCKETS, OUTSIDE_PLACES
from footfall.shuffle.records import Longs, Records

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
        known = found.dwell != SINGLE
        bucket = np.searchsorted(_ENDS, found.dwell[known], side="right")
        width = SUMS - BUCKETS
        sums = np.zeros((len(keys), SUMS), np.uint32)
        sums[:, PINGS] = _sum(at, len(keys), stays.pings)
        sums[:, DEVICES] = _sum(at, len(keys), stays.device)
        sums[:, VISITS] = _sum(visit_at, len(keys))
        sums[:, SINGLES] = _sum(visit_at[~known], len(keys))
        sums[:, HOURS:BUCKETS] = _sum(visit_at * 24 + found.hour, len(keys) * 24).reshape(-1, 24)
        sums[:, BUCKETS:] = _sum(visit_at[known] * width + bucket, len(keys) * width).reshape(-1, width)
        self.place, self.day = _place_and_day(keys)
        self.n = _sum(at, len(keys), stays.first)
        self.sums = sums
        self.dwells = found.dwell[known][np.argsort(visit_at[known], kind="stable")]

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


def sum_places(pings: Sequence[Records], rules: VisitRules, room: Room, tallies: Days) -> PlaceSums:
    """Sum up PING records, all of a device in a place; repeated ones are added to the tallies."""
    stays, found, repeats = visits(pings, rules.gap, rules.horizon, rules.clock, room)
    _count(tallies, DUPLICATE, repeats)
    return PlaceSums(stays, found)


def count_marks(tally: str, marks: Sequence[Records], clock: Clock, room: Room, tallies: Days) -> None:
    """Count each MARK of `outside_places` or `boundary` once; pings in no place that are there again are duplicates."""
    if not marks:
        return
    days, firsts = once(marks, clock, room)
    for start in range(0, len(days), room.records):
        some = slice(start, start + room.records)
        day, new = days[some], firsts[some]
        _count(tallies, tally, day[new])
        if tally == OUTSIDE_PLACES:
            _count(tallies, DUPLICATE, day[~new])


MARKED = (OUTSIDE_PLACES, BOUNDARY)
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


def _sum(at: Longs, length: int, numbers: npt.NDArray[Any] | None = None) -> Longs:
    """Add numbers, or ones, up by position; exact below 2^53."""
    return np.bincount(at, numbers, length).astype(np.int64)


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
