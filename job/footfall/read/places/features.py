"""The features of a file of places: shapes and attributes, as they are in the file."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall import geometry
from footfall.errors import InputError
from footfall.settings import PlaceSettings

Columns = Mapping[str, list[Any]]
"""The attributes of all features of a file: one value per feature, None if it has none."""


@dataclass(frozen=True)
class Features:
    """Features of a file; steps leave some out or give them other shapes, their attributes stay as they are.

    `numbers` are their places in the file, from 1. `names` are those of all attributes, of which `columns` holds what
    the reading needs: mapped ones and all that are text, of all features of the file. `crs` is the reference system
    that the file states, in any way of writing one; `default` is the one that its format says holds where none is.
    """

    numbers: npt.NDArray[np.int64]
    shapes: geometry.Shapes
    names: tuple[str, ...]
    columns: Columns
    crs: str | None
    default: str | None = None

    def __len__(self) -> int:
        return len(self.numbers)

    def values(self, column: str) -> list[Any]:
        """The features' values of an attribute.

        Raises:
            KeyError: The attribute does not exist, or was not read.
        """
        every = self.columns[column]
        return [every[number - 1] for number in self.numbers.tolist()]

    def where(self, kept: geometry.Bools) -> "Features":
        """Only some of the features."""
        return replace(self, numbers=self.numbers[kept], shapes=self.shapes[kept])

    def with_shapes(self, shapes: geometry.Shapes) -> "Features":
        """The same features with other shapes."""
        return replace(self, shapes=shapes)


class Records(Mapping[str, list[Any]]):
    """Columns of features whose attributes come together, as in GeoJSON; some may lack a value."""

    def __init__(self, records: list[dict[str, Any]], ids: list[Any]) -> None:
        """Take the attributes of each feature, and the id that it has beside them: a column where none is named so."""
        self._records = records
        self._names: dict[str, Any] = {}
        for record in records:
            self._names.update(record)
        self._ids = ids if "id" not in self._names and any(each is not None for each in ids) else None

    def __getitem__(self, name: str) -> list[Any]:
        if name in self._names:
            return [record.get(name) for record in self._records]
        if name == "id" and self._ids is not None:
            return self._ids
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        yield from self._names
        if self._ids is not None:
            yield "id"

    def __len__(self) -> int:
        return len(self._names) + (self._ids is not None)


def mapped_columns(settings: PlaceSettings) -> frozenset[str]:
    """The columns that the settings map."""
    return frozenset(settings.columns.model_dump(exclude_none=True).values())


def refuse_twice(names: Iterable[str], settings: PlaceSettings, named: Path) -> None:
    """Raise InputError if a mapped column is there twice, so that the mapping is ambiguous.

    Args:
        names: The columns that are there twice, or of every column its name.
        settings: The columns that are mapped.
        named: The file, for messages.
    """
    twice = [name for name, times in Counter(names).items() if times > 1 and name in mapped_columns(settings)]
    if twice:
        raise InputError(
            f"The places have two columns {twice[0]!r}",
            where=f"places.path: {named}",
            fix="Give one of them another name.",
        )


def wanted(column: pa.Field, mapped: Collection[str]) -> bool:
    """Whether a column is read: a mapped one, or one of text, also dictionary-encoded."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    text = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    return column.name in mapped or any(is_kind(kind) for is_kind in text)


def from_arrow(table: pa.Table) -> Columns:
    """Columns as Python's values, each with the digits that it has: of short fractions, no more of them."""
    return {name: _values(column) for name, column in zip(table.column_names, table.columns, strict=True)}


def _values(column: pa.ChunkedArray) -> list[Any]:
    kind = column.type
    if pa.types.is_float16(kind) or pa.types.is_float32(kind):
        width = np.float16 if pa.types.is_float16(kind) else np.float32
        return [None if value is None else float(str(width(value))) for value in column.to_pylist()]
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return _instants(column, kind)
    found: list[Any] = column.to_pylist()
    return found


def _instants(column: pa.ChunkedArray, kind: pa.TimestampType) -> list[Any]:
    """Instants as Python's datetimes; as text if they have nanoseconds, which datetimes cannot hold."""
    try:
        found: list[Any] = column.cast(pa.timestamp("us", kind.tz)).to_pylist()
    except pa.ArrowInvalid:
        found = column.cast(pa.string()).to_pylist()
    return found
