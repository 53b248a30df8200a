"""Reads GeoParquet: of all columns the geometry, the mapped ones and those that are text."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from footfall import geometry
from footfall.errors import InputError
from footfall.read.places.features import Features, from_arrow, wanted
from footfall.read.places.geojson import DEFAULT_CRS, UNCLOSED
from footfall.settings import PlaceSettings

_UNNAMED_INDEX = re.compile(r"__index_level_\d+__")
_NESTED = {
    "point": 1,
    "linestring": 2,
    "multipoint": 2,
    "polygon": 3,
    "multilinestring": 3,
    "multipolygon": 4,
}
"""Encodings of GeoArrow, and how deep a coordinate lies in each."""


def read(path: Path, settings: PlaceSettings) -> tuple[Features, list[str]]:
    """Read all features of a file, and say what was done to them.

    Raises:
        InputError: The file says nothing about geometries, or nothing that can be used; a layer is asked for.
        ValueError: What it says of its geometries is wrong.
        GEOSError: A geometry is none, or its rings are not closed and may not be.
    """
    where = f"places.path: {path}"
    if settings.layer is not None:
        raise InputError(
            "GeoParquet has no layers", where=f"{where}, places.layer", fix="Take out places.layer."
        )
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        if b"geo" not in (schema.metadata or {}):
            what = "The Parquet file says nothing about geometries, so it is not GeoParquet"
            raise InputError(what, where=where, fix="Write it as GeoParquet, with the metadata `geo`.")
        try:
            primary, column = _primary(json.loads(schema.metadata[b"geo"]), schema)
            index = _index(schema, file.metadata.num_rows)
        except (KeyError, TypeError, AttributeError) as failure:
            what = f"What the Parquet file says about geometries is not GeoParquet: {failure}"
            raise InputError(what, where=where, fix="Write the file again.") from failure
        mapped = settings.columns.model_dump(exclude_none=True).values()
        others = [f.name for f in schema if f.name != primary and wanted(f, mapped)]
        content = file.read(columns=[primary, *others])
        shapes, closed = _shapes(content[primary], column["encoding"], settings)
        columns = {**from_arrow(content.select(others)), **index}
    names = [f.name for f in schema if f.name != primary and not _UNNAMED_INDEX.fullmatch(f.name)]
    features = Features(
        numbers=np.arange(1, len(content) + 1),
        shapes=shapes,
        names=tuple(dict.fromkeys([*names, *columns])),
        columns=columns,
        crs=_crs(column),
        default=None if "crs" in column else DEFAULT_CRS,
    )
    spherical = "The file means spherical edges; edges are taken as straight lines in degrees."
    return features, ([UNCLOSED] if closed else []) + ([spherical] if _is_spherical(column) else [])


def _primary(geo: Any, schema: pa.Schema) -> tuple[str, Mapping[str, Any]]:
    """The name of the column of geometries, and what the metadata say of it.

    Raises:
        KeyError: Something is not said, or the column is not there.
        TypeError: Something is said in another form.
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


def _shapes(column: pa.ChunkedArray, encoding: Any, settings: PlaceSettings) -> tuple[geometry.Shapes, bool]:
    """The shapes, and whether rings had to be closed."""
    if encoding == "WKB" and not _is_binary(column.type):
        raise ValueError(f"its geometries are {column.type}, not well-known binary")
    if encoding == "WKB":
        shapes, closed = geometry.from_wkb(column.to_pylist(), settings.invalid == "repair")
        return shapes, bool(closed.any())
    if not isinstance(encoding, str) or encoding not in _NESTED:
        raise ValueError(f"its geometries are encoded as {encoding!r}, which is not known")
    if encoding not in ("polygon", "multipolygon"):
        raise InputError(
            f"Features are not polygons: the column of geometries holds {encoding}s",
            where=settings.path,
            fix="Give each place as a polygon or multipolygon.",
        )
    return _nested(column, encoding), False


def _is_binary(kind: pa.DataType) -> bool:
    tests = (
        pa.types.is_binary,
        pa.types.is_large_binary,
        pa.types.is_binary_view,
        pa.types.is_fixed_size_binary,
    )
    return any(is_kind(kind) for is_kind in tests)


def _nested(column: pa.ChunkedArray, encoding: str) -> geometry.Shapes:
    """Polygons from lists of lists of coordinates, GeoArrow's own encoding."""
    every = pa.concat_arrays(column.chunks) if column.num_chunks else column.combine_chunks()
    there = every.drop_null()
    inner, offsets = there, []
    for _ in range(_NESTED[encoding] - 1):
        starts = np.concatenate([[0], np.cumsum(pc.list_value_length(inner).to_numpy(zero_copy_only=False))])
        offsets.append(starts.astype(np.int64))
        inner = inner.flatten()
    found = np.full(len(every), None, dtype=object)
    known = np.flatnonzero(~every.is_null().to_numpy(zero_copy_only=False))
    found[known] = geometry.from_ragged(encoding, _coordinates(inner), tuple(reversed(offsets)))
    return found


def _coordinates(points: pa.Array) -> geometry.Floats:
    """(n, 2): x and y of points, which are structs of numbers or lists of them."""
    if pa.types.is_struct(points.type) and {"x", "y"} <= {field.name for field in points.type}:
        return np.column_stack([points.field(axis).to_numpy(zero_copy_only=False) for axis in ("x", "y")])
    if not pa.types.is_fixed_size_list(points.type):
        raise ValueError(f"its coordinates are {points.type}, not x and y")
    numbers = points.flatten().to_numpy(zero_copy_only=False)
    both: geometry.Floats = numbers.reshape(len(points), -1)[:, :2]
    return both


def _index(schema: pa.Schema, rows: int) -> dict[str, list[int]]:
    """The columns that pandas keeps as three numbers: a numbered index that has a name."""
    said = json.loads((schema.metadata or {}).get(b"pandas", b"{}"))
    return {
        each["name"]: list(range(each["start"], each["stop"], each["step"]))[:rows]
        for each in said.get("index_columns", [])
        if isinstance(each, dict) and each.get("kind") == "range" and each.get("name") is not None
    }
