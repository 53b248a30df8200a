"""Reads GeoParquet, and Parquet with mapped shapes: of all columns the shapes, the mapped ones and those of text."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from footfall import geometry
from footfall.errors import InputError
from footfall.read.places import geoarrow
from footfall.read.places.delimited import refuse_unmapped_shapes
from footfall.read.places.features import Features, from_arrow, mapped_columns, refuse_twice, wanted
from footfall.read.places.ids import refuse_missing_column
from footfall.read.places.parquet_types import shapes_by_type
from footfall.read.places.shapes import DEFAULT_CRS, from_column, from_points, refuse_unusual
from footfall.settings import PlaceSettings

_UNNAMED_INDEX = re.compile(r"__index_level_\d+__")
_ASKED = 100
"""Rows that are searched for shapes if no column of shapes is known."""


def read(file: Path | pa.BufferReader, named: Path, settings: PlaceSettings) -> tuple[Features, list[str]]:
    """The rows of a file as features, and notes on what was done to them.

    Args:
        file: GeoParquet; or any Parquet, where the settings map a column of shapes, or two of points.
        named: The file as the settings name it, for errors.
        settings: The columns, and what happens to rings that are not closed.

    Raises:
        InputError: The file says nothing about geometries and no column is mapped; a layer is asked for; what it says
            cannot be used.
        ValueError: What it says of its geometries is wrong, or rows are missing.
    """
    if settings.layer is not None:
        where = f"places.path: {named}, places.layer"
        raise InputError("GeoParquet has no layers", where=where, fix="Take out places.layer.")
    with pq.ParquetFile(file) as opened:
        schema = opened.schema_arrow
        source, index = _described(opened, named, settings)
        mapped = mapped_columns(settings)
        once = {name for name, times in Counter(schema.names).items() if times == 1}
        others = [f.name for f in schema if f.name in once - {*source} and wanted(f, mapped)]
        content = opened.read(columns=[*source, *others])
        content.validate(full=True)
        if len(content) != opened.metadata.num_rows:
            raise ValueError(f"it holds {opened.metadata.num_rows} rows, of which {len(content)} can be read")
    shapes, said, notes = _shapes(content, source, settings, named)
    columns = {**from_arrow(content.select(others)), **index}
    names = [f.name for f in schema if f.name not in source and not _UNNAMED_INDEX.fullmatch(f.name)]
    features = Features(
        numbers=np.arange(1, len(content) + 1),
        shapes=shapes,
        names=tuple(dict.fromkeys([*names, *columns])),
        columns=columns,
        crs=said,
        default=None if said is not None or "crs" in next(iter(source.values())) else DEFAULT_CRS,
    )
    return features, notes


def _described(
    opened: pq.ParquetFile, named: Path, settings: PlaceSettings
) -> tuple[Mapping[str, Mapping[str, Any]], dict[str, list[int]]]:
    """The columns of shapes, at least one, each with its GeoParquet metadata; and pandas' index columns.

    Raises:
        InputError: No column of shapes is known, it does not exist, or its metadata are invalid.
    """
    schema = opened.schema_arrow
    refuse_twice(schema.names, settings, named)
    try:
        source = _source(opened, settings)
        index = _index(schema, opened.metadata.num_rows)
    except (KeyError, TypeError, AttributeError) as failure:
        what = f"What the Parquet file says about geometries is not GeoParquet: {failure}"
        raise InputError(what, where=f"places.path: {named}", fix="Write the file again.") from failure
    if not source:
        refuse_unmapped_shapes(_sample(opened), settings, named)
    for column in source:
        refuse_missing_column(column, _setting(column, settings), schema.names, settings)
    return source, index


def _source(opened: pq.ParquetFile, settings: PlaceSettings) -> dict[str, Mapping[str, Any]]:
    """The columns of shapes, each with its GeoParquet metadata; none if no column is known to hold shapes.

    Raises:
        KeyError: The metadata lack something, or the column does not exist.
        TypeError: The metadata have another form.
    """
    mapped = settings.columns
    if mapped.lat is not None and mapped.lon is not None:
        return {mapped.lat: {}, mapped.lon: {}}
    schema = opened.schema_arrow
    said = (schema.metadata or {}).get(b"geo")
    by_type = shapes_by_type(opened)
    if mapped.geometry is not None:
        known = by_type | (json.loads(said)["columns"] if said else {})
        return {mapped.geometry: known.get(mapped.geometry, {})}
    if said:
        return dict([_primary(json.loads(said), schema)])
    return by_type if len(by_type) == 1 else {}


def _setting(column: str, settings: PlaceSettings) -> str:
    """The setting that maps a column of shapes."""
    every = settings.columns.model_dump(exclude_none=True)
    return next((name for name in ("geometry", "lat", "lon") if every.get(name) == column), "geometry")


def _sample(opened: pq.ParquetFile) -> dict[str, list[Any]]:
    """The first values of all columns that could hold shapes; no values for the others."""
    schema = opened.schema_arrow
    able = [
        f.name for f in schema if (_is_binary(f.type) or wanted(f, ())) and schema.names.count(f.name) == 1
    ]
    first = next(opened.iter_batches(batch_size=_ASKED, columns=able), None) if able else None
    found = {} if first is None else {name: first[name].to_pylist() for name in able}
    return {name: found.get(name, []) for name in schema.names}


def _primary(geo: Any, schema: pa.Schema) -> tuple[str, Mapping[str, Any]]:
    """The name of the primary column of geometries, and its metadata.

    Raises:
        KeyError: The metadata lack something, or the column does not exist.
        TypeError: The metadata have another form.
    """
    primary = geo["primary_column"]
    column = geo["columns"][primary]
    if not isinstance(primary, str) or not isinstance(column, dict) or "encoding" not in column:
        raise TypeError(f"the column {primary!r} has no encoding")
    if primary not in schema.names:
        raise KeyError(f"there is no column {primary!r}")
    return primary, column


def _crs(column: Mapping[str, Any]) -> str | None:
    crs = column.get("crs")
    if not isinstance(crs, dict | str | None):
        raise ValueError(f"its crs is neither PROJJSON nor null: {crs!r}")
    return json.dumps(crs) if isinstance(crs, dict) else crs


def _is_spherical(column: Mapping[str, Any]) -> bool:
    return bool(column.get("edges", "planar") != "planar")


def _shapes(
    content: pa.Table, source: Mapping[str, Mapping[str, Any]], settings: PlaceSettings, named: Path
) -> tuple[geometry.Shapes, str | None, list[str]]:
    """The shapes, their stated reference system, and notes."""
    if len(source) > 1:
        lat, lon = (content[name].to_pylist() for name in source)
        return from_points(lat, lon, named), None, []
    ((name, said),) = source.items()
    column, encoding = content[name], said.get("encoding")
    if not said:
        found = from_column(column.to_pylist(), settings, named)
        return found.shapes, found.crs, found.notes
    notes = ["The file means spherical edges; edges are taken as straight lines in degrees."]
    notes = notes if _is_spherical(said) else []
    if encoding == "WKB" and not _is_binary(column.type):
        raise ValueError(f"its geometries are {column.type}, not well-known binary")
    if encoding == "WKB":
        read = geometry.from_wkb(column.to_pylist())
        return read.shapes, _crs(said), [*refuse_unusual(read, settings, named), *notes]
    if encoding == "WKT":
        found = from_column(column.to_pylist(), settings, named)
        return found.shapes, _crs(said), [*found.notes, *notes]
    if not isinstance(encoding, str) or encoding not in geoarrow.LISTS:
        raise ValueError(f"its geometries are encoded as {encoding!r}, which is not known")
    if encoding in geoarrow.LINES:
        raise InputError(
            f"Features are not polygons: the column of geometries holds {encoding}s",
            where=f"places.path: {named}",
            fix="Give each place as a polygon or multipolygon, or as a point with places.radius.",
        )
    read = geoarrow.read(column, encoding)
    return read.shapes, _crs(said), [*refuse_unusual(read, settings, named), *notes]


def _is_binary(kind: pa.DataType) -> bool:
    tests = (
        pa.types.is_binary,
        pa.types.is_large_binary,
        pa.types.is_binary_view,
        pa.types.is_fixed_size_binary,
    )
    return any(is_kind(kind) for is_kind in tests)


def _index(schema: pa.Schema, rows: int) -> dict[str, list[int]]:
    """The columns that pandas stores as a range (start, stop, step): a named RangeIndex."""
    said = json.loads((schema.metadata or {}).get(b"pandas", b"{}"))
    return {
        each["name"]: list(range(each["start"], each["stop"], each["step"]))[:rows]
        for each in said.get("index_columns", [])
        if isinstance(each, dict) and each.get("kind") == "range" and each.get("name") is not None
    }
