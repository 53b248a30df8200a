"""GeoParquet 1.1: WKB in WGS84, with the bounding box of each shape, by which readers skip row groups."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj

from footfall import geometry
from footfall.export.rows import Rows
from footfall.geometry.exchange import box_around

VERSION = "1.1.0"
_CORNERS = ("xmin", "ymin", "xmax", "ymax")
_BOX = pa.struct([pa.field(name, pa.float64()) for name in _CORNERS])


def write(rows: Rows, file: Path) -> None:
    """Write rows to a file, with a row group for each table; lists stay lists, days stay dates."""
    shapes = rows.places.shapes
    wkb = pa.array(geometry.to_wkb(shapes), pa.binary())
    boxes = _boxes(shapes)
    schema = _schema(rows)
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for table in rows.tables:
            at = rows.places.positions(table["place_id"])
            with_shapes = table.append_column("bbox", boxes.take(at)).append_column("geometry", wkb.take(at))
            writer.write_table(with_shapes.cast(schema))


def _boxes(shapes: geometry.Shapes) -> pa.Array:
    corners = geometry.corners(shapes)
    return pa.StructArray.from_arrays([pa.array(corners[:, at]) for at in range(4)], fields=list(_BOX))


def _schema(rows: Rows) -> pa.Schema:
    """The schema of the file: columns with descriptions, and the metadata of GeoParquet."""
    fields = [
        field.with_metadata({"description": rows.about[field.name]}) if field.name in rows.about else field
        for field in rows.schema
    ]
    fields += [pa.field("bbox", _BOX), pa.field("geometry", pa.binary())]
    return pa.schema(fields, metadata={"geo": json.dumps(_metadata(rows))})


def _metadata(rows: Rows) -> dict[str, Any]:
    """The file metadata of GeoParquet 1.1, see https://geoparquet.org/releases/v1.1.0/"""
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": sorted({*geometry.kinds(rows.shapes)}),
        "crs": pyproj.CRS("OGC:CRS84").to_json_dict(),
        "orientation": "counterclockwise",
        "covering": {"bbox": {name: ["bbox", name] for name in _CORNERS}},
    }
    if len(rows.shapes):
        column["bbox"] = np.asarray(box_around(rows.shapes)).tolist()
    return {"version": VERSION, "primary_column": "geometry", "columns": {"geometry": column}}
