"""The step `locate`: the kernel over batches of pings, inside Spark's Python workers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import to_arrow_schema

from footfall.engines.spark.workers import Batches, map_batches, sent
from footfall.geometry import Judge, Witness
from footfall.locate.index.stored import Index, load
from footfall.locate.kernel import UNDECIDED, find
from footfall.schema import AUDIT_FAILED, AUDITED, BOUNDARY, OUTSIDE_PLACES, PINGS_LOCATED, SCANNED
from footfall.shuffle.fingerprints import fingerprints
from footfall.shuffle.packing import Numbers, Packed, Pings
from footfall.shuffle.records import labels

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
LOCATED = to_arrow_schema(PINGS_LOCATED)


@dataclass(frozen=True)
class Search:
    """How pings are looked up.

    `boundary` is `open`, `closed` or `half_open`: whether a ping on a boundary is inside, see `geometry.Judge`. The
    finds go into `parts` parts; one of `audit_every` pings is looked up a second time, by GEOS alone.
    """

    index_file: Path
    boundary: str
    parts: int
    audit_every: int


def locate(pings: DataFrame, search: Search, prepare: Callable[[Batches], Batches] = iter) -> DataFrame:
    """Find the places that hold each ping.

    Args:
        pings: PINGS_JUDGED, or anything that `prepare` turns into batches of its columns device, at, lon, lat, reason.
        search: The index, which every worker maps once, and how to ask it.
        prepare: Runs in the worker, on the batches of a task.

    Returns:
        PINGS_LOCATED.
    """
    index = sent(pings.sparkSession, search.index_file)
    boundary, every = search.boundary, search.audit_every
    labelled = labels(search.parts)

    def located(batches: Batches) -> Iterator[pa.RecordBatch]:
        finder = finder_of(index(), boundary)
        for batch in prepare(batches):
            yield from rows_of(finder, batch, labelled, every)

    return map_batches(pings, located, PINGS_LOCATED)


@lru_cache(maxsize=2)
def finder_of(path: str, boundary: str) -> "Finder":
    """The finder of an index that was saved as a file; a worker keeps it."""
    return Finder(load(Path(path)), boundary)


class Finder:
    """Finds the places of pings; the index is mapped once per worker."""

    def __init__(self, index: Index, boundary: str) -> None:
        self.index = index
        self.tree = index.tree
        self.boundary = boundary
        self.judges: dict[int, Judge] = {}
        self._witness: Witness | None = None

    @property
    def witness(self) -> Witness:
        """Who looks pings up a second time; made when it is asked for."""
        self._witness = self._witness or Witness.of(tuple(self.index.wkb.to_pylist()))
        return self._witness

    def find(self, lon: Floats, lat: Floats) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Ping and place numbers of all finds, and those of all pings that lie on the boundary of a place."""
        found, start = [], 0
        size = max(len(lon) + len(lon) // 2, self.index.fullest) + 1
        while start < len(lon):
            out = (np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.int8))
            start, count = find(lon, lat, start, self.tree, out)
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
        """Ask GEOS where the filter could not tell."""
        inside, on_boundary = ~undecided, np.zeros(len(ping), bool)
        for number in np.unique(place[undecided]):
            at = np.flatnonzero(undecided & (place == number))
            if number not in self.judges:
                self.judges[number] = Judge.of(self.index.wkb[number].as_py())
            verdicts = self.judges[number].verdicts(lon[ping[at]], lat[ping[at]], self.boundary)
            inside[at], on_boundary[at] = verdicts
        return inside, on_boundary


def rows_of(
    finder: Finder, pings: pa.RecordBatch, labels: npt.NDArray[np.int32], audit_every: int
) -> Iterator[pa.RecordBatch]:
    """Turn one batch of PINGS_JUDGED into batches of PINGS_LOCATED; its metadata may tell how many rows were read."""
    scanned = (pings.schema.metadata or {}).get(SCANNED.encode())
    if scanned:
        yield _tallies({SCANNED: int(scanned)}, labels)
    reasons = pings.column("reason")
    kept = pings
    if reasons.null_count < len(pings):
        kept = pings.filter(pc.is_null(reasons))
        told = pc.value_counts(reasons.drop_null())
        yield _tallies(dict(zip(told.field(0).to_pylist(), told.field(1).to_pylist(), strict=True)), labels)
    if not len(kept):
        return
    lon, lat = kept.column("lon").to_numpy() + 0.0, kept.column("lat").to_numpy() + 0.0  # no -0.0
    at = kept.column("at").view(pa.int64()).to_numpy()
    columns = Pings(at, *fingerprints(kept.column("device")), lon, lat)
    ping, place, edge_ping, edge_place = finder.find(lon, lat)
    parts = len(labels)
    yield from _packed(None, columns.found(ping, place, parts), labels)
    yield from _packed(OUTSIDE_PLACES, columns.outside(ping, parts), labels)
    yield from _packed(BOUNDARY, columns.marked(edge_ping, edge_place, parts), labels)
    chosen = columns.some(audit_every)
    if len(chosen):
        yield _tallies(_audit(finder, lon, lat, ping, place, chosen), labels)


def _audit(
    finder: Finder, lon: Floats, lat: Floats, ping: Numbers, place: Numbers, chosen: Ints
) -> dict[str, int]:
    """Look the chosen pings up without the index, and compare."""
    found = np.isin(ping, chosen)
    number_of = np.searchsorted(chosen, ping[found])
    wrong = finder.witness.differing(
        lon[chosen], lat[chosen], number_of, place[found].astype(np.int64), finder.boundary
    )
    return {AUDITED: len(chosen), AUDIT_FAILED: wrong}


def _packed(tally: str | None, packed: Packed, labels: npt.NDArray[np.int32]) -> Iterator[pa.RecordBatch]:
    """The records, in one row for each part that has some."""
    records, ends = packed
    counts = np.diff(ends, prepend=0)
    some = np.flatnonzero(counts)
    if len(some):
        offsets = np.concatenate([[0], ends[some]]) * records.itemsize
        buffers = [None, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(records)]
        columns = [
            pa.array(labels[some]),
            pa.array([tally] * len(some), pa.string()),
            pa.array(counts[some]),
            pa.Array.from_buffers(pa.binary(), len(some), buffers),
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=LOCATED)


def _tallies(numbers: dict[str, int], labels: npt.NDArray[np.int32]) -> pa.RecordBatch:
    """One row per tally."""
    rows = [{"part": int(labels[0]), "tally": tally, "n": n, "records": None} for tally, n in numbers.items()]
    return pa.RecordBatch.from_pylist(rows, schema=LOCATED)
