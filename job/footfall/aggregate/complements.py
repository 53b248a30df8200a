"""Complementary suppression: rows that are held back as well, because the numbers that stay would give others away.

Two things could. A place that lies within others: their rows are sums over its ground. And the pings of a day, which
the manifest tells: less those of the published rows, what is left is in suppressed rows or in no place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from footfall.geometry.overlaps import Overlaps, Siblings
from footfall.schema import HIDDEN, OUTSIDE_PLACES, PLACED
from footfall.shuffle.records import Longs

Mask = npt.NDArray[np.bool_]
Tallies = Mapping[tuple[str | None, date | None], int]


@dataclass(frozen=True)
class DayCounts:
    """What was counted of a day, suppressed or not.

    Args:
        hidden: Rows with fewer than k devices.
        placed: Pings of all rows; one that lies in two places counts twice.
        inside: Pings in places, each once.
        outside: Pings in no place.
    """

    hidden: int
    placed: int
    inside: int
    outside: int

    def is_safe(self, k: int) -> bool:
        """Whether nothing more need be held back: pings in no place hide the few, and no ping lies in two places."""
        return not self.hidden or (self.outside >= k and self.placed == self.inside)


def day_counts(tallies: Tallies, day: date) -> DayCounts:
    """What was counted of a day, out of what was counted by tally and day."""
    hidden, placed, inside, outside = (
        tallies.get((tally, day), 0) for tally in (HIDDEN, PLACED, None, OUTSIDE_PLACES)
    )
    return DayCounts(hidden, placed, inside, outside)


def complemented(rows: pa.Table, counts: DayCounts, k: int, overlaps: Overlaps) -> pa.Table | None:
    """The rows of a day with those held back that would give others away; None where there are none.

    Args:
        rows: FOOTFALL of one day, a row for each place in the order of their numbers.
        counts: What was counted of the day.
        k: Rows with fewer devices, but at least one, are suppressed already.
        overlaps: Which places share ground.
    """
    day = _Day(rows, counts, k, overlaps)
    day.settle()
    while not day.is_covered_up():
        number = day.next()
        if number is None:
            day.hide_zeros()
            break
        day.hide(number)
    if np.count_nonzero(day.hidden) == counts.hidden:
        return None
    return suppressed(rows, day.hidden)


def suppressed(rows: pa.Table, hidden: Mask) -> pa.Table:
    """The rows with nulls for measures where they are hidden."""
    mask, keys = pa.array(hidden), rows.column_names[:2]
    columns = {
        field.name: rows[field.name]
        if field.name in keys
        else pc.if_else(mask, pa.scalar(None, field.type), rows[field.name])
        for field in rows.schema
    }
    return pa.table({**columns, "suppressed": mask}, schema=rows.schema)


class _Day:
    """A day whose rows are hidden one after the other."""

    def __init__(self, rows: pa.Table, counts: DayCounts, k: int, overlaps: Overlaps) -> None:
        self.hidden: Mask = np.array(rows["suppressed"].to_numpy())
        self._pings, self._devices = (
            rows[name].fill_null(0).to_numpy().astype(np.int64) for name in ("pings", "devices")
        )
        self._counts, self._k, self._overlaps = counts, k, overlaps
        self._may_share = counts.placed != counts.inside

    def hide(self, number: int) -> None:
        """Hide a row, and with it what would tell of it."""
        self.hidden[number] = True
        self.settle()

    def settle(self) -> None:
        """Hide what tells of hidden rows until nothing does: the rows of places that cover theirs.

        Where no ping lies in two places, no place with pings is covered by others.
        """
        known = -1
        while self._may_share and known != (known := int(np.count_nonzero(self.hidden))):
            for number in np.flatnonzero(self.hidden).tolist():
                around = self._overlaps.around(number)
                if around.is_covered and not self._is_among_siblings(self._overlaps.siblings(number)):
                    self.hidden[list(around.sharing)] = True

    def _is_among_siblings(self, siblings: Siblings | None) -> bool:
        """Whether the row of the larger place may stay, where enough of the places in it are hidden together."""
        if siblings is None or self.hidden[siblings.parent] or self.hidden[list(siblings.branches)].any():
            return False
        if self._hide_each_other(siblings):
            return True
        for partner in sorted(siblings.leaves, key=lambda n: (self._devices[n], self._pings[n], n)):
            if self._devices[partner] and not self.hidden[partner]:
                self.hidden[partner] = True
                if self._hide_each_other(siblings):
                    return True
        return False

    def _hide_each_other(self, siblings: Siblings) -> bool:
        """Whether what the larger place has beside the rows that stay tells of none of the hidden ones."""
        leaves, branches = (np.array(list(each), np.int64) for each in (siblings.leaves, siblings.branches))
        rows = int(np.count_nonzero(self.hidden[leaves]))
        stay = np.concatenate([leaves[~self.hidden[leaves]], branches])
        left = int(self._pings[siblings.parent] - self._pings[stay].sum())
        return _cover_each_other(rows, left, self._k)

    def next(self) -> int | None:
        """The row with devices to hide with others: of those that lie in no row that stays the one with fewest devices.

        The order is the same for all k: what a run with one k hides, and another shows, are the first of these.
        """
        left = np.flatnonzero(~self.hidden & (self._devices > 0) & self._is_outermost())
        if not len(left):
            return None
        return int(left[np.lexsort((left, self._pings[left], self._devices[left]))[0]])

    def _is_outermost(self) -> Mask:
        """Which places lie in none whose row stays."""
        outermost = np.ones(len(self.hidden), np.bool_)
        if self._may_share:
            outer, inner = self._overlaps.nested
            outermost[inner[~self.hidden[outer]]] = False
        return outermost

    def hide_zeros(self) -> None:
        """Hide the neighbour in the list of each hidden row: by nothing that stays can one tell which is the zero."""
        self._may_share = True
        groups = np.minimum(np.arange(len(self.hidden)) // 2, max(len(self.hidden) // 2 - 1, 0))
        for number in np.flatnonzero(np.isin(groups, groups[self.hidden])).tolist():
            self.hide(number)

    def is_covered_up(self) -> bool:
        """Whether what is left of the day's pings, less those of the rows that stay, tells of no single row.

        The pings of a row that stays are known from that row alone. Where pings lie in two others that stay, they are
        taken off twice: that asks for more than need be.
        """
        if self._counts.outside >= self._k:
            return True
        outermost = self._is_outermost()
        rows = int(np.count_nonzero(self.hidden & outermost))
        stay = int(self._pings[~self.hidden & outermost].sum())
        left = self._counts.inside + self._counts.outside - stay
        return not rows or _cover_each_other(rows, left, self._k)


def hidden_among_others(pings: Longs, devices: Longs, k: int) -> Mask | None:
    """Which rows of a day are suppressed, where each kept ping is in exactly one row.

    Those with fewer than `k` devices, and so many more that hide them: the kept pings of the day, which the manifest
    says, less those of the rows that stay are in suppressed rows, which must be several, with enough pings that none of
    them can be worked out. The further rows are those with fewest devices.

    Returns:
        The mask of these rows; None where all rows together are too few to hide one: then none may be published.
    """
    order = np.lexsort((pings, devices))  # so what is hidden comes first, whatever its number
    left = np.cumsum(np.concatenate([[0], pings[order]]))
    for rows in range(int(np.count_nonzero(devices < k)), len(order) + 1):
        if not rows or _cover_each_other(rows, int(left[rows]), k):
            hidden: Mask = np.zeros(len(order), np.bool_)
            hidden[order[:rows]] = True
            return hidden
    return None


def _cover_each_other(rows: int, pings: int, k: int) -> bool:
    """Whether none of so many hidden rows can be worked out from how many pings they have together."""
    return rows > 1 and pings - rows >= k - 1
