"""Rows of the table, read back from its files."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from footfall import stores
from footfall.errors import InfrastructureError
from footfall.schema import FOOTFALL

BATCH = 64 * 1024
"""So many rows are read at once."""


def read_rows(paths: Iterable[str], day: date, columns: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
    """The rows of a day in these files, one file after the other.

    Args:
        paths: Files of the table that hold this day alone.
        day: The day, which stands in the rows also where it does not stand in the files.
        columns: The columns of FOOTFALL that are wanted; all where none is named. A column that is in no file, because
            it was written before there was such a column, is null.

    Raises:
        InfrastructureError: A file is gone, or is no such file of the table.
    """
    wanted = pa.schema([FOOTFALL.field(name) for name in columns or FOOTFALL.names])
    for path in paths:
        try:
            file = pq.ParquetFile(pa.BufferReader(stores.of(path).read(path)))
            there = [name for name in wanted.names if name in file.schema_arrow.names]
            for batch in file.iter_batches(BATCH, columns=there):
                yield from _as_wanted(batch, wanted, day)
        except (OSError, pa.ArrowException) as failure:
            raise InfrastructureError(
                f"A file of the table cannot be read: {failure}",
                where=path,
                fix="Count its day again; if this stays, look at the disk or the bucket.",
            ) from failure


def pings_and_visits(batches: Iterable[pa.RecordBatch]) -> tuple[int, int]:
    """The sums of these two over rows that are not suppressed."""
    table = pa.Table.from_batches(batches, pa.schema([FOOTFALL.field(name) for name in ("pings", "visits")]))
    pings, visits = (pc.sum(table[name]).as_py() or 0 for name in ("pings", "visits"))
    return pings, visits


def _as_wanted(batch: pa.RecordBatch, wanted: pa.Schema, day: date) -> list[pa.RecordBatch]:
    """The batch with the columns and types of FOOTFALL."""
    table = pa.Table.from_batches([batch])
    for position, field in enumerate(wanted):
        if field.name not in table.column_names:
            value = pa.scalar(day if field.name == "day" else None, field.type)
            table = table.add_column(position, field, pa.repeat(value, len(batch)))
    batches: list[pa.RecordBatch] = table.select(wanted.names).cast(wanted).to_batches()
    return batches
