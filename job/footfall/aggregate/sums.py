"""Adds up stays and visits per place and day: first within each part, then over all parts."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit
from pyspark.sql import types as t
from pyspark.sql.pandas.types import to_arrow_schema

from footfall.aggregate.visits import SINGLE, Clock, Stays, Visits, once, visits
from footfall.engines.spark.workers import Batches
from footfall.local_time import SECOND
from footfall.schema import BOUNDARY, COUNTED, DUPLICATE, DWELL_BUCKET_ENDS, DWELL_BUCKETS, OUTSIDE_PLACES
from footfall.shuffle.records import MARK, PING, Longs, Records

PARTIAL = t.StructType(
    [
        t.StructField("tally", t.StringType()),
        t.StructField("place", t.IntegerType()),
        t.StructField("day", t.DateType()),
        t.StructField("n", t.LongType()),
        t.StructField("sums", t.BinaryType()),
        t.StructField("dwells", t.BinaryType()),
    ]
)
"""What a part gives per tally, or place and day: `sums` are int64 for SUMS, `dwells` int64 microseconds."""

PINGS, DEVICES, VISITS, SINGLES, HOURS, BUCKETS = 0, 1, 2, 3, 4, 28
SUMS = BUCKETS + len(DWELL_BUCKETS)
_ENDS = np.array(DWELL_BUCKET_ENDS, np.int64) * 60 * SECOND

MOST_PER_STAY = 4
"""Places and days are numbered by a table of all of them, unless it would have more entries than this for each stay."""

_PARTIAL, _COUNTED = to_arrow_schema(PARTIAL), to_arrow_schema(COUNTED)
_Tallies = Counter[tuple[str, int | None]]


def sum_part(batches: Batches, gap: int, horizon: int, clock: Clock) -> Iterator[pa.RecordBatch]:
    """PINGS_LOCATED, all rows of one part or several, to PARTIAL; gap and horizon in microseconds."""
    tallies: _Tallies = Counter()
    records: dict[str | None, list[Records]] = {None: [], OUTSIDE_PLACES: [], BOUNDARY: []}
    for batch in batches:
        for tally, n, packed in zip(*(batch.column(i) for i in (1, 2, 3)), strict=True):
            if packed.is_valid:
                kind = MARK if tally.is_valid else PING
                records[tally.as_py()].append(np.frombuffer(packed.as_buffer(), kind))
            else:
                tallies[tally.as_py(), None] += n.as_py()
    for tally in (OUTSIDE_PLACES, BOUNDARY):
        _count_marks(tally, records.pop(tally), clock, tallies)
    if records[None]:
        stays, found, repeats = visits(records.pop(None), gap, horizon, clock)
        _count(tallies, DUPLICATE, repeats)
        yield _of_places(stays, found)
    yield _of_tallies(tallies)


def merge(batches: Batches) -> Iterator[pa.RecordBatch]:
    """PARTIAL, all rows of each place, to COUNTED."""
    table = pa.Table.from_batches(list(batches), _PARTIAL)
    placed = table.filter(table["place"].is_valid())
    if len(placed):
        yield _merged(placed.combine_chunks())
    tallies = table.filter(table["tally"].is_valid())
    if len(tallies):
        summed = tallies.group_by(["tally", "day"]).aggregate([("n", "sum")])
        tally, day, n = (summed[name].combine_chunks() for name in ("tally", "day", "n_sum"))
        yield _batch(_COUNTED, tally=tally, day=day, n=n)


def _batch(schema: pa.Schema, **columns: pa.Array) -> pa.RecordBatch:
    """A batch with these columns, and nulls in the others."""
    rows = len(columns["n"])
    arrays = [
        columns[field.name].cast(field.type) if field.name in columns else pa.nulls(rows, field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _count(tallies: _Tallies, tally: str, days: npt.NDArray[np.int32]) -> None:
    """Add one for each of the days."""
    if not len(days):
        return
    first = int(days.min())
    for day, n in enumerate(np.bincount(days - first).tolist(), first):
        if n:
            tallies[tally, day] += n


def _count_marks(tally: str, marks: list[Records], clock: Clock, tallies: _Tallies) -> None:
    """Count marks once; pings in no place that are there again are duplicates."""
    if not marks:
        return
    day, new = once(np.concatenate(marks), clock)
    _count(tallies, tally, day[new])
    if tally == OUTSIDE_PLACES:
        _count(tallies, DUPLICATE, day[~new])


def _of_tallies(tallies: _Tallies) -> pa.RecordBatch:
    names, days = ([key[i] for key in tallies] for i in (0, 1))
    n = pa.array(tallies.values(), pa.int64())
    return _batch(_PARTIAL, tally=pa.array(names, pa.string()), day=pa.array(days, pa.int32()), n=n)


def _key(place: npt.NDArray[Any], day: npt.NDArray[Any]) -> Longs:
    """Place and day in one number that sorts like both."""
    key: Longs = (place.astype(np.int64) << 32) + day
    return key


def _place_and_day(keys: Longs) -> tuple[pa.Array, pa.Array]:
    place = (keys + 2**31) >> 32
    return pa.array(place, pa.int32()), pa.array((keys - (place << 32)).astype(np.int32)).cast(pa.date32())


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


def _of_places(stays: Stays, found: Visits) -> pa.RecordBatch:
    """Add up per place and day."""
    keys, at, visit_at = _numbered(stays, found)
    sums = np.zeros((len(keys), SUMS), np.int64)
    known = found.dwell != SINGLE
    bucket = np.searchsorted(_ENDS, found.dwell[known], side="right")
    sums[:, PINGS] = _sum(at, len(keys), stays.pings)
    sums[:, DEVICES] = _sum(at, len(keys), stays.device)
    sums[:, VISITS] = _sum(visit_at, len(keys))
    sums[:, SINGLES] = _sum(visit_at[~known], len(keys))
    sums[:, HOURS:BUCKETS] = _sum(visit_at * 24 + found.hour, len(keys) * 24).reshape(-1, 24)
    width = SUMS - BUCKETS
    sums[:, BUCKETS:] = _sum(visit_at[known] * width + bucket, len(keys) * width).reshape(-1, width)
    order = np.argsort(visit_at[known], kind="stable")
    place, day = _place_and_day(keys)
    return _batch(
        _PARTIAL,
        place=place,
        day=day,
        n=pa.array(_sum(at, len(keys), stays.first)),
        sums=_blobs(sums, np.full(len(keys), SUMS)),
        dwells=_blobs(found.dwell[known][order], sums[:, VISITS] - sums[:, SINGLES]),
    )


def _sum(at: Longs, length: int, numbers: npt.NDArray[Any] | None = None) -> Longs:
    """Add numbers, or ones, up by position; exact below 2^53."""
    return np.bincount(at, numbers, length).astype(np.int64)


def _blobs(numbers: Longs, lengths: Longs) -> pa.Array:
    """Numbers as bytes, so many in each row."""
    offsets = np.concatenate([[0], np.cumsum(lengths * 8)]).astype(np.int32)
    content = pa.py_buffer(np.ascontiguousarray(numbers))
    return pa.Array.from_buffers(pa.binary(), len(lengths), [None, pa.py_buffer(offsets), content])


def _numbers(blobs: pa.Array) -> tuple[Longs, Longs]:
    """The numbers of all rows, and how many each row has."""
    _, offsets, content = blobs.buffers()
    ends = np.frombuffer(offsets, np.int32)[blobs.offset : blobs.offset + len(blobs) + 1].astype(np.int64)
    data = content[int(ends[0]) : int(ends[-1])] if content else b""
    return np.frombuffer(data, np.int64), np.diff(ends) // 8


def _merged(rows: pa.Table) -> pa.RecordBatch:
    key = _key(*(rows[name].combine_chunks().view(pa.int32()).to_numpy() for name in ("place", "day")))
    rows = rows.take(pa.array(np.argsort(key, kind="stable"))).combine_chunks()
    keys, starts, at = np.unique(np.sort(key), return_index=True, return_inverse=True)
    parts, _ = _numbers(rows["sums"].combine_chunks())
    sums = np.add.reduceat(parts.reshape(-1, SUMS), starts)
    dwells, counts = _numbers(rows["dwells"].combine_chunks())
    quartiles = np.full((len(keys), 3), np.nan)
    _quartiles(dwells.copy(), np.concatenate([[0], np.cumsum(_sum(at, len(keys), counts))]), quartiles)
    place, day = _place_and_day(keys)
    p25, p50, p75 = (pa.array(quartile, from_pandas=True) for quartile in quartiles.T)
    return _batch(
        _COUNTED,
        place=place,
        day=day,
        n=pa.array(np.add.reduceat(rows["n"].to_numpy(), starts)),
        pings=pa.array(sums[:, PINGS]),
        devices=pa.array(sums[:, DEVICES]),
        visits=pa.array(sums[:, VISITS]),
        single_ping_visits=pa.array(sums[:, SINGLES]),
        dwell_seconds_p25=p25,
        dwell_seconds_p50=p50,
        dwell_seconds_p75=p75,
        visits_by_hour=_lists(sums[:, HOURS:BUCKETS]),
        dwell_buckets=_lists(sums[:, BUCKETS:]),
    )


def _lists(numbers: Longs) -> pa.Array:
    rows, width = numbers.shape
    offsets = np.arange(0, (rows + 1) * width, width, dtype=np.int32)
    return pa.ListArray.from_arrays(offsets, pa.array(numbers.ravel().astype(np.int32)))


@njit(cache=True)
def _quartiles(dwells: Longs, offsets: Longs, out: npt.NDArray[np.float64]) -> None:
    """Linear between the two nearest values, as Spark's `percentile`; in seconds. The dwells get sorted."""
    for row in range(len(offsets) - 1):
        some = dwells[offsets[row] : offsets[row + 1]]
        if len(some) == 0:
            continue
        some.sort()
        for i in range(3):
            position = (len(some) - 1) * 0.25 * (i + 1)
            low = int(np.floor(position))
            high = int(np.ceil(position))
            below, above = some[low] / SECOND, some[high] / SECOND
            out[row, i] = below if low == high else (high - position) * below + (position - low) * above
