"""The step `locate`: the kernel over batches of pings, inside Spark's Python workers."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyspark import SparkFiles
from pyspark.sql import DataFrame

from footfall.geometry import Judge
from footfall.locate.index import Index, load
from footfall.locate.kernel import UNDECIDED, find
from footfall.schema import BOUNDARY, DUPLICATE, OUTSIDE_PLACES, PINGS_LOCATED

Ints = npt.NDArray[np.int64]
LOCATED = pa.schema(
    [
        ("tally", pa.string()),
        ("place", pa.int32()),
        ("day", pa.date32()),
        ("device", pa.string()),
        ("at", pa.timestamp("us", tz="UTC")),
        ("n", pa.int64()),
    ]
)
"""PINGS_LOCATED as Arrow writes it."""


def locate(pings: DataFrame, index_file: Path, boundary: str) -> DataFrame:
    """Find the places that hold each ping.

    Args:
        pings: PINGS_DISTINCT.
        index_file: Written by `Index.save`; it is sent to every worker once.
        boundary: `open`, `closed` or `half_open`: whether a ping on a boundary is inside, see `geometry.Judge`.

    Returns:
        PINGS_LOCATED. Pings in no place do not come back, only their number per day.
    """
    pings.sparkSession.sparkContext.addFile(str(index_file))
    name = index_file.name

    def located(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        finder = _finder(SparkFiles.get(name), boundary)
        for batch in batches:
            yield from finder.locate(batch)

    return pings.mapInArrow(located, PINGS_LOCATED)


@lru_cache(maxsize=2)
def _finder(path: str, boundary: str) -> "Finder":
    return Finder(load(Path(path)), boundary)


class Finder:
    """Finds the places of batches of pings; the index is mapped once per worker."""

    def __init__(self, index: Index, boundary: str) -> None:
        self.index = index
        self.tree = index.tree
        self.boundary = boundary
        self.judges: dict[int, Judge] = {}

    def locate(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """One batch of PINGS_DISTINCT to batches of PINGS_LOCATED."""
        reasons = batch.column("reason")
        kept = batch.filter(pc.is_null(reasons))
        if kept.num_rows < batch.num_rows:
            yield _tallies(batch.filter(pc.is_valid(reasons)), "reason")
        if kept.num_rows:
            yield from self._locate_kept(kept)

    def find(self, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> tuple[Ints, Ints, Ints]:
        """Ping and place numbers of all finds, and the ping numbers of pings on a boundary, once per place."""
        found, start = [], 0
        size = max(len(lon) + len(lon) // 2, self.index.fullest) + 1
        while start < len(lon):
            out = (np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size, np.int8))
            start, count = find(lon, lat, start, self.tree, out)
            found.append(tuple(column[:count] for column in out))
        ping, place, verdict = (np.concatenate(columns) for columns in zip(*found, strict=True))
        inside, on_boundary = self._decide(lon, lat, ping, place, verdict == UNDECIDED)
        return ping[inside], place[inside], ping[on_boundary]

    def _decide(
        self,
        lon: npt.NDArray[np.float64],
        lat: npt.NDArray[np.float64],
        ping: Ints,
        place: Ints,
        undecided: npt.NDArray[np.bool_],
    ) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
        """Ask GEOS where the filter could not tell."""
        inside, on_boundary = ~undecided, np.zeros(len(ping), bool)
        for number in np.unique(place[undecided]):
            at = np.flatnonzero(undecided & (place == number))
            if number not in self.judges:
                self.judges[number] = Judge.of(self.index.wkb[number])
            verdicts = self.judges[number].verdicts(lon[ping[at]], lat[ping[at]], self.boundary)
            inside[at], on_boundary[at] = verdicts
        return inside, on_boundary

    def _locate_kept(self, kept: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        lon, lat = kept.column("lon").to_numpy(), kept.column("lat").to_numpy()
        ping, place, on_boundary = self.find(lon, lat)
        first = np.diff(ping, prepend=-1) > 0
        rows = kept.take(pa.array(ping))
        columns = [pa.nulls(len(ping), pa.string()), pa.array(place, pa.int32())]
        columns += [rows.column(name).cast(LOCATED.field(name).type) for name in ("day", "device", "at")]
        yield pa.RecordBatch.from_arrays([*columns, pa.array(first, pa.int64())], schema=LOCATED)
        outside = np.ones(len(lon), bool)
        outside[ping] = False
        again = kept.column("n").to_numpy() - 1
        yield _counts(OUTSIDE_PLACES, kept.column("day"), outside.astype(np.int64))
        yield _counts(DUPLICATE, kept.column("day"), again)
        yield _counts(BOUNDARY, kept.column("day"), np.bincount(on_boundary, minlength=len(lon)))


def _counts(tally: str, day: pa.Array, number: Ints) -> pa.RecordBatch:
    """Sum up per day."""
    some = pa.array(number > 0)
    table = pa.table({"day": day, "n": number}).filter(some)
    return _tallies(table.append_column("tally", pa.array([tally] * table.num_rows, pa.string())), "tally")


def _tallies(rows: pa.RecordBatch | pa.Table, key: str) -> pa.RecordBatch:
    """One row per tally and day, with the sum of n."""
    table = rows if isinstance(rows, pa.Table) else pa.Table.from_batches([rows])
    summed = table.group_by([key, "day"]).aggregate([("n", "sum")])
    nothing = {
        name: pa.nulls(summed.num_rows, LOCATED.field(name).type) for name in ("place", "device", "at")
    }
    columns = {"tally": summed[key], **nothing, "day": summed["day"], "n": summed["n_sum"]}
    return pa.RecordBatch.from_arrays(
        [pa.array(_flat(columns[field.name]), field.type) for field in LOCATED], schema=LOCATED
    )


def _flat(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
