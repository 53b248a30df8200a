"""Reads CSV whose columns hold shapes or points: every record, with its fields as they are written."""

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from footfall import plurals
from footfall.errors import InputError
from footfall.plurals import shortened
from footfall.read.places.encodings import decode
from footfall.read.places.features import Features, mapped_columns
from footfall.read.places.ids import refuse_missing_column
from footfall.read.places.shapes import DEFAULT_CRS, from_column, from_points, looks_like_shapes, number
from footfall.settings import PlaceSettings

_DELIMITERS = ",;\t|"
_LONGEST = 2**30
"""Characters of a field, as polygons have many."""

_ASKED = 100
"""Records that are searched for shapes if no column of shapes is mapped."""

_WHOLE_RECORD = re.compile(r"(?:[^\"\n]++|\"[^\"]*+\")*+(?:\n|\Z)")
"""A record that is not read by its fields, but by its quotes alone."""


def read(file: Path, named: Path, settings: PlaceSettings) -> tuple[Features, list[str]]:
    """The records of a file as features, and notes on what was done to them.

    Args:
        file: CSV with a header; its fields are apart by a comma, semicolon, tab or bar.
        named: The file as the settings name it, for errors: the same, or the archive it came from.
        settings: The columns, the encoding, and what happens to rings that are not closed.

    Raises:
        InputError: No column of shapes is mapped, or one that is not there; a record has other fields than the
            header; the text is in another encoding; a layer is asked for.
    """
    if settings.layer is not None:
        where = f"places.path: {named}, places.layer"
        raise InputError("CSV has no layers", where=where, fix="Take out places.layer.")
    text = decode(file.read_bytes(), settings.encoding, named).replace("\r\n", "\n").replace("\r", "\n")
    header, records = _records(text, mapped_columns(settings), named)
    columns = {name: [record[at] or None for record in records] for at, name in enumerate(header)}
    refuse_unmapped_shapes(columns, settings, named)
    mapped = settings.columns
    for setting, column in (("geometry", mapped.geometry), ("lat", mapped.lat), ("lon", mapped.lon)):
        refuse_missing_column(column, setting, header, settings)
    if mapped.geometry is not None:
        found = from_column(columns[mapped.geometry], settings, named)
        shapes, crs, notes = found.shapes, found.crs, found.notes
    else:
        shapes, crs, notes = from_points(columns[str(mapped.lat)], columns[str(mapped.lon)], named), None, []
    kept = mapped_columns(settings) - {mapped.geometry, mapped.lat, mapped.lon}
    others = {mapped.geometry, mapped.lat, mapped.lon}
    features = Features(
        numbers=np.arange(1, len(records) + 1),
        shapes=shapes,
        names=tuple(header),
        columns={n: v for n, v in columns.items() if n in kept or (n not in others and _holds_words(v))},
        crs=crs,
        default=None if crs else DEFAULT_CRS,
    )
    return features, notes


def refuse_unmapped_shapes(columns: dict[str, list[Any]], settings: PlaceSettings, named: Path) -> None:
    """Raise InputError for a table without a mapped column of shapes or points; names likely columns."""
    if settings.columns.geometry is not None or settings.columns.lat is not None:
        return
    like = [name for name, values in columns.items() if any(map(looks_like_shapes, values[:_ASKED]))]
    if like:
        raise InputError(
            f"The places are a table whose column {like[0]!r} holds shapes, and no column is mapped",
            where=f"places.path: {named}, setting places.columns.geometry",
            fix=f"Say which column holds them: places.columns.geometry: {like[0]}.",
        )
    lat, lon = (
        _likely(columns, words) for words in (("latitude", "lat", "y"), ("longitude", "lon", "lng", "x"))
    )
    points = f"lat: {lat} and places.columns.lon: {lon}" if lat and lon else "lat and places.columns.lon"
    raise InputError(
        f"The file holds no geometries: it is a table of the columns {shortened(columns, 20)}",
        where=f"places.path: {named}, setting places.columns.geometry",
        fix=f"Map a column of WKT, WKB or GeoJSON by places.columns.geometry; or points by places.columns.{points},"
        " with places.radius in metres.",
    )


def _likely(columns: Iterable[str], words: Sequence[str]) -> str | None:
    """The column whose name is one of the words, or else ends with a word of several letters; None if none does."""
    lower = {name: name.lower().replace("_", " ") for name in columns}
    same = [name for name, plain in lower.items() if plain in words]
    return next(iter([*same, *(n for n, plain in lower.items() if plain.split(" ")[-1] in words)]), None)


def _records(text: str, mapped: Collection[str], named: Path) -> tuple[list[str], list[list[str]]]:
    """The names of the columns, and the fields of each record.

    Raises:
        InputError: A record has other fields than the header has names, or a name stands twice.
    """
    limit = csv.field_size_limit(_LONGEST)
    ends, records = list[int](), list[list[str]]()
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, mapped), strict=True)
    try:
        for record in reader:
            if len(record) < 2 and not "".join(record).strip():
                continue
            ends.append(reader.line_num)
            records.append(record)
            if len(record) != len(records[0]):
                what = f"has {plurals.counted(len(record), 'field')}, and the header {len(records[0])}"
                raise _broken(f"The record that ends in line {reader.line_num} {what}", named)
    except csv.Error as failure:
        raise _broken(f"Line {reader.line_num} is no CSV: {failure}", named) from failure
    finally:
        csv.field_size_limit(limit)
    for by_fields, by_quotes in zip_longest(ends, _ends(text)):
        if by_fields != by_quotes:
            line = min(each for each in (by_fields, by_quotes) if each is not None)
            raise _broken(
                f"Where a record ends is not certain, from line {line} on, because of its quotes", named
            )
    header = [name.strip() for name in records[0]] if records else []
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise _broken(f"The header names columns twice: {shortened(map(repr, twice))}", named)
    return header, records[1:]


def _delimiter(text: str, mapped: Collection[str]) -> str:
    """The character between fields: the one by which most mapped columns are found, or else that is there most."""
    first = text.lstrip("\n").partition("\n")[0]

    def fits(delimiter: str) -> tuple[int, int]:
        names = [name.strip(' "') for name in first.split(delimiter)]
        return len({*mapped} & {*names}), len(names)

    return max(_DELIMITERS, key=fits)


def _ends(text: str) -> Iterator[int]:
    """The line in which each record ends, from line breaks outside of quotes; a check on the CSV reader."""
    line, at = 0, 0
    while at < len(text):
        found = _WHOLE_RECORD.match(text, at)
        if found is None:  # a quote that nothing closes
            return
        line += max(1, found[0].count("\n"))
        at = found.end()
        if found[0].strip():
            yield line


def _holds_words(values: list[Any]) -> bool:
    return any(value is not None and number(value) != number(value) for value in values)


def _broken(what: str, named: Path) -> InputError:
    return InputError(
        what,
        where=f"places.path: {named}",
        fix="Quote fields that hold a delimiter, a quote or a line break, and write the file again.",
    )
