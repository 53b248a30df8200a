"""Reads shapefiles, GeoPackages and whatever else GDAL knows: every feature, with its attributes as written."""

from pathlib import Path

import numpy as np
from pyogrio import list_layers, read_arrow, read_info

from footfall import geometry
from footfall.errors import InputError
from footfall.read.places.features import Columns, Features, from_arrow, wanted
from footfall.read.places.geojson import UNCLOSED
from footfall.read.places.shapefiles import deleted_rows
from footfall.settings import PlaceSettings


def read(source: Path, named: Path, settings: PlaceSettings) -> tuple[Features, list[str]]:
    """Read all features of the layer that is meant, and say what was done to them.

    Args:
        source: The file as GDAL finds all parts of it.
        named: The file that the settings name, for messages: the same, or the zip it came from.
        settings: The layer, the columns, and what happens to rings that are not closed.

    Raises:
        InputError: There is no layer, not the one that is named, or there are several and none is named; GDAL gives
            other features than it counts.
        RuntimeError, ValueError: GDAL cannot read the file.
        GEOSError: A geometry is none, or its rings are not closed and may not be.
    """
    layer = _layer(source, settings.layer, named)
    known = read_info(source, layer=layer, force_feature_count=True)
    fid = known["fid_column"]
    wants_fid = bool(fid) and fid == settings.columns.place_id
    # GDAL makes UTF-8 of text where the file states its encoding; else it is that of the format, as Latin-1.
    encoding = None if known["encoding"] in (None, "UTF-8") else known["encoding"]
    meta, content = read_arrow(source, layer=layer, return_fids=wants_fid, encoding=encoding)
    deleted = deleted_rows(source) if source.suffix == ".shp" else 0
    _refuse_fewer(len(content), int(known["features"]) - deleted, named)
    column = meta["geometry_name"] or "wkb_geometry"
    shapes, closed = geometry.from_wkb(content[column].to_pylist(), settings.invalid == "repair")
    attributes = content.drop_columns([column])
    mapped = settings.columns.model_dump(exclude_none=True).values()
    features = Features(
        numbers=np.arange(1, len(content) + 1),
        shapes=shapes,
        names=tuple(attributes.column_names),
        columns=from_arrow(attributes.select([f.name for f in attributes.schema if wanted(f, mapped)])),
        crs=meta["crs"],
    )
    return features, [
        *([UNCLOSED] if closed.any() else []),
        *([f"Rows that the file marks as deleted were left out: {deleted}."] if deleted else []),
        *_guessed(encoding, features.columns),
    ]


def _layer(source: Path, asked: str | None, path: Path) -> str:
    """The name of the layer to read; tables without a geometry do not count as layers."""
    layers = [str(name) for name, kind in list_layers(source) if kind is not None]
    where = f"places.path: {path}"
    if not layers:
        raise InputError(
            "The file holds no geometries", where=where, fix="Name a file with polygons, as a shapefile."
        )
    if asked is not None and asked not in layers:
        what = f"There is no layer {asked!r}; there are: {', '.join(layers)}"
        raise InputError(what, where=f"{where}, places.layer: {asked}", fix="Correct places.layer.")
    if asked is None and len(layers) > 1:
        what = f"The file has several layers: {', '.join(layers)}"
        raise InputError(what, where=where, fix="Name one by places.layer.")
    return asked or layers[0]


def _refuse_fewer(read: int, counted: int, named: Path) -> None:
    """Raise InputError where GDAL passes over features; it counts less than none where it cannot count."""
    if counted >= 0 and read != counted:
        raise InputError(
            f"The file of places holds {counted} features, of which {read} can be read",
            where=f"places.path: {named}",
            fix="Write the file again.",
        )


def _guessed(encoding: str | None, columns: Columns) -> list[str]:
    """A note where other letters than those of ASCII were read in an encoding that the file does not state."""
    texts = (value for column in columns.values() for value in column if isinstance(value, str))
    if encoding is None or all(text.isascii() for text in texts):
        return []
    return [f"The file states no encoding, so its text was taken as {encoding}."]
