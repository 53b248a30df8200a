"""The rows that are published: sums of all parts, quartiles, zeros for places without pings, nulls where few were."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.aggregate.sums import BUCKETS, DEVICES, HOURS, PINGS, SINGLES, SUMS, VISITS, numbers_of
from footfall.local_time import SECOND
from footfall.schema import FOOTFALL, MEASURES, Column
from footfall.shuffle.records import Longs

_COLUMNS = {
    "pings": slice(PINGS, PINGS + 1),
    "devices": slice(DEVICES, DEVICES + 1),
    "visits": slice(VISITS, VISITS + 1),
    "single_ping_visits": slice(SINGLES, SINGLES + 1),
    "visits_by_hour": slice(HOURS, BUCKETS),
    "dwell_buckets": slice(BUCKETS, SUMS),
}
"""Where the numbers of a column stand among the sums."""

_QUARTILES = ("dwell_seconds_p25", "dwell_seconds_p50", "dwell_seconds_p75")


@dataclass(frozen=True)
class Counted:
    """What was counted of one day: numbers of places, sorted, their sums, and quartiles of dwell in seconds or NaN."""

    place: npt.NDArray[np.int32]
    sums: Longs
    quartiles: npt.NDArray[np.float64]


def merged(rows: pa.Table) -> Counted:
    """Add up the rows of SUMMED of one day, and take the quartiles of all their dwells."""
    rows = rows.sort_by("place").combine_chunks()
    every = rows["place"].to_numpy()
    place, starts = np.unique(every, return_index=True)
    if not len(place):
        return Counted(every, np.empty((0, SUMS), np.int64), np.empty((0, 3)))
    parts, _ = numbers_of(_whole(rows["sums"]), np.uint32)
    sums = np.add.reduceat(parts.reshape(-1, SUMS).astype(np.int64), starts)
    dwells, counts = numbers_of(_whole(rows["dwells"]), np.int64)
    return Counted(place, sums, quartiles_of(dwells, np.add.reduceat(counts, starts)))


def complete(counted: Counted, first: int, place_ids: pa.Array, day: date, k: int) -> pa.Table:
    """One row for each place: zeros where nothing was counted, nulls where fewer than `k` devices were.

    Args:
        counted: Of the day; places are numbered from `first` on.
        first: The number of the first of the places.
        place_ids: Their ids.
        day: The day.
        k: Rows with fewer devices, but at least one, are suppressed.

    Returns:
        FOOTFALL, sorted by place.
    """
    rows, at = len(place_ids), counted.place - first
    sums = np.zeros((rows, SUMS), np.int64)
    sums[at] = counted.sums
    quartiles = np.full((rows, 3), np.nan)
    quartiles[at] = counted.quartiles
    hidden = (sums[:, DEVICES] > 0) & (sums[:, DEVICES] < k)
    measures = [_measure(column, sums, quartiles, hidden) for column in MEASURES]
    days = pa.repeat(pa.scalar(day, pa.date32()), rows)
    columns = [place_ids.cast(pa.string()), days, *measures, pa.array(hidden)]
    return pa.Table.from_arrays(columns, schema=FOOTFALL)


def _measure(
    column: Column, sums: Longs, quartiles: npt.NDArray[np.float64], hidden: npt.NDArray[np.bool_]
) -> pa.Array:
    if column.name in _QUARTILES:
        values = quartiles[:, _QUARTILES.index(column.name)]
        return pa.array(values, mask=hidden | np.isnan(values))
    numbers = sums[:, _COLUMNS[column.name]]
    if not pa.types.is_list(column.type):
        return pa.array(numbers[:, 0], mask=hidden)
    offsets = pa.array(np.arange(0, (len(numbers) + 1) * column.width, column.width, dtype=np.int32))
    items = pa.array(numbers.ravel().astype(np.int32))
    return pa.ListArray.from_arrays(offsets, items, type=column.type, mask=pa.array(hidden))


def _whole(column: Any) -> pa.Array:
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):  # several chunks stay where their bytes are too many for one
        raise pa.ArrowCapacityError("the sums of one day and chunk of places have more than 2 GiB")
    return array


def quartiles_of(dwells: Longs, counts: Longs) -> npt.NDArray[np.float64]:
    """The three quartiles of each stretch of dwells in seconds, NaN where it is empty.

    Linear between the two nearest values, as numpy's and Spark's `percentile` reckon them.

    Args:
        dwells: Microseconds, those of each stretch one behind the other.
        counts: How many dwells each stretch has.
    """
    stretch = np.repeat(np.arange(len(counts)), counts)
    ordered = _sorted_within(stretch, dwells) / SECOND
    some = counts > 0
    first = (np.cumsum(counts) - counts)[some, None]
    position = (counts[some, None] - 1) * 0.25 * np.array([1, 2, 3])
    low, high = np.floor(position).astype(np.int64), np.ceil(position).astype(np.int64)
    below, above = ordered[first + low], ordered[first + high]
    found = np.full((len(counts), 3), np.nan)
    between = (high - position) * below + (position - low) * above
    found[some] = np.where(low == high, below, between)
    return found


def _sorted_within(stretch: Longs, values: Longs) -> Longs:
    """Values that are not negative, sorted within their stretches; those are numbered in their order."""
    if not len(values):
        return values
    bits = int(values.max()).bit_length()
    if bits + int(stretch[-1]).bit_length() > 63:
        order = np.lexsort((values, stretch))
        return values[order]
    # One number that sorts like both is several times faster than two keys.
    keys: Longs = np.sort((stretch << bits) | values)
    return keys & ((1 << bits) - 1)
