"""Adds up what parts gave of one day and chunk of places, batch by batch: few of them are in memory at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.aggregate.quartiles import quartiles_of
from footfall.aggregate.sums import SUMS, numbers_of
from footfall.aggregate.uncertain import Circles
from footfall.shuffle.records import Longs

DWELLS_AT_ONCE = 1 << 22
"""Quartiles are taken of so many dwells at a time, but for a place that has more."""


@dataclass(frozen=True)
class Counted:
    """What was counted of one day in a chunk of places, a row for each: sums, and quartiles in seconds or NaN.

    `at_least` has a column for each length that was asked for: visits that lasted so long. `circles` is None where
    nobody asks for what circles of accuracy say.
    """

    sums: Longs
    quartiles: npt.NDArray[np.float64]
    at_least: Longs
    circles: Circles | None = None


Batches = Callable[[], Iterable[pa.RecordBatch]]


def merged(batches: Batches, first: int, places: int, lengths: Sequence[int] = ()) -> Counted:
    """Add up rows of SUMMED of one day, and take the quartiles of all their dwells.

    Args:
        batches: Gives them; they are gone through twice.
        first: The number of the first of the places.
        places: How many places there are.
        lengths: Lengths of visits in microseconds, of each of which visits are counted that are no shorter.
    """
    sums, dwells = np.zeros((places, SUMS), np.int64), np.zeros(places, np.int64)
    for rows in _by_place(batches(), first):
        sums[rows.place] += np.add.reduceat(rows.sums, rows.starts, dtype=np.int64)
        dwells[rows.place] += rows.dwells
    ends = np.cumsum(dwells)
    following, gathered = ends - dwells, np.empty(int(ends[-1]) if places else 0, np.int64)
    for rows in _by_place(batches(), first):
        shift = following[rows.place] - (np.cumsum(rows.dwells) - rows.dwells)
        gathered[np.repeat(shift, rows.dwells) + np.arange(len(rows.all_dwells))] = rows.all_dwells
        following[rows.place] += rows.dwells
    return Counted(sums, _quartiles(gathered, dwells), _at_least(gathered, dwells, lengths))


def _at_least(dwells: Longs, counts: Longs, lengths: Sequence[int]) -> Longs:
    """How many of the dwells of each place are no shorter than each length."""
    found, ends = np.empty((len(counts), len(lengths)), np.int64), np.cumsum(counts)
    for column, length in enumerate(lengths):
        until = np.concatenate([[0], np.cumsum(dwells >= length)])
        found[:, column] = until[ends] - until[ends - counts]
    return found


class _Rows(NamedTuple):
    """Rows of a batch in the order of their places: each place once, the first row of each, all sums; how many dwells
    each place has, and all dwells."""

    place: Longs
    starts: Longs
    sums: npt.NDArray[np.uint32]
    dwells: Longs
    all_dwells: Longs


def _by_place(batches: Iterable[pa.RecordBatch], first: int) -> Iterator[_Rows]:
    for batch in batches:
        place = batch.column("place").to_numpy().astype(np.int64) - first
        if (np.diff(place) < 0).any():
            order = np.argsort(place, kind="stable")
            batch, place = batch.take(pa.array(order)), place[order]
        starts = np.flatnonzero(np.diff(place, prepend=-1))
        sums, _ = numbers_of(batch.column("sums"), np.uint32)
        dwells, counts = numbers_of(batch.column("dwells"), np.int64)
        yield _Rows(place[starts], starts, sums.reshape(-1, SUMS), np.add.reduceat(counts, starts), dwells)


def _quartiles(dwells: Longs, counts: Longs) -> npt.NDArray[np.float64]:
    """The quartiles of each place, some places at a time."""
    found = np.empty((len(counts), 3))
    ends, begin, place = np.cumsum(counts), 0, 0
    while place < len(counts):
        beyond = max(place + 1, int(np.searchsorted(ends, begin + DWELLS_AT_ONCE, side="right")))
        end = int(ends[beyond - 1])
        found[place:beyond] = quartiles_of(dwells[begin:end], counts[place:beyond])
        place, begin = beyond, end
    return found
