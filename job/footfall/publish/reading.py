"""Rows of the table, read back from its files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from footfall import stores
from footfall.errors import InfrastructureError
from footfall.publish.attempts import until_answered
from footfall.publish.swapping import Version
from footfall.schema_version import refuse_newer_file
from footfall.stores.errors import failures

FIELD_ID = b"PARQUET:field_id"
"""The key of a column's metadata in Arrow that holds the field id of Iceberg."""

BATCH = 64 * 1024
"""The most rows of a batch."""


def read_rows(
    paths: Iterable[str],
    day: date,
    schema: pa.Schema,
    columns: Sequence[str] = (),
    known: pa.Schema | None = None,
) -> Iterator[pa.RecordBatch]:
    """The rows of a day in these files, one file after the other.

    Args:
        paths: Files of the table that hold this day alone.
        day: The day, for the column `day`, which files in folders by day do not have.
        schema: The columns of the table as this version writes it.
        columns: Those to read; all if none is named.
        known: Those that the table has; all if it is None. One that it lacks, or that a file of an older version lacks,
            is null. Columns with a FIELD_ID are found by it, whatever their name in the file.

    Raises:
        SettingsError: A newer footfall wrote a file.
        InfrastructureError: A file is gone, or cannot be read.
    """
    wanted = pa.schema([schema.field(name) for name in columns or schema.names])
    for path in paths:
        with _opened(path) as file:
            names = _names(file.schema_arrow, schema if known is None else known)
            there = [names[name] for name in wanted.names if name in names]
            for batch in file.iter_batches(BATCH, columns=there):
                yield from _as_wanted(batch, wanted, day, names)


def refuse_newer_table(files: Mapping[Path, Version]) -> None:
    """Check the file of the table that was published last, as an older footfall publishes nothing after a newer one.

    Args:
        files: The versions of the published files.

    Raises:
        SettingsError: A newer footfall wrote it.
    """
    times = {path: found[1] for path, found in files.items() if found}
    if times:
        last = max(times, key=times.__getitem__)
        with suppress(InfrastructureError), _opened(str(last)):  # a run may replace a file that is damaged
            pass


def column_names(path: str) -> tuple[str, ...]:
    """The names of the columns that a file of the table has, whatever version wrote it.

    Raises:
        InfrastructureError: The file is gone, or is no Parquet.
    """
    with _opened(path) as file:
        return tuple(file.schema_arrow.names)


def sums(batches: Iterable[pa.RecordBatch], columns: Sequence[str]) -> dict[str, int]:
    """The sums of some columns over rows that are not suppressed, by their names."""
    found = dict.fromkeys(columns, 0)
    for batch in batches:
        for name in columns:
            found[name] += pc.sum(batch.column(name)).as_py() or 0
    return found


@contextmanager
def _opened(path: str) -> Iterator[pq.ParquetFile]:
    """Open a file of the table; exceptions of Arrow inside the block become one error, a newer file is refused."""
    with failures(InfrastructureError, "A file of the table cannot be read", path):
        content = until_answered(partial(stores.of(path).read, path))
    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        refuse_newer_file(file.metadata.metadata, path)
        yield file
    except (OSError, pa.ArrowException) as failure:  # the former for a page that cannot be unpacked
        raise InfrastructureError(
            f"A file of the table cannot be read: {str(failure).partition(chr(10))[0]}",
            where=path,
            fix="Count its day again; if this stays, look at the disk or the bucket.",
        ) from failure


def _names(file: pa.Schema, known: pa.Schema) -> dict[str, str]:
    """The name in a file of each known column that it has, found by field id, else by name."""
    numbers = {number: field.name for field in file if (number := _number(field))}
    found = {}
    for field in known:
        by_number = _number(field) if numbers else None
        name = numbers.get(by_number) if by_number else field.name
        if name is not None and name in file.names:
            found[field.name] = name
    return found


def _number(field: pa.Field) -> bytes | None:
    number: bytes | None = (field.metadata or {}).get(FIELD_ID)
    return number


def _as_wanted(
    batch: pa.RecordBatch, wanted: pa.Schema, day: date, names: Mapping[str, str]
) -> list[pa.RecordBatch]:
    """The batch with these columns and types."""
    columns = []
    for field in wanted:
        if field.name in names:
            columns.append(batch.column(names[field.name]).cast(field.type))
        else:
            value = pa.scalar(day if field.name == "day" else None, field.type)
            columns.append(pa.repeat(value, len(batch)))
    batches: list[pa.RecordBatch] = pa.table(columns, schema=wanted).to_batches()
    return batches
