"""Quartiles of dwell."""

import numpy as np
import numpy.typing as npt

from footfall.local_time import SECOND
from footfall.shuffle.records import Longs


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
