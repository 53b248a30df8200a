"""CSV: UTF-8, fields separated by commas, text in quotes, null as an empty field."""

from pathlib import Path
from typing import BinaryIO

from pyarrow.csv import CSVWriter, WriteOptions

from footfall.export.formats.flat import flat, flat_schema
from footfall.export.rows import Rows

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""The bytes at the beginning of a file that tell Excel it is UTF-8."""


def write(rows: Rows, file: Path) -> None:
    """Write rows to a file."""
    with file.open("wb") as opened:
        write_to(rows, opened)


def write_marked(rows: Rows, file: Path) -> None:
    """Write rows to a file that begins with BYTE_ORDER_MARK, for Excel."""
    with file.open("wb") as opened:
        opened.write(BYTE_ORDER_MARK)
        write_to(rows, opened)


def write_to(rows: Rows, opened: BinaryIO) -> None:
    """Write rows to an open binary file."""
    schema = flat_schema(rows.schema)
    with CSVWriter(opened, schema, write_options=WriteOptions(quoting_style="needed")) as writer:
        for table in rows.tables:
            writer.write_table(flat(table))
