"""Columns of Parquet that are shapes by their type: Parquet's own GEOMETRY and GEOGRAPHY, and GeoArrow's binaries."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pyarrow.parquet as pq

_GEOARROW = b"geoarrow.wkb"
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
        known = schema.field(leaf.path).metadata or {}
        if said.get("Type") in ("Geometry", "Geography"):
            edges = {"edges": "spherical"} if said["Type"] == "Geography" else {}
            found[leaf.path] = {"encoding": "WKB", **edges, **_system(said, schema.metadata or {})}
        elif known.get(b"ARROW:extension:name") == _GEOARROW:
            more = json.loads(known.get(b"ARROW:extension:metadata") or b"{}")
            found[leaf.path] = {"encoding": "WKB", **(more if isinstance(more, dict) else {})}
    return found


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
