"""CSV: UTF-8, a comma between fields, text in quotes, nothing between two commas where there is no value."""

from pathlib import Path
from typing import BinaryIO

from pyarrow.csv import CSVWriter, WriteOptions

from footfall.export.formats.flat import flat, flat_schema
from footfall.export.rows import Rows

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""What tells Excel that a file is UTF-8."""


def write(rows: Rows, file: Path) -> None:
    """Write rows to a file."""
    with file.open("wb") as opened:
        write_to(rows, opened)


def write_marked(rows: Rows, file: Path) -> None:
    """Write rows to a file that begins with the mark by which Excel knows UTF-8."""
    with file.open("wb") as opened:
        opened.write(BYTE_ORDER_MARK)
        write_to(rows, opened)


def write_to(rows: Rows, opened: BinaryIO) -> None:
    """Write rows to what takes bytes."""
    schema = flat_schema(rows.schema)
    with CSVWriter(opened, schema, write_options=WriteOptions(quoting_style="needed")) as writer:
        for table in rows.tables:
            writer.write_table(flat(table))
