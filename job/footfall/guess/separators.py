"""Finds the delimiter of a text: the character between fields."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from footfall.errors import InputError

SEPARATORS = (",", ";", "\t", "|")
CALLED = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}
"""The names of delimiters in messages."""

LONGEST_FIELD = 1 << 30
"""The most characters of a field; polygons have many."""

_LOOKED_AT = 200


@dataclass(frozen=True)
class Separated:
    """A text split into fields: its delimiter, the names in its first line, and the rows with as many fields."""

    delimiter: str
    names: tuple[str, ...]
    rows: list[list[str]]


def separated(text: str, delimiter: str | None, path: str) -> Separated:
    """The text split by the delimiter with which most rows have as many fields as the first line has names.

    Args:
        text: The beginning of a file; its first line that is not blank has the names of columns.
        delimiter: The delimiter, if it is known.
        path: The file, for messages.

    Raises:
        InputError: The file is empty, no delimiter gives more than one field, or the first line has numbers in place of
            names.
    """
    found = {each: _by(text, each) for each in ([delimiter] if delimiter else SEPARATORS)}
    best = max(found, key=lambda each: _fit(found[each]))
    header, rows = found[best]
    if not text.strip():
        raise InputError("The file is empty", where=path, fix="Name a file with rows in it.")
    if len(header) < 2:
        raise InputError(
            "Nothing separates the fields of the first line: no comma, semicolon, tab or bar",
            where=path,
            fix="Say by --delimiter which character does; the first line has the names of the columns.",
        )
    numbers = sum(_is_number(name) for name in header)
    if numbers > 1:
        raise InputError(
            f"The first line has no names of columns: {numbers} of its fields are numbers",
            where=path,
            fix="Write the names of the columns in a line above it.",
        )
    names = tuple(name.strip() for name in header)
    return Separated(best, names, [row for row in rows if len(row) == len(names)])


def _by(text: str, delimiter: str) -> tuple[list[str], list[list[str]]]:
    with _long_fields():
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows = [row for row in reader if any(field.strip() for field in row)]
    return (rows[0], rows[1:]) if rows else ([], [])


@contextmanager
def _long_fields() -> Iterator[None]:
    before = csv.field_size_limit(LONGEST_FIELD)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _fit(found: tuple[list[str], list[list[str]]]) -> tuple[bool, float, int]:
    """A rank of a delimiter, larger is better: whether it splits at all, the share of complete rows, their fields."""
    header, rows = found
    looked_at = rows[:_LOOKED_AT]
    alike = sum(len(row) == len(header) for row in looked_at)
    return len(header) > 1, alike / len(looked_at) if looked_at else 1.0, len(header)


def _is_number(text: str) -> bool:
    try:
        float(text.strip().replace(",", "."))
    except ValueError:
        return False
    return True
