"""Small Parquet files, and what the tasks read of them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from tests.read.read_rows import rows_of

from footfall.read.pings import parquet as under_test
from footfall.read.pings.files import DataFile
from footfall.read.pings.rows import Rows, Span, Unread
from footfall.read.pings.tasks import Plan
from footfall.schema import INSTANT
from footfall.settings import PingSettings

AT = datetime(2023, 3, 1, 9, 5, 0, 123456, tzinfo=UTC)
Found = list[tuple[Any, ...]]


def parquet(path: Path, options: dict[str, Any] | None = None, **columns: Any) -> Path:
    """Write one record of plain types, but for the columns that are given."""
    usual = {"device": ["a"], "lat": [14.5], "lon": [-90.5], "at": pa.array([AT], INSTANT)}
    given = {name: values for name, values in (usual | columns).items() if values is not None}
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(given), path, **options or {})
    return path


def many(path: Path, rows: int, rows_per_group: int, first: int = 0) -> Path:
    """Write devices 0, 1, 2 ... one second apart, from 1970 on."""
    numbers = range(first, first + rows)
    columns = {"lat": pa.array([1.0] * rows, pa.float64()), "lon": pa.array([2.0] * rows, pa.float64())}
    columns["device"] = pa.array([str(n) for n in numbers], pa.string())
    at = pa.array([n * 1_000_000 for n in numbers], INSTANT)
    return parquet(path, {"row_group_size": rows_per_group}, **columns, at=at)


def planned(*paths: Path, **settings: Any) -> Plan:
    """The tasks of one worker that read these files."""
    files = [DataFile(str(path), path.stat().st_size, listed=False) for path in paths]
    pings = PingSettings.model_validate({"path": "x", **settings})
    return under_test.plan(files, pings, workers=1)


def read(plan: Plan, unread: Sequence[Span] = ()) -> Iterator[Rows | Unread]:
    """What all tasks read, here and now."""
    for task in plan.tasks:
        for each in task.read(unread):
            assert isinstance(each, Rows | Unread)
            yield each


def values_of(paths: Path | Sequence[Path], *names: str, **settings: Any) -> Found:
    """Some of the columns of all rows, in the order of files and lines."""
    plan = planned(*([paths] if isinstance(paths, Path) else paths), **settings)
    rows = sorted(rows_of(plan), key=lambda row: (row["file"], row["line"]))
    return [tuple(row[name] for name in names) for row in rows]
