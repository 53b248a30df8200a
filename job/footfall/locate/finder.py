"""Finds the places of pings, and packs the finds for the shuffle."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.geometry import AllPolygons, OnePolygon
from footfall.locate.extent import Extent
from footfall.locate.index.stored import Index, load
from footfall.locate.kernel import BLOCK, UNDECIDED, find
from footfall.locate.uncertainty import Outlined, uncertain_rows
from footfall.schema import AUDIT_FAILED, AUDITED, BOUNDARY, OUTSIDE_PLACES
from footfall.shuffle.batches import record_rows, tally_rows
from footfall.shuffle.fingerprints import fingerprints
from footfall.shuffle.packing import Numbers, Pings

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Search:
    """The index and the options of the search; pickled and sent to workers.

    Args:
        index: Called in a worker, gives the path of the index file; from `Engine.send`.
        boundary: `open`, `closed` or `half_open`: whether a ping on a boundary is inside, see `OnePolygon.verdicts`.
        parts: The number of parts that the finds are shuffled to.
        audit_every: One ping in this many is looked up a second time, by GEOS alone.
        outlines: By what pings are found whose place is uncertain; None if nobody asks.
    """

    index: Callable[[], Path]
    boundary: str
    parts: int
    audit_every: int
    outlines: Outlined | None = None

    def finder(self) -> "Finder":
        """The finder of the index; a worker maps the file once, and keeps it."""
        return _FINDERS.of(str(self.index()), self.boundary)

    @property
    def needs_accuracy(self) -> bool:
        """Whether `rows` asks for the accuracy of pings."""
        return self.outlines is not None

    def rows(
        self, device: pa.Array, at: Ints, lon: Floats, lat: Floats, accuracy: Floats | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Batches of SHUFFLED for kept pings: finds, pings in no place, pings on boundaries, and tallies of the audit.

        Args:
            device: Ids as text or as a dictionary of texts, without nulls.
            at: Microseconds since 1970 UTC.
            lon: Degrees, finite.
            lat: As `lon`.
            accuracy: Metres, NaN if it is missing; with `outlines`, pings that are uncertain are given as well.
        """
        if not len(at):
            return
        finder, parts = self.finder(), self.parts
        lon, lat = lon + 0.0, lat + 0.0  # no -0.0
        pings = Pings(at, *fingerprints(device), lon, lat)
        ping, place, edge_ping, edge_place = finder.find(lon, lat)
        yield from record_rows(None, pings.found(ping, place, parts))
        yield from record_rows(OUTSIDE_PLACES, pings.outside(ping, parts))
        yield from record_rows(BOUNDARY, pings.marked(edge_ping, edge_place, parts))
        if self.outlines is not None and accuracy is not None:
            yield from uncertain_rows(self.outlines, pings, (lon, lat, accuracy), (ping, place), parts)
        chosen = pings.some(self.audit_every)
        if len(chosen):
            away = finder.index.extent.tallies(lon[chosen], lat[chosen])
            yield tally_rows({**finder.audit(lon, lat, ping, place, chosen), **away})

    def extent(self) -> Extent:
        """The extent of the places."""
        return self.finder().index.extent


class _Finders(threading.local):
    """The finders that each thread keeps: GEOS prepares a polygon when it is asked first, by one thread at a time."""

    def __init__(self) -> None:
        self.of = lru_cache(maxsize=2)(_finder)


def _finder(path: str, boundary: str) -> "Finder":
    """The finder of an index that was saved as a file."""
    return Finder(load(Path(path)), boundary)


_FINDERS = _Finders()


class Finder:
    """Finds the places of pings in an index."""

    def __init__(self, index: Index, boundary: str) -> None:
        self.index = index
        self.tree = index.tree
        self.boundary = boundary
        self._polygons: dict[int, OnePolygon] = {}
        self._all: AllPolygons | None = None

    def find(self, lon: Floats, lat: Floats) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Ping and place numbers of all finds, then those of all pings on the boundary of a place.

        Args:
            lon: Longitudes in degrees, finite.
            lat: Latitudes in degrees, finite."""
        found, start = [], 0
        spare = np.empty(BLOCK, np.int32), np.empty(BLOCK + 1, np.int32)
        size = max(len(lon) + len(lon) // 2, self.index.fullest) + min(len(lon), BLOCK) + 1
        while start < len(lon):
            out = (np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.int8))
            start, count = find(lon, lat, start, self.tree, out, spare)
            found.append((out[0][:count], out[1][:count], out[2][:count]))
        ping, place, verdict = found[0]
        if len(found) > 1:
            ping, place, verdict = (np.concatenate(columns) for columns in zip(*found, strict=True))
        undecided = verdict == UNDECIDED
        if not undecided.any():
            return ping, place, ping[:0], place[:0]
        inside, on_boundary = self._decide(lon, lat, ping, place, undecided)
        return ping[inside], place[inside], ping[on_boundary], place[on_boundary]

    def _decide(
        self, lon: Floats, lat: Floats, ping: Numbers, place: Numbers, undecided: npt.NDArray[np.bool_]
    ) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Which finds are inside, and which lie on a boundary; GEOS decides the undecided ones."""
        inside, on_boundary = ~undecided, np.zeros(len(ping), bool)
        for number in np.unique(place[undecided]):
            at = np.flatnonzero(undecided & (place == number))
            if number not in self._polygons:
                self._polygons[number] = OnePolygon.of(self.index.wkb[number].as_py())
            verdicts = self._polygons[number].verdicts(lon[ping[at]], lat[ping[at]], self.boundary)
            inside[at], on_boundary[at] = verdicts
        return inside, on_boundary

    def audit(self, lon: Floats, lat: Floats, ping: Numbers, place: Numbers, chosen: Ints) -> dict[str, int]:
        """Look up some pings a second time without the index, and count the differences.

        Args:
            lon: Degrees of all pings.
            lat: As `lon`.
            ping: The ping numbers of all finds.
            place: The place numbers of all finds.
            chosen: The numbers of the pings to look up, sorted.

        Returns:
            Two tallies: AUDITED, the pings looked up again, and AUDIT_FAILED, those whose places differ.
        """
        self._all = self._all or AllPolygons.of(tuple(self.index.wkb.to_pylist()))
        is_chosen = np.zeros(len(lon), np.bool_)
        is_chosen[chosen] = True
        found = is_chosen[ping]
        number_of = np.searchsorted(chosen, ping[found])
        wrong = self._all.differing(
            lon[chosen], lat[chosen], number_of, place[found].astype(np.int64), self.boundary
        )
        return {AUDITED: len(chosen), AUDIT_FAILED: wrong}
