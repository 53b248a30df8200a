"""A workbook of Excel: a sheet of rows, and a sheet that explains the columns."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from footfall import plurals
from footfall.errors import InputError, SettingsError
from footfall.export.formats.flat import flat, flat_schema
from footfall.export.rows import Rows
from footfall.extras import needed

with needed("xlsx"):
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS, MOST_COLUMNS, LONGEST_TEXT = 1_048_576, 16_384, 32_767
"""The limits of Excel: rows of a sheet with the header, columns of a sheet, characters of a cell."""

_ABOUT = (
    "A cell is empty where there is no value: in a suppressed row, which is not zero, or where no dwell is known.",
    "Devices of several days, added up, are device-days: one device on three days counts three times.",
)


def write(rows: Rows, file: Path) -> None:
    """Write rows to a workbook one by one, so that memory does not grow with their number.

    Ids and names are cells of text, also if they look like numbers; days are dates.

    Raises:
        SettingsError: There are more rows or columns than a sheet can have.
        InputError: A text is longer than a cell can have.
    """
    schema = flat_schema(rows.schema)
    if len(schema) > MOST_COLUMNS:
        raise _too_many(plurals.counted(len(schema), "column"), f"{MOST_COLUMNS:,} columns")
    options = {"constant_memory": True, "tmpdir": str(file.parent), "default_date_format": "yyyy-mm-dd"}
    book = xlsxwriter.Workbook(str(file), options)
    sheet = book.add_worksheet("footfall")
    sheet.freeze_panes(1, schema.get_field_index("place_id") + 1)
    sheet.set_column(0, len(schema) - 1, 14)
    sheet.write_row(0, 0, schema.names, book.add_format({"bold": True}))
    writers = [_writer(sheet, field) for field in schema]
    number = 0
    for number, values in enumerate(_values(rows), start=1):
        if number == MOST_ROWS:
            raise _too_many(f"more than {MOST_ROWS - 1:,} rows", f"{MOST_ROWS - 1:,} rows below its header")
        for column, (write_cell, value) in enumerate(zip(writers, values, strict=True)):
            if value is not None:
                write_cell(number, column, value)
    sheet.autofilter(0, 0, number, len(schema) - 1)
    _write_about(book.add_worksheet("about"), rows)
    try:
        book.close()
    except FileCreateError as failure:
        raise OSError(str(failure)) from failure


def _values(rows: Rows) -> Iterator[tuple[Any, ...]]:
    for table in rows.tables:
        yield from zip(*(column.to_pylist() for column in flat(table).columns), strict=True)


def _writer(sheet: Worksheet, field: pa.Field) -> Callable[[int, int, Any], Any]:
    """The function that writes a value of a column, chosen by the column's type and not by the value."""
    write: Callable[[int, int, Any], Any] = sheet.write_number
    if pa.types.is_boolean(field.type):
        write = sheet.write_boolean
    elif pa.types.is_date(field.type):
        write = sheet.write_datetime
    elif pa.types.is_string(field.type):
        write = partial(_write_text, sheet, field.name)
    return write


def _write_text(sheet: Worksheet, name: str, row: int, column: int, text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise InputError(
            f"A text of {len(text):,} characters does not fit into a cell, which holds {LONGEST_TEXT:,}",
            where=f"row {row + 1}, column {name}: {text[:40]!r}...",
            fix="Write CSV or GeoParquet, or leave names out by --no-places.",
        )
    sheet.write_string(row, column, text)


def _write_about(sheet: Worksheet, rows: Rows) -> None:
    """Write the explanation of each column that has one, then the sentences of _ABOUT."""
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 100)
    lines = [*rows.about.items(), *(("", sentence) for sentence in _ABOUT)]
    for number, (name, said) in enumerate(lines):
        sheet.write_string(number, 0, name)
        sheet.write_string(number, 1, said)


def _too_many(there: str, most: str) -> SettingsError:
    return SettingsError(
        f"The export has {there}, and a sheet of Excel holds {most}",
        where="command line of `footfall export`",
        fix="Choose fewer days by --from and --to or fewer measures by --measure, or write CSV or GeoParquet.",
    )
