"""Reads pings from a table of Arrow that is in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from footfall.errors import InputError
from footfall.local_time import LocalTime
from footfall.read.pings.columns import check_columns, mapped
from footfall.read.pings.files import DataFile
from footfall.read.pings.parquet.footers import Footer, Stored
from footfall.read.pings.parquet.kinds import BYTES, check_kind, kind_of
from footfall.read.pings.parquet.parts import Reader
from footfall.read.pings.rows import PingInput, Rows, Span
from footfall.read.pings.tasks import share
from footfall.read.pings.times import check_format
from footfall.schema import InputFile
from footfall.settings import PingSettings

FEWEST_ROWS, MOST_ROWS = 1 << 15, 1 << 18
"""A task has at least so many rows, where there are as many, and at most the second: they are one batch."""


@dataclass(frozen=True)
class TableRows:
    """A task: some rows of a table. Its lines are their numbers in the table, from 1."""

    piece: Footer
    table: pa.Table
    before: int
    reader: Reader

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.table)

    def read(self, unread: Sequence[Span]) -> Iterator[Rows]:
        """Read all rows.

        Raises:
            InputError: Ids of devices are ambiguous as they are stored.
        """
        for batch in self.table.combine_chunks().to_batches():
            yield self.reader.rows(self.piece, batch, lambda rows: rows + (self.before + 1))


def table_pings(table: pa.Table, pings: PingSettings, workers: int) -> PingInput:
    """The pings of a table, each row one, by the rules for columns of Parquet.

    Args:
        table: Rows with the mapped columns. Timestamps without a zone are wall times in `pings.time_zone`.
        pings: Its columns, and how times are written; `path` is what messages call the table.
        workers: How many tasks run at once.

    Raises:
        InputError: The table has no row, lacks a mapped column or has it twice, or has one of a type that cannot be
            what it is mapped to.
        SettingsError: The pattern in `pings.time_format` cannot be read, or nothing is known of the time zone.
    """
    piece = piece_of(table, pings)
    if not len(table):
        raise InputError("The table holds no row", where=str(pings.path), fix="Give at least one ping.")
    table = table.select([each.name for each in piece.stored.values()])
    size = share(len(table), FEWEST_ROWS, MOST_ROWS, workers)
    reader = Reader(pings)
    tasks = tuple(
        TableRows(piece, table.slice(begin, size), begin, reader) for begin in range(0, len(table), size)
    )
    return PingInput((InputFile(piece.file.path, table.nbytes),), "parquet", (), tasks, len(table))


def piece_of(table: pa.Table, pings: PingSettings) -> Footer:
    """Where a table has the parts of a ping, as a file of Parquet would say it.

    Raises:
        InputError: It lacks a mapped column or has it twice, or has one of a type that cannot be what it is mapped to.
        SettingsError: The pattern in `pings.time_format` cannot be read, or nothing is known of the time zone.
    """
    check_format(pings.time_format)
    LocalTime.of(pings.time_zone)
    names, called = mapped(pings.columns), str(pings.path)
    check_columns(table.column_names, names, called, of="table")
    stored = {part: checked(table, part, name, called) for part, name in names.items()}
    return Footer(DataFile(called, table.nbytes, listed=False), 0, stored, groups=())


def checked(table: pa.Table, part: str, name: str, called: str) -> Stored:
    """Where a table has a part of a ping.

    Raises:
        InputError: The column is of a type that cannot be this part.
    """
    column = table[name]
    meaning = BYTES if _are_bytes(column) else None
    check_kind(kind_of(column.type, meaning), part, name, column.type, called)
    return Stored(name, name, meaning=meaning)


def _are_bytes(column: pa.ChunkedArray) -> bool:
    """Whether a column holds bytes that are no text, as digests are."""
    if not (pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type)):
        return False
    try:
        column.cast(pa.large_string())
    except pa.ArrowInvalid:
        return True
    return False
