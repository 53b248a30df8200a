"""The rows that are published: sums of all parts, quartiles, zeros for places without pings, nulls where few were."""

from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.aggregate.merging import Counted
from footfall.aggregate.sums import BUCKETS, DEVICES, HOURS, PINGS, SINGLES, SUMS, VISITS
from footfall.schema import FOOTFALL, MEASURES, SCALED
from footfall.shuffle.records import Longs
from footfall.table import Column

_COLUMNS = {
    "pings": slice(PINGS, PINGS + 1),
    "devices": slice(DEVICES, DEVICES + 1),
    "visits": slice(VISITS, VISITS + 1),
    "single_ping_visits": slice(SINGLES, SINGLES + 1),
    "visits_by_hour": slice(HOURS, BUCKETS),
    "dwell_buckets": slice(BUCKETS, SUMS),
}
"""Where the numbers of a column stand among the sums."""

_SCALED = {f"scaled_{name}": _COLUMNS[name].start for name in SCALED}

Mask = npt.NDArray[np.bool_]
_QUARTILES = ("dwell_seconds_p25", "dwell_seconds_p50", "dwell_seconds_p75")


def complete(
    counted: Counted, place_ids: pa.Array, day: date, k: int, factor: float | None = None
) -> pa.Table:
    """One row for each place: zeros where nothing was counted, nulls where fewer than `k` devices were.

    Args:
        counted: Of the day, in these places.
        place_ids: The ids of the places.
        day: The day.
        k: Rows with fewer devices, but at least one, are suppressed.
        factor: What scaled measures are multiplied by; None where they are not asked for.

    Returns:
        FOOTFALL, sorted by place.
    """
    hidden = few(counted, k)
    measures = [measure(column, counted, hidden, factor) for column in MEASURES]
    days = pa.repeat(pa.scalar(day, pa.date32()), len(place_ids))
    columns = [place_ids.cast(pa.string()), days, *measures, pa.array(hidden)]
    return pa.Table.from_arrays(columns, schema=FOOTFALL)


def few(counted: Counted, k: int) -> Mask:
    """Which rows have fewer than `k` devices, but at least one."""
    devices = counted.sums[:, DEVICES]
    found: Mask = (devices > 0) & (devices < k)
    return found


def measure(column: Column, counted: Counted, hidden: Mask, factor: float | None = None) -> pa.Array:
    """The values of a measure that days have, null where they are hidden, unknown or not asked for."""
    if column.name in ("certain_pings", "possible_pings"):
        return _by_circles(column, counted, hidden)
    if column.name in _SCALED:
        if factor is None:
            return pa.nulls(len(hidden), column.type)
        return pa.array(counted.sums[:, _SCALED[column.name]] * factor, mask=hidden)
    if column.name in _QUARTILES:
        values = counted.quartiles[:, _QUARTILES.index(column.name)]
        return pa.array(values, mask=hidden | np.isnan(values))
    if column.name == "visits_of_at_least":
        asked = counted.at_least.shape[1] > 0
        return lists(counted.at_least, column, hidden) if asked else pa.nulls(len(hidden), column.type)
    numbers = counted.sums[:, _COLUMNS[column.name]]
    if not pa.types.is_list(column.type):
        return pa.array(numbers[:, 0], mask=hidden)
    return lists(numbers, column, hidden)


def _by_circles(column: Column, counted: Counted, hidden: Mask) -> pa.Array:
    """Pings certainly or possibly inside; null in hidden rows, the possible also where few devices add to them."""
    circles = counted.circles
    if circles is None:
        return pa.nulls(len(hidden), column.type)
    if column.name == "certain_pings":
        return pa.array(circles.certain, mask=hidden)
    return pa.array(circles.possible, mask=hidden | circles.withheld)


def lists(numbers: Longs, column: Column, hidden: Mask) -> pa.Array:
    """The rows of numbers as lists of a column, null where they are hidden."""
    width = numbers.shape[1]
    offsets = pa.array(np.arange(0, (len(numbers) + 1) * width, width, dtype=np.int32))
    items = pa.array(numbers.ravel().astype(np.int32))
    return pa.ListArray.from_arrays(offsets, items, type=column.type, mask=pa.array(hidden))
