"""What circles of accuracy say that would give suppressed rows away: it is withheld, and the row stays.

Someone who knows accuracies could take the pings that are possibly inside, in a row that stays, for a sum over that
row and others. So no such sum may have pings of a suppressed row in it, nor, while there are suppressed rows, all
that is in no place; and no part of a row that stays may be the ground of a suppressed one.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from footfall.aggregate.uncertain import Pairs
from footfall.geometry.overlaps import Overlaps
from footfall.schema import MEASURES

Mask = npt.NDArray[np.bool_]
Reaches = Mapping[date, Sequence[Pairs]]
"""By day, pairs of a place and one that holds pings whose circles reach it, or -1 for pings in no place."""

WITHHELD = CERTAIN, POSSIBLE = tuple(column.name for column in MEASURES if column.is_withheld)


def withhold(rows: pa.Table, reaches: Sequence[Pairs], overlaps: Overlaps, *, is_covered: bool) -> pa.Table:
    """The rows of a day without what circles of accuracy say of those that are suppressed.

    Args:
        rows: FOOTFALL of one day, a row for each place in the order of their numbers.
        reaches: The pairs of the day.
        overlaps: Which places share ground.
        is_covered: Whether enough pings of the day are in no place, and reach none, to cover up the others there.
    """
    hidden: Mask = rows["suppressed"].to_numpy()
    place, other = np.concatenate([np.empty((0, 2), np.int32), *reaches]).T
    tells = (other >= 0) & hidden[other]
    if not is_covered:
        tells |= other < 0
    certain, possible = np.zeros(len(hidden), np.bool_), np.zeros(len(hidden), np.bool_)
    for number in np.flatnonzero(hidden).tolist():
        certain[list(overlaps.around(number).sharing)] = True
    possible[place[tells]] = True
    return without(rows, {CERTAIN: certain, POSSIBLE: possible})


def without(rows: pa.Table, withheld: Mapping[str, Mask]) -> pa.Table:
    """The rows with nulls in columns where these are withheld."""
    for name, mask in withheld.items():
        column = rows.schema.field(name)
        values = pc.if_else(pa.array(mask), pa.scalar(None, column.type), rows[name])
        rows = rows.set_column(rows.schema.get_field_index(name), column, values)
    return rows


def are_withheld(rows: pa.Table) -> Mask:
    """Which values are null, of each column of WITHHELD."""
    return np.array([rows[name].is_null().to_numpy() for name in WITHHELD])
