"""Turns the tables trip and building of SpatialBench into pings and places."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from bench.kinds import Data
from bench.pings import FIRST_DAY, PINGS, device_ids
from bench.polygons import Polygons
from bench.surroundings import PEERS

TRIPS_PER_SCALE = 6_000_000
MILLISECONDS_PER_DAY = 86_400_000


def make(data: Data, folder: Path) -> tuple[Polygons, Iterator[pa.Table]]:
    """The buildings of scale factor 1 and as many trips as pings are wanted: one ping where each one starts.

    Buildings beyond 180 degrees, which no ping in WGS84 reaches, are left out.
    """
    raw = folder / "raw"
    _generate(raw, "building", 1)
    _generate(raw, "trip", data.pings * 1.001 / TRIPS_PER_SCALE)
    wkb = pq.read_table(raw / "building.parquet", columns=["b_boundary"])["b_boundary"]
    buildings = shapely.from_wkb(wkb.to_numpy(zero_copy_only=False))
    on_earth = (np.abs(shapely.bounds(buildings)) <= (180, 90, 180, 90)).all(axis=1)
    return buildings[on_earth], _pings(data, raw)


def _generate(folder: Path, table: str, scale: float) -> None:
    program = str(PEERS / "bin" / "spatialbench-cli")
    wanted = ["--scale-factor", f"{scale:.9f}", "--tables", table, "--output-dir", str(folder)]
    subprocess.run([program, *wanted], check=True, capture_output=True)  # noqa: S603 - our own words


def _pings(data: Data, raw: Path) -> Iterator[pa.Table]:
    """Pings from trips; whole days are added to their times until they lie in the days of the data."""
    ids, left = pa.array([], pa.string()), data.pings
    columns = ["t_custkey", "t_pickuptime", "t_pickuploc"]
    for batch in pq.ParquetFile(raw / "trip.parquet").iter_batches(500_000, columns=columns):
        trips = batch.slice(0, left)
        left -= len(trips)
        if not len(trips):
            break
        customers = trips["t_custkey"].to_numpy()
        if customers.max() >= len(ids):
            ids = device_ids(np.random.default_rng(data.seed), 2 * int(customers.max()) + 1)
        where = shapely.get_coordinates(shapely.from_wkb(trips["t_pickuploc"].to_numpy(zero_copy_only=False)))
        yield pa.Table.from_arrays(
            [
                ids.take(pa.array(customers)),
                _folded(trips["t_pickuptime"], data.days),
                *map(pa.array, where.T),
            ],
            schema=PINGS,
        )
    shutil.rmtree(raw)


def _folded(times: pa.Array, days: int) -> pa.Array:
    at = times.cast(pa.timestamp("ms")).cast(pa.int64()).to_numpy()
    first = int((FIRST_DAY - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)
    folded = first + at % (days * MILLISECONDS_PER_DAY)
    return pa.array(folded * 1000).cast(PINGS.field("at").type)
