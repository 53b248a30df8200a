"""Columns of Parquet that are shapes by their type: Parquet's own GEOMETRY and GEOGRAPHY, and those of GeoArrow."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from footfall.read.places.geoarrow import LISTS

_GEOARROW = b"geoarrow."
_WRITTEN = {"wkb": "WKB", "wkt": "WKT"}
"""GeoArrow's names of encodings that are no lists of coordinates, and how GeoParquet writes them."""

_SRID = re.compile(r"srid:(\d+)")
_PROJJSON = "projjson:"


def shapes_by_type(opened: pq.ParquetFile) -> dict[str, Mapping[str, Any]]:
    """The columns that hold shapes by their type, each with what GeoParquet would say of it.

    Raises:
        ValueError: What a type says of its reference system cannot be read.
    """
    schema, found = opened.schema_arrow, dict[str, Mapping[str, Any]]()
    for number in range(len(opened.schema)):
        leaf = opened.schema.column(number)
        if schema.names.count(leaf.path) != 1:
            continue
        said = json.loads(leaf.logical_type.to_json())
        if said.get("Type") in ("Geometry", "Geography"):
            edges = {"edges": "spherical"} if said["Type"] == "Geography" else {}
            found[leaf.path] = {"encoding": "WKB", **edges, **_system(said, schema.metadata or {})}
    for field in schema:
        name = (field.metadata or {}).get(b"ARROW:extension:name", b"")
        kind = name.removeprefix(_GEOARROW).decode("utf-8", "replace")
        is_once = schema.names.count(field.name) == 1
        if name.startswith(_GEOARROW) and kind in {*_WRITTEN, *LISTS} and is_once:
            found.setdefault(field.name, {"encoding": _WRITTEN.get(kind, kind), **_said(field)})
    return found


def _said(field: pa.Field) -> dict[str, Any]:
    """What GeoArrow says of edges and the reference system of a column."""
    said = json.loads(field.metadata.get(b"ARROW:extension:metadata") or b"{}")
    if not isinstance(said, dict):
        return {}
    return {**said, "crs": f"EPSG:{said['crs']}"} if said.get("crs_type") == "srid" else said


def _system(said: Mapping[str, Any], metadata: Mapping[bytes, bytes]) -> dict[str, Any]:
    """The reference system of a type, which may be a number or stand in the file's metadata; none if it is none."""
    crs = said.get("crs")
    if not isinstance(crs, str) or not crs:
        return {}
    srid = _SRID.fullmatch(crs)
    if srid:
        return {"crs": f"EPSG:{srid[1]}"}
    key = crs.removeprefix(_PROJJSON).encode() if crs.startswith(_PROJJSON) else b""
    return {"crs": metadata[key].decode() if key in metadata else crs}
