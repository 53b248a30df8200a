"""Turns arguments of calls into tables of Arrow: anything that exports Arrow data; or into paths."""

import json
from collections.abc import Sequence
from os import PathLike, fspath
from typing import Any, Protocol, TypeAlias

import pyarrow as pa

from footfall.errors import InputError

CALLED_PINGS, CALLED_PLACES = "the pings given", "the places given"
"""The names of tables in messages."""


class ArrowStream(Protocol):
    """A table with Arrow's PyCapsule interface for streams: frames of pandas, Polars and GeoPandas, tables
    and readers of pyarrow, relations of DuckDB."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows as a stream of Arrow."""


class ArrowArray(Protocol):
    """A table with Arrow's PyCapsule interface for arrays, such as a batch of pyarrow."""

    def __arrow_c_array__(self, requested_schema: object = None) -> object:
        """The rows as an array of structs."""


Path: TypeAlias = str | PathLike[str]
Pings: TypeAlias = ArrowStream | ArrowArray | Path | Sequence[Path]
Places: TypeAlias = ArrowStream | ArrowArray | Path


def paths_of(pings: object) -> str | list[str] | None:
    """The path or paths, if pings are in files; None if they are a table."""
    if isinstance(pings, str | PathLike):
        return fspath(pings)
    if isinstance(pings, list | tuple) and pings and all(isinstance(each, str | PathLike) for each in pings):
        return [fspath(each) for each in pings]
    return None


def ping_table(pings: Any, columns: Sequence[str] | None) -> pa.Table:
    """The rows of pings.

    Args:
        pings: A table that exports Arrow data.
        columns: The columns that are used; None for all. If all of them exist, other columns are dropped, and may have
            types that Arrow cannot hold.

    Raises:
        InputError: It does not export Arrow data, or Arrow cannot hold the values of a column.
    """
    if columns is None:
        return _table(pings, CALLED_PINGS)
    wanted = list(dict.fromkeys(columns))
    if _is_pandas(pings) and set(wanted) <= set(pings.columns):
        pings = pings[wanted]
    if isinstance(pings, pa.RecordBatchReader) and set(wanted) <= set(pings.schema.names):
        names = [name for name in pings.schema.names if name in wanted]
        batches = [batch.select(names) for batch in pings]
        return pa.Table.from_batches(batches, pa.schema([pings.schema.field(name) for name in names]))
    return _table(pings, CALLED_PINGS)


def place_table(places: Any) -> tuple[pa.Table, str | None]:
    """The rows of places, and the name of the column of shapes; None if it is not known.

    Args:
        places: A table that exports Arrow data. The shapes of a GeoDataFrame are its active geometry, with its CRS.

    Raises:
        InputError: It does not export Arrow data, or Arrow cannot hold the values of a column.
    """
    if not (_is_pandas(places) and hasattr(places, "to_arrow")):
        return _table(places, CALLED_PLACES), None
    name = places.active_geometry_name
    if name is None:
        raise InputError(
            "The GeoDataFrame has no active geometry", where=CALLED_PLACES, fix="Set one by set_geometry."
        )
    table = _table(places.to_arrow(), CALLED_PLACES)
    return (_without_system(table, name) if places.crs is None else table), name


def _is_pandas(given: Any) -> bool:
    """Whether it is a frame of pandas or of a subclass, found without importing pandas."""
    return any(kind.__module__.partition(".")[0] == "pandas" for kind in type(given).__mro__)


def _without_system(table: pa.Table, name: str) -> pa.Table:
    """The table with a column of shapes whose reference system is said to be unknown."""
    at = table.schema.get_field_index(name)
    field = table.schema.field(at)
    said = {b"ARROW:extension:name": b"geoarrow.wkb", b"ARROW:extension:metadata": json.dumps({"crs": None})}
    return table.set_column(at, field.with_metadata({**(field.metadata or {}), **said}), table[name])


def _without_views(table: pa.Table) -> pa.Table:
    """The table with view types of text and bytes turned into plain ones, which all functions of Arrow take."""
    other = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}
    return table.cast(pa.schema([each.with_type(other.get(each.type, each.type)) for each in table.schema]))


def _table(given: Any, called: str) -> pa.Table:
    if not any(hasattr(given, name) for name in ("__arrow_c_stream__", "__arrow_c_array__")):
        raise InputError(
            f"A {type(given).__module__.partition('.')[0]} {type(given).__name__} does not speak Arrow",
            where=called,
            fix="Give a path, a frame of pandas (2.2 or newer) or Polars, a relation of DuckDB or a table of pyarrow.",
        )
    try:
        return _without_views(pa.table(given))
    except (pa.ArrowException, TypeError) as failure:
        raise InputError(
            f"They cannot be had as Arrow: {(str(failure) or type(failure).__name__).splitlines()[0]}",
            where=called,
            fix="Give columns of one type each.",
        ) from failure
