"""A table of pings, and how the job plans and reads it."""

import pickle
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
from pyiceberg.table import Table
from tests.read import parquet_files

from footfall.read.pings import iceberg
from footfall.read.pings.tasks import Plan
from footfall.settings import Catalog, PingSettings

AT = datetime(2023, 3, 1, 9, 5, tzinfo=UTC)
SCHEMA = pa.schema(
    [("who", pa.string()), ("seen", pa.timestamp("us", "UTC")), ("x", pa.float64()), ("y", pa.float32())]
)
COLUMNS = {"device": "who", "at": "seen", "lon": "x", "lat": "y"}


def rows(*devices: str | None, x: float = 0.5) -> pa.Table:
    """One row for each device."""
    n = len(devices)
    return pa.table({"who": devices, "seen": [AT] * n, "x": [x] * n, "y": [0.25] * n}, schema=SCHEMA)


def planned(table: Table, address: str, **columns: str) -> Plan:
    """How it is read by one worker; tasks come to workers as bytes."""
    return planned_by_name(table.name()[-1], address, **columns)


def planned_by_name(name: str, address: str, **columns: str) -> Plan:
    """The same for a table that need not be there."""
    given = {"path": f"db.{name}", "format": "iceberg", "columns": {**COLUMNS, **columns}}
    catalog = Catalog(type="rest", properties={"uri": address})
    plan = iceberg.plan(PingSettings.model_validate(given), catalog, {}, workers=1)
    unpacked: Plan = pickle.loads(pickle.dumps(plan))  # noqa: S301
    return unpacked


def read(plan: Plan, *names: str) -> list[tuple[Any, ...]]:
    """Columns of all rows, in the order of lines."""
    found = sorted(parquet_files.rows_of(plan), key=lambda row: row["line"])
    return [tuple(row[name] for name in names) for row in found]


def devices(table: Table, address: str) -> list[str | None]:
    """The devices of all rows."""
    return [device for (device,) in read(planned(table, address), "device")]
