"""Samples the rows of a table: of CSV from its beginning, middle and end, of Parquet from its first row group."""

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

import pyarrow as pa

from footfall import stores
from footfall.errors import InputError
from footfall.guess.separators import Separated, separated
from footfall.plurals import counted
from footfall.read.pings.csv.blocks import pieces_of_whole
from footfall.read.pings.csv.headers import refuse_foreign
from footfall.read.pings.csv.packed import packing_of, refuse_packed, unpacked
from footfall.read.pings.files import DataFile
from footfall.read.pings.parquet.footers import meaning_of
from footfall.read.pings.parquet.kinds import TEXT, kind_of
from footfall.read.pings.parquet.opened import opened

HEAD, PART = 1 << 18, 1 << 16
"""Bytes that are read from the beginning of a text file, and from its middle and its end."""

MOST_ROWS = 2_000
"""The most rows of a file in a sample."""


@dataclass(frozen=True)
class Sample:
    """Some rows of one or more files that have the same columns.

    Attributes:
        names: The columns.
        columns: The text of each value, by column; None for a missing value.
        kinds: The kind of each column, as of `read.pings.parquet.kinds`; for CSV always text.
        delimiter: The character between fields; None for Parquet.
        rows: The number of rows.
        span: A description of which rows these are.
    """

    names: tuple[str, ...]
    columns: dict[str, list[str | None]]
    kinds: dict[str, str]
    delimiter: str | None
    rows: int
    span: str

    def values(self, name: str) -> list[str]:
        """The values of a column without missing ones."""
        return [value for value in self.columns[name] if value is not None and value.strip()]


def sample_of(files: Sequence[DataFile], kind: str, delimiter: str | None = None, head: int = HEAD) -> Sample:
    """Rows of the first file, and of the middle and the last file if they have the same columns.

    Args:
        files: Files of one format, sorted.
        kind: csv or parquet.
        delimiter: The character between fields, if it is known.
        head: Bytes to read from the beginning of a text file.

    Raises:
        InputError: The first file has no row, is invalid, or has no delimiter.
        InfrastructureError: A store does not answer.
    """
    numbers = sorted({0, len(files) // 2, len(files) - 1})
    read = _of_parquet if kind == "parquet" else _of_csv
    first, *others = [read(files[number], delimiter, head) for number in numbers]
    if not first.rows:
        raise InputError("The file holds no row", where=files[0].path, fix="Name a file with rows in it.")
    alike = [first, *(each for each in others if each.names == first.names and each.rows)]
    columns = {name: [value for each in alike for value in each.columns[name]] for name in first.names}
    rows = sum(each.rows for each in alike)
    span = f"{counted(rows, 'row')} of {files[0].path}"
    if len(alike) > 1:
        span += f" and {counted(len(alike) - 1, 'other file')} of {len(files):,}"
    return Sample(first.names, columns, first.kinds, first.delimiter, rows, span)


def _of_csv(file: DataFile, delimiter: str | None, head: int) -> Sample:
    parts = list(_parts(file, head))
    found = separated(parts[0], delimiter, file.path) if parts else Separated(",", (), [])
    rows = found.rows[:MOST_ROWS]
    for part in parts[1:]:
        rows += _rows(part, found.delimiter, len(found.names))[: MOST_ROWS // 4]
    columns: dict[str, list[str | None]] = {
        name: [row[at] or None for row in rows] for at, name in enumerate(found.names)
    }
    kinds = dict.fromkeys(found.names, TEXT)
    return Sample(found.names, columns, kinds, found.delimiter, len(rows), "")


def _rows(part: str, delimiter: str, width: int) -> list[list[str]]:
    return [
        row for row in csv.reader(io.StringIO(part, newline=""), delimiter=delimiter) if len(row) == width
    ]


def _parts(file: DataFile, head: int) -> Iterator[str]:
    """The beginning of a file as text; if it is not compressed, also whole lines of its middle and its end."""
    refuse_packed(file)
    packing = packing_of(file.name)
    with closing(stores.of(file.path).open(file.path, file.bytes, file.version)) as there:
        if packing:
            content, is_whole = _first(unpacked(pieces_of_whole(there), packing, file.path), head)
        else:
            content, is_whole = bytes(there.read(0, head)), file.bytes <= head
        refuse_foreign(content, file)
        text = content.decode("utf-8-sig", "replace")
        yield text if is_whole else text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
        if packing is None and file.bytes > head + 2 * PART:
            for begin in (file.bytes // 2, file.bytes - PART):
                lines = bytes(there.read(begin, PART)).decode("utf-8", "replace").splitlines()
                yield "\n".join(lines[1 : None if begin + PART >= file.bytes else -1])


def _first(pieces: Iterator[bytes], size: int) -> tuple[bytes, bool]:
    """The first bytes of an unpacked file, and whether these are all."""
    parts, length = [], 0
    for piece in pieces:
        parts.append(bytes(piece[: size - length]))
        length += len(piece)
        if length >= size:
            return b"".join(parts), length == size
    return b"".join(parts), True


def _of_parquet(file: DataFile, delimiter: str | None, head: int) -> Sample:
    with opened(file, "The file is not Parquet, or is damaged") as there:
        parquet = there.parquet
        schema = parquet.schema_arrow
        names = tuple(dict.fromkeys(schema.names))
        batches = parquet.iter_batches(MOST_ROWS)
        table = pa.Table.from_batches([batch] if (batch := next(batches, None)) is not None else [], schema)
        kinds = {name: kind_of(schema.field(name).type, meaning_of(parquet, name)) for name in names}
    columns = {name: [_text(value) for value in table[name].to_pylist()] for name in names}
    return Sample(names, columns, kinds, None, len(table), "")


def _text(value: object) -> str | None:
    if value is None:
        return None
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
