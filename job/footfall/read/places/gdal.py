"""Reads the shapes of shapefiles, and whole FlatGeobuf, GML, TopoJSON and JSON of ArcGIS, by GDAL."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyogrio import list_layers, read_arrow, set_gdal_config_options

from footfall import geometry, plurals
from footfall.errors import InputError
from footfall.read.places import counts, flatgeobuf, pages
from footfall.read.places.features import Features, from_arrow, mapped_columns, refuse_twice, wanted
from footfall.read.places.layers import chosen
from footfall.read.places.shapefile_tables import ShapefileTable
from footfall.read.places.shapefiles import beside, shapes_listed
from footfall.read.places.shapes import refuse_unusual
from footfall.settings import PlaceSettings
from footfall.settings.place_formats import ESRI_JSON, FLATGEOBUF, GML, PlaceFormat

set_gdal_config_options({"GML_FIELDTYPES": "ALWAYS_STRING", "GML_DOWNLOAD_WFS_SCHEMA": "NO"})

_NUMBER = "OGC_FID"

Noted = tuple[Features, list[str]]


def read(source: Path, named: Path, kind: PlaceFormat, settings: PlaceSettings) -> Noted:
    """The features of the chosen layer, and notes on what was done to them.

    Args:
        source: The file, where GDAL may write beside it.
        named: The file as the settings name it, for errors: the same, or the archive it came from.
        kind: Its format.
        settings: The layer, the columns, and what happens to rings that are not closed.

    Raises:
        InputError: There is no layer, not the one that is named, or there are several and none is named; GDAL gives
            other features than the file holds.
        RuntimeError, ValueError: The file cannot be read.
    """
    counted, notes = _counted(source, kind)
    layers = [str(name) for name, shape in list_layers(source) if shape is not None]
    layer = chosen(layers, settings.layer, named)
    meta, content = read_arrow(source, layer=layer, return_fids=True)
    content.validate(full=True)
    expected = counted[layer] if layer in counted else sum(counted.values())
    number = str(meta["fid_column"] or _NUMBER)
    _refuse_missing(content[number], expected, named)
    if settings.layer is None and sum(counted.values()) > expected:
        others = ", ".join(f"{name} ({found})" for name, found in counted.items() if name != layer)
        notes.append(f"Features without any geometry, of other kinds, were left out: {others}.")
    shape = meta["geometry_name"] or "wkb_geometry"
    shapes = geometry.from_wkb(content[shape].to_pylist())
    schema = content.schema
    own = [at for at, name in enumerate(schema.names) if name not in (shape, number)]
    names = [schema.names[at] for at in own]
    refuse_twice(names, settings, named)
    mapped = mapped_columns(settings)
    features = Features(
        numbers=np.arange(1, len(content) + 1),
        shapes=shapes.shapes,
        names=tuple(names),
        columns=from_arrow(content.select([at for at in own if wanted(schema.field(at), mapped)])),
        crs=meta["crs"],
    )
    return features, [*notes, *refuse_unusual(shapes, settings, named)]


def read_shapefile(source: Path, original: Path, named: Path, settings: PlaceSettings) -> Noted:
    """The features of a complete shapefile, and notes; GDAL reads the shapes, the job the table.

    Args:
        source: The shapes and their index as GDAL finds them, the table not beside them.
        original: The .shp file among all its parts.
        named: The file as the settings name it, for errors: the same, or the archive it came from.
        settings: The columns, the encoding, and what happens to rings that are not closed.

    Raises:
        InputError: A layer is named that is not the file; the encoding of text is not known; GDAL gives other
            features than the index lists.
        RuntimeError, ValueError: The file cannot be read.
    """
    chosen([original.stem], settings.layer, named)
    parts = beside(original)
    table = ShapefileTable(parts[".dbf"], parts.get(".cpg"), settings, named)
    meta, content = read_arrow(source, columns=[], return_fids=True)
    content.validate(full=True)
    _refuse_missing(content[str(meta["fid_column"] or _NUMBER)], shapes_listed(parts[".shx"], named), named)
    shapes = geometry.from_wkb(content[meta["geometry_name"] or "wkb_geometry"].to_pylist())
    notes = refuse_unusual(shapes, settings, named)
    numbers = np.arange(1, len(content) + 1)
    features = Features(numbers, shapes.shapes, table.names, table.columns(), _system(parts.get(".prj")))
    deleted = table.deleted
    if deleted.any():
        notes.append(f"Rows that the file marks as deleted were left out: {int(deleted.sum())}.")
    return features.where(~deleted), notes


def _system(prj: Path | None) -> str | None:
    """The reference system that a .prj states, as it is written."""
    return (
        None if prj is None else prj.read_bytes().decode("utf-8-sig", "replace").strip().strip("\0") or None
    )


def _counted(source: Path, kind: PlaceFormat) -> tuple[Mapping[str, int], list[str]]:
    """The number of features of each layer, with an empty name if the format has one layer; and notes."""
    if kind is FLATGEOBUF:
        return {"": flatgeobuf.count(source)}, []
    if kind is GML:
        return counts.of_gml(source), []
    content: Any = json.loads(source.read_bytes().decode("utf-8-sig"))
    if kind is ESRI_JSON:
        return {"": counts.of_esri_json(content)}, [*pages.partial(content)]
    return counts.of_topojson(content), []


def _refuse_missing(numbers: pa.ChunkedArray, counted: int, named: Path) -> None:
    """Raise InputError if GDAL gives other features than the file holds, with the first that is missing."""
    found = numbers.to_numpy()
    if len(found) == counted:
        return
    there = np.unique(found)
    first = next((row for row, each in enumerate(there.tolist()) if row != each), len(there)) + 1
    in_order = first <= counted and (len(there) == 0 or there[-1] < counted)
    missing = f"; the first that is missing is feature {first}" if in_order else ""
    raise InputError(
        f"The file of places holds {plurals.counted(counted, 'feature')}, of which {len(found)} can be read{missing}",
        where=f"places.path: {named}",
        fix="Write the file again, as GeoPackage or GeoJSON.",
    )
