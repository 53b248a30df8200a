"""ClickHouse, in this process by chdb: places are the keys of a dictionary with the layout POLYGON."""

import tempfile
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from bench.contenders import Job

KEY = "key Array(Array(Array(Array(Float64))))"


def find(job: Job) -> tuple[pa.Table, str]:
    """`ping` and `place`, at most one for each ping, and the version."""
    from chdb.session import Session  # type: ignore[import-not-found]

    places = Path(job.scratch) / "clickhouse.parquet"
    pq.write_table(_keys(job.places), places)
    with tempfile.TemporaryDirectory(dir=job.scratch) as folder:
        session = Session(folder)
        for statement in _statements(places):
            session.query(statement)
        found = session.query(
            "SELECT ping, toInt64(dictGet('exact.lookup', 'place', (lon, lat))) - 1 AS place"  # noqa: S608 - ours
            f" FROM file('{job.pings}', Parquet) WHERE place >= 0",
            "ArrowTable",
        )
        engine = session.query("SELECT version()", "CSV").bytes().decode().strip().strip('"')
        session.close()
    return found, f"{engine}, chdb {version('chdb')}"


def _statements(places: Path) -> tuple[str, ...]:
    """What makes the dictionary; 0 is no place."""
    return (
        "CREATE DATABASE exact ENGINE = Atomic",
        f"CREATE TABLE exact.places ({KEY}, place UInt64) ENGINE = Memory",
        f"INSERT INTO exact.places SELECT key, place FROM file('{places}', Parquet)",  # noqa: S608 - ours
        f"CREATE DICTIONARY exact.lookup ({KEY}, place UInt64 DEFAULT 0) PRIMARY KEY key"  # noqa: S608 - ours
        " SOURCE(CLICKHOUSE(QUERY 'SELECT key, place FROM exact.places')) LAYOUT(POLYGON()) LIFETIME(0)",
    )


def _keys(file: str) -> pa.Table:
    """The places as multipolygons of rings of points, and their numbers from 1."""
    shapes = shapely.from_wkb(pq.read_table(file)["geometry"].to_numpy(zero_copy_only=False))
    keys = [
        [
            [shapely.get_coordinates(ring).tolist() for ring in shapely.get_rings(part)]
            for part in shapely.get_parts(shape)
        ]
        for shape in shapes
    ]
    return pa.table({"key": keys, "place": pa.array(range(1, len(keys) + 1), pa.uint64())})
