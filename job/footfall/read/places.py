"""Reads places from shapefile, GeoJSON, GeoPackage or GeoParquet into valid WGS84 polygons, one per place."""

from dataclasses import dataclass
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd

from footfall import geometry
from footfall.errors import InputError
from footfall.read import place_files, place_ids
from footfall.read.place_crs import to_degrees
from footfall.schema import InputFile, Place, Places
from footfall.settings import PlaceSettings

SHOWN = 5


@dataclass(frozen=True)
class PlaceInput:
    """Places as they were read; `notes` say in sentences what was repaired, merged, reprojected or left out."""

    places: Places
    files: tuple[InputFile, ...]
    crs: str
    notes: tuple[str, ...]


def read_places(settings: PlaceSettings) -> PlaceInput:
    """Read the places of a file.

    Returns:
        At least one place. A valid polygon in WGS84 keeps its vertices bit for bit.

    Raises:
        InputError: The file is missing or not what it should be; it lacks a column, a CRS or polygons; a place id is
            missing or ambiguous; a polygon lies outside the degrees of the earth or crosses the antimeridian.
    """
    path = Path(settings.path)
    features = place_files.read(path, settings.layer)
    columns = [settings.columns.place_id, settings.columns.name, settings.columns.category]
    place_ids.refuse_missing_columns(features, [column for column in columns if column], path)
    with_polygons, notes = _polygons(features, settings)
    placed, crs, moved = to_degrees(with_polygons, settings.crs, path)
    repaired, mended = _repaired(placed, settings)
    merged, joined = place_ids.one_per_id(repaired, settings)
    return PlaceInput(
        places=_places(merged, settings),
        files=place_files.files(path),
        crs=crs,
        notes=(*notes, *moved, *mended, *joined),
    )


def _polygons(
    features: geopandas.GeoDataFrame, settings: PlaceSettings
) -> tuple[geopandas.GeoDataFrame, list[str]]:
    """The features with an area, flat; features without any geometry are left out or refused."""
    shapes = features.geometry.to_numpy()
    empty = np.flatnonzero([shape is None or shape.is_empty for shape in shapes])
    if len(empty) and settings.invalid == "refuse":
        what = f"{len(empty)} features have no geometry: {_numbers(empty)}"
        raise InputError(what, where=settings.path, fix="Take them out, or set places.invalid to repair.")
    kept = features.drop(features.index[empty])
    other = [i for i, kind in enumerate(kept.geom_type) if kind not in ("Polygon", "MultiPolygon")]
    if other:
        kinds = ", ".join(sorted({str(kept.geom_type.iloc[i]) for i in other}))
        what = f"{len(other)} features are not polygons but {kinds}: {_numbers(other)}"
        raise InputError(what, where=settings.path, fix="Give each place as a polygon or multipolygon.")
    if kept.empty:
        raise InputError(
            "The file holds no polygon", where=settings.path, fix="Name a file with at least one place."
        )
    flat = kept.set_geometry(geometry.flat(kept.geometry.to_numpy()), crs=kept.crs)
    left_out = f"{len(empty)} features without a geometry were left out: {_numbers(empty)}."
    return flat, [left_out] if len(empty) else []


def _repaired(
    features: geopandas.GeoDataFrame, settings: PlaceSettings
) -> tuple[geopandas.GeoDataFrame, list[str]]:
    """The features with valid polygons."""
    shapes = features.geometry.to_numpy()
    invalid = geometry.invalid(shapes)
    if not invalid.any():
        return features, []
    ids = features[settings.columns.place_id][invalid].tolist()
    named = ", ".join(map(str, ids[:SHOWN])) + (" ..." if len(ids) > SHOWN else "")
    if settings.invalid == "refuse":
        what = f"{len(ids)} polygons are not valid: {named}; the first: {geometry.reason(shapes[invalid][0])}"
        raise InputError(what, where=settings.path, fix="Repair them, or set places.invalid to repair.")
    shapes = shapes.copy()
    shapes[invalid] = geometry.repaired(shapes[invalid])
    gone = geometry.without_area(shapes)
    if gone.any():
        what = f"{gone.sum()} polygons have no area: {_numbers(np.flatnonzero(gone))}"
        raise InputError(what, where=settings.path, fix="Give each place a polygon with an area.")
    return features.set_geometry(shapes, crs=features.crs), [
        f"{len(ids)} invalid polygons were repaired: {named}."
    ]


def _places(features: geopandas.GeoDataFrame, settings: PlaceSettings) -> Places:
    names = _texts(features, settings.columns.name)
    categories = _texts(features, settings.columns.category)
    wkb = geometry.to_wkb(features.geometry.to_numpy())
    rows = zip(features[settings.columns.place_id], names, categories, wkb, strict=True)
    return tuple(sorted((Place(*row) for row in rows), key=lambda place: place.place_id))


def _texts(features: geopandas.GeoDataFrame, column: str | None) -> list[str | None]:
    if column is None:
        return [None] * len(features)
    return [None if pd.isna(value) else str(value) for value in features[column]]


def _numbers(positions: "np.typing.NDArray[np.int64] | list[int]") -> str:
    """Features as people count them, from 1."""
    shown = ", ".join(str(position + 1) for position in positions[:SHOWN])
    return f"number {shown}" + (" ..." if len(positions) > SHOWN else "")
