"""Small Parquet files, and what the tasks read of them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from footfall.read.pings.files import DataFile
from footfall.read.pings.parquet.footers import footer
from footfall.read.pings.parquet.row_groups import RowGroups, Spans

NAMES = {"device": "device", "lat": "lat", "lon": "lon", "at": "at"}
AT = datetime(2023, 3, 1, 9, 5, 0, 123456, tzinfo=UTC)
INSTANTS = pa.timestamp("us", "UTC")
Rows = list[tuple[Any, ...]]


def parquet(path: Path, options: dict[str, Any] | None = None, **columns: Any) -> Path:
    """Write one record that tasks can read, but for the columns that are given."""
    usual = {"device": ["a"], "lat": [14.5], "lon": [-90.5], "at": pa.array([AT], INSTANTS)}
    given = {name: values for name, values in (usual | columns).items() if values is not None}
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(given), path, **options or {})
    return path


def many(path: Path, rows: int, rows_per_group: int, first: int = 0) -> Path:
    """Write devices 0, 1, 2 ... one second apart, from 1970 on."""
    numbers = range(first, first + rows)
    columns = {"lat": pa.array([1.0] * rows, pa.float64()), "lon": pa.array([2.0] * rows, pa.float64())}
    columns["device"] = pa.array([str(n) for n in numbers], pa.string())
    at = pa.array([n * 1_000_000 for n in numbers], INSTANTS)
    return parquet(path, {"row_group_size": rows_per_group}, **columns, at=at)


def looked_at(*paths: Path, utc: bool = True, names: dict[str, str] = NAMES) -> RowGroups | None:
    """The row groups of files, or None where Spark has to read one of them."""
    found = [footer(DataFile(str(path), 1, listed=False), names, utc) for path in paths]
    plain = [each for each in found if each is not None]
    return RowGroups.of(plain, names, cores=1) if len(plain) == len(found) else None


def read_by_tasks(groups: RowGroups, unread: Spans = ()) -> list[pa.RecordBatch]:
    """What all tasks read, here and now."""
    numbers = pa.RecordBatch.from_pydict({"id": list(range(len(groups.tasks)))})
    return list(groups.read([numbers], unread))


def rows_of(groups: RowGroups, unread: Spans = ()) -> Rows:
    """The same as rows of device, microseconds, lat, lon and accuracy."""
    found = []
    for batch in read_by_tasks(groups, unread):
        assert batch.schema.field("at").type == INSTANTS
        columns = {name: batch.column(name).to_pylist() for name in batch.schema.names if name != "at"}
        columns["at"] = batch.column("at").view(pa.int64()).to_pylist()
        nothing = [None] * len(batch)
        wanted = (columns.get(name, nothing) for name in ("device", "at", "lat", "lon", "accuracy"))
        found += list(zip(*wanted, strict=True))
    return found
