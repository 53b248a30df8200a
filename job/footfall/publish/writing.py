"""Files of the table and of the quarantine, written by the workers that made their rows."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq

from footfall import stores
from footfall.errors import SettingsError
from footfall.periods import Period
from footfall.publish.attempts import until_answered
from footfall.publish.output import PeriodTarget, Piece, Target
from footfall.schema_version import FOOTER
from footfall.stores.errors import failures

ROW_GROUP = 128 * 1024
"""The most rows of a row group."""

RESTAGED = 99_999
"""The number of a piece that replaces all others of its day."""

OPTIONS = {"compression": "zstd", "store_schema": False}
"""How Parquet is written; without Arrow's own schema, which only Arrow reads."""


def write_piece(target: Target, day: date, number: int, table: pa.Table) -> Piece:
    """Write rows of a day to a file in the folder of the target; returns that file.

    The same rows give the same bytes, so a task that is repeated writes the same file again.

    Args:
        target: The folders to write to.
        day: The day of all rows.
        number: The number of the piece among those of its day.
        table: Rows of the table, sorted by their keys.

    Raises:
        SettingsError: The output cannot be written.
        InfrastructureError: The store does not answer.
    """
    return _piece(f"{target.folder}/day={day}", target, day, number, table)


def write_period(target: PeriodTarget, period: Period, number: int, table: pa.Table) -> Piece:
    """Write rows of a week or month, ROWS of `periods.columns`; see `write_piece`."""
    return _piece(f"{target.folder}/{period.kind}={period.name}", target, period.first, number, table)


def _piece(folder: str, target: Target | PeriodTarget, day: date, number: int, table: pa.Table) -> Piece:
    path = f"{folder}/{target.run_id}-{number:05}.parquet"
    content = _parquet(table.select(target.schema.names).cast(target.schema))
    _write(path, content)
    return Piece(day, path, len(content), len(table))


def write_quarantine(target: Target, part: int, table: pa.Table) -> int:
    """Write rows of QUARANTINE, if there are any; returns their number.

    Args:
        target: The folders to write to.
        part: The number of the file among those of the run.
        table: The rows.

    Raises:
        SettingsError: The output cannot be written.
        InfrastructureError: The store does not answer.
    """
    if len(table):
        path = f"{target.quarantine}/part-{part:05}.parquet"
        _write(path, _parquet(table))
    return len(table)


def write_no_quarantine(folder: str, schema: pa.Schema) -> None:
    """Write a file without rows into the folder of a run's quarantine, so that every run has one."""
    path = f"{folder}/none.parquet"
    _write(path, _parquet(schema.empty_table()))


def _write(path: str, content: bytes) -> None:
    with failures(SettingsError, "The output cannot be written", path):
        until_answered(lambda: stores.of(path).write(path, content))


def _parquet(table: pa.Table) -> bytes:
    content = pa.BufferOutputStream()
    with pq.ParquetWriter(content, table.schema, **OPTIONS) as file:
        file.write_table(table, row_group_size=ROW_GROUP)
        file.add_key_value_metadata(FOOTER)
    return bytes(content.getvalue())
