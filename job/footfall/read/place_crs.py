"""Where the coordinates of places are: any reference system to WGS84 degrees."""

from pathlib import Path

import geopandas
import numpy as np
import pyproj
from pyproj.exceptions import CRSError

from footfall import geometry
from footfall.errors import InputError, SettingsError

WGS84 = "EPSG:4326"
OVERSHOOT = 1e-9
"""Degrees by which rounding may carry a coordinate over the edge of the world."""


def to_degrees(
    features: geopandas.GeoDataFrame, named: str | None, path: Path
) -> tuple[geopandas.GeoDataFrame, str, list[str]]:
    """The features in WGS84, x = longitude, y = latitude.

    Args:
        features: Polygons in the file's reference system.
        named: The system of the settings, for files that state none.
        path: The file, for messages.

    Returns:
        The features, the name of the system they were in, and a note where they were reprojected.

    Raises:
        InputError: No system is known, two contradict each other, or polygons lie outside the earth's degrees or,
            reprojected, cross the antimeridian.
    """
    crs = _crs(features.crs, named, path)
    if crs.equals(pyproj.CRS(WGS84), ignore_axis_order=True):
        return _within_the_earth(features.set_crs(WGS84, allow_override=True), path), WGS84, []
    moved = features.set_crs(crs, allow_override=True).to_crs(WGS84)
    broken = geometry.longest_jump(moved.geometry.to_numpy()) > 180
    if broken.any():
        raise InputError(
            f"{broken.sum()} polygons cross the antimeridian, the first is feature {np.flatnonzero(broken)[0] + 1}",
            where=str(path),
            fix="Split these polygons at longitude 180, as RFC 7946 asks for.",
        )
    return _within_the_earth(moved, path), crs.name, [f"Places were reprojected from {crs.name} to WGS84."]


def _crs(stated: pyproj.CRS | None, named: str | None, path: Path) -> pyproj.CRS:
    try:
        wanted = pyproj.CRS.from_user_input(named) if named else None
    except CRSError as failure:
        raise SettingsError(
            f"The coordinate reference system {named!r} is not known",
            where="setting places.crs",
            fix="Name one as EPSG:4326 or as WKT.",
        ) from failure
    known = stated or wanted
    if known is None:
        raise InputError(
            "The places state no coordinate reference system",
            where=str(path),
            fix="Add the .prj file, or say it by the setting places.crs, as in EPSG:4326.",
        )
    if stated is not None and wanted is not None and not stated.equals(wanted, ignore_axis_order=True):
        raise InputError(
            f"The file states {stated.name}, the settings {wanted.name}",
            where=f"{path}, setting places.crs",
            fix="Take places.crs out of the settings, or correct the file.",
        )
    return known


def _within_the_earth(features: geopandas.GeoDataFrame, path: Path) -> geopandas.GeoDataFrame:
    """The features, with rounding beyond the edge of the world taken back."""
    x0, y0, x1, y1 = (float(v) for v in features.total_bounds)
    if not (
        np.isfinite([x0, y0, x1, y1]).all()
        and max(-x0, x1) <= 180 + OVERSHOOT
        and max(-y0, y1) <= 90 + OVERSHOOT
    ):
        raise InputError(
            f"The places reach from ({x0:.6g}, {y0:.6g}) to ({x1:.6g}, {y1:.6g}), which are not degrees of the earth",
            where=str(path),
            fix="Correct the coordinate reference system, or split polygons at longitude 180.",
        )
    if max(-x0, x1) <= 180 and max(-y0, y1) <= 90:
        return features
    return features.set_geometry(geometry.clamped(features.geometry.to_numpy()), crs=features.crs)
