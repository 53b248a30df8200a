"""Which pings are uncertain: those whose circle of accuracy the outline of a place cuts."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.local_time import DAY, LocalTime
from footfall.locate.circles import DEEPEST, INSIDE, UNSURE, meet
from footfall.locate.geodesics import least_distances
from footfall.locate.index.cells import Floats, Ints
from footfall.locate.outlines import Outlines, load
from footfall.shuffle.batches import record_rows
from footfall.shuffle.packing import Pings
from footfall.shuffle.records import REACH, RING, RINGED, UNCERTAIN, Records

WIDEST = 100_000.0
"""Metres: an accuracy that is worse says nothing of where a ping was."""

Numbers = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]


class Uncertain(NamedTuple):
    """Pairs of a ping and a place, each once: ping and place numbers, and whether the place holds the ping.

    One that the place holds is not certainly inside, one that it does not hold is possibly inside.
    """

    ping: Numbers
    place: Numbers
    inside: Bools


def known(accuracy: Floats) -> Floats:
    """Accuracies in metres, NaN for those that say nothing: missing, 0 or less, or above WIDEST."""
    with np.errstate(invalid="ignore"):
        return np.where((accuracy > 0) & (accuracy <= WIDEST), accuracy, np.nan)


class Circles:
    """Finds the places whose outlines cut circles of accuracy, for one thread."""

    def __init__(self, outlines: Outlines) -> None:
        self.outlines = outlines
        held, seen = (np.zeros(outlines.places, np.int64) for _ in range(2))
        self._spare = held, seen, np.empty(DEEPEST, np.int64)

    def find(self, lon: Floats, lat: Floats, accuracy: Floats, finds: tuple[Numbers, Numbers]) -> Uncertain:
        """All uncertain pairs.

        Args:
            lon: Degrees, finite.
            lat: Degrees, finite.
            accuracy: Metres; NaN if it is missing.
            finds: Ping and place numbers of all finds, those of a ping side by side.
        """
        pings = lon, lat, known(accuracy)
        ping, place, edge, state = self._met(pings, finds)
        unsure = np.flatnonzero(state & UNSURE)
        if len(unsure):
            near = self._are_near(pings, ping[unsure], edge[unsure])
            state[unsure] &= INSIDE
            kept = np.ones(len(ping), np.bool_)
            kept[unsure] = near
            kept[_repeats(ping, place, kept, unsure, self.outlines.places)] = False
            ping, place, state = ping[kept], place[kept], state[kept]
        return Uncertain(ping, place, state == INSIDE)

    def _met(
        self, pings: tuple[Floats, Floats, Floats], finds: tuple[Numbers, Numbers]
    ) -> tuple[Numbers, Numbers, Ints, npt.NDArray[np.int8]]:
        """All entries of `circles.meet`."""
        for each in self._spare[:2]:
            each[:] = 0
        size, start, found = len(pings[0]) + 64, 0, []
        firsts = np.full(len(pings[0]), -1, np.int64)
        heads = np.flatnonzero(np.diff(finds[0], prepend=-1))
        firsts[finds[0][heads]] = heads
        while start < len(pings[0]):
            out = tuple(np.empty(size, kind) for kind in ("i4", "i4", "i8", "i1"))
            following, count = meet(pings, start, (*finds, firsts), self.outlines.tree, out, self._spare)
            found.append([column[:count] for column in out])
            size = 2 * size if following == start else size
            start = following
        ping, place, edge, state = (np.concatenate(columns) for columns in zip(*found, strict=True))
        return ping, place, edge, state

    def _are_near(self, pings: tuple[Floats, Floats, Floats], ping: Numbers, edge: Ints) -> Bools:
        """Whether edges are nearer to pings than their accuracy, by geodesics."""
        lon, lat, metres = (column[ping] for column in pings)
        near: Bools = least_distances(lon, lat, metres, self.outlines.edges[edge]) < metres
        return near


def _repeats(ping: Numbers, place: Numbers, kept: Bools, unsure: Ints, places: int) -> Ints:
    """The numbers of entries whose ping and place another kept entry has, where geodesics had to decide."""
    asked = np.zeros(int(ping.max()) + 1, np.bool_)
    asked[ping[unsure]] = True
    some = np.flatnonzero(kept & asked[ping])
    key = ping[some].astype(np.int64) * places + place[some]
    return np.delete(some, np.unique(key, return_index=True)[1])


@dataclass(frozen=True)
class Outlined:
    """The outlines of places, and the zone of local days; pickled and sent to workers.

    Args:
        file: Called in a worker, gives the path of the file of `Outlines`; from `Engine.send`.
        zone: That of local days.
    """

    file: Callable[[], Path]
    zone: LocalTime


def uncertain_rows(
    outlined: Outlined,
    pings: Pings,
    points: tuple[Floats, Floats, Floats],
    finds: tuple[Numbers, Numbers],
    parts: int,
) -> Iterator[pa.RecordBatch]:
    """Batches of SHUFFLED for pings whose circle the outline of a place cuts: UNCERTAIN, RING and RINGED.

    Args:
        outlined: The outlines.
        pings: The pings.
        points: Their longitudes, latitudes and accuracies.
        finds: Ping and place numbers of all finds, those of a ping side by side.
        parts: The number of parts that records are shuffled to.
    """
    uncertain = _KEPT.of(str(outlined.file())).find(*points, finds)
    yield from record_rows(UNCERTAIN, pings.uncertain(*uncertain, parts))
    ping, place = (column[~uncertain.inside] for column in uncertain[:2])
    holds = np.zeros(len(points[0]), np.int64)
    np.add.at(holds, finds[0], 1)
    nowhere = np.unique(ping[holds[ping] == 0])
    yield from record_rows(RINGED, pings.marked(nowhere, np.zeros(len(nowhere), np.int32), parts))
    reach = _reaches(outlined.zone.on_clocks(pings.columns[0][ping]) // DAY, (ping, place), finds, holds)
    part = reach["day"] % parts
    order = np.argsort(part, kind="stable")
    yield from record_rows(RING, (reach[order], np.cumsum(np.bincount(part, minlength=parts))))


def _reaches(
    day: Ints, pairs: tuple[Numbers, Numbers], finds: tuple[Numbers, Numbers], holds: Ints
) -> Records:
    """REACH of pairs of a ping and a place that does not hold it, each once.

    Args:
        day: The local day of each pair.
        pairs: Ping and place numbers.
        finds: Ping and place numbers of all finds, those of a ping side by side.
        holds: How many places hold each ping.
    """
    ping, place = pairs
    first = np.zeros(len(holds), np.int64)
    heads = np.flatnonzero(np.diff(finds[0], prepend=-1))
    first[finds[0][heads]] = heads
    times = np.maximum(holds[ping], 1)
    at = np.repeat(np.arange(len(ping)), times)
    turn = np.arange(len(at)) - np.repeat(np.cumsum(times) - times, times)
    held = holds[ping[at]] > 0
    other = np.full(len(at), -1, np.int32)
    other[held] = finds[1][first[ping[at[held]]] + turn[held]]
    found = np.empty(len(at), REACH)
    found["day"], found["place"], found["other"] = day[at], place[at], other
    return np.unique(found)


class _Kept(threading.local):
    """The circles over outlines that each thread used last."""

    def __init__(self) -> None:
        self.of = lru_cache(maxsize=2)(lambda path: Circles(load(Path(path))))


_KEPT = _Kept()
