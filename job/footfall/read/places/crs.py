"""Where the coordinates of places are: any reference system to WGS84 degrees."""

import warnings
from pathlib import Path

import geopandas
import numpy as np
import pyproj
from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import AreaOfInterest, TransformerGroup

from footfall import geometry
from footfall.errors import InputError, SettingsError
from footfall.read.places.words import some

WGS84 = "EPSG:4326"
OVERSHOOT = 1e-9
"""Degrees by which rounding may carry a coordinate over the edge of the world."""

_WORLD = np.array([180.0, 90.0])


def to_degrees(
    features: geopandas.GeoDataFrame, named: str | None, path: Path
) -> tuple[geopandas.GeoDataFrame, str, list[str]]:
    """The features in WGS84, x = longitude, y = latitude.

    Vertices are moved; an edge is the straight line between them in degrees, whatever it was before.

    Args:
        features: Flat polygons in the file's reference system, indexed by their number in the file.
        named: The system of the settings, for files that state none.
        path: The file, for messages.

    Returns:
        The features, the name of the system they were in, and notes on what was done to coordinates.

    Raises:
        InputError: No system is known, two contradict each other, coordinates are no numbers or not on the earth, or
            reprojected polygons cross the antimeridian.
        SettingsError: The system of the settings is not known.
    """
    crs = _crs(features.crs, named, path)
    _refuse(
        features, ~geometry.finite(features.geometry.to_numpy()), "have coordinates that are no numbers", path
    )
    at_home = _same(crs, pyproj.CRS(WGS84))
    settled = features.set_crs(WGS84 if at_home else crs, allow_override=True)
    degrees, moved = (settled, []) if at_home else _reprojected(settled, path)
    kept, clamped = _within_the_earth(degrees, path)
    return kept, WGS84 if at_home else crs.name, [*moved, *clamped, *_very_wide(kept)]


def _crs(stated: pyproj.CRS | None, named: str | None, path: Path) -> pyproj.CRS:
    """The reference system that holds, without heights; one that is not tied to the earth is as none."""
    wanted = None if named is None else _named(named)
    known = stated.to_2d() if stated is not None and _on_earth(stated) else None
    if known is not None and wanted is not None and not _same(known, wanted):
        raise InputError(
            f"The file states {known.name}, the settings {wanted.name}",
            where=f"{path}, setting places.crs: {named}",
            fix="Take places.crs out of the settings, or correct the file.",
        )
    if known is not None:
        return known
    if wanted is not None:
        return wanted
    told = f" but {stated.name!r}, which cannot be used" if stated is not None else ""
    raise InputError(
        f"The places state no coordinate reference system{told}",
        where=f"{path}, setting places.crs",
        fix="Say it by the setting places.crs, as in EPSG:4326, or add it to the file (a shapefile's .prj).",
    )


def _named(crs: str) -> pyproj.CRS:
    """The system of the settings, without heights."""
    try:
        found = pyproj.CRS.from_user_input(crs)
    except CRSError as failure:
        raise SettingsError(
            f"The coordinate reference system {crs!r} is not known",
            where=f"setting places.crs: {crs}",
            fix="Name one as EPSG:4326 or as WKT.",
        ) from failure
    if not _on_earth(found):
        raise SettingsError(
            f"{found.name!r} has no longitude and latitude, nor a plane of its own",
            where=f"setting places.crs: {crs}",
            fix="Name a geographic or projected system, as EPSG:4326.",
        )
    return found.to_2d()


def _on_earth(crs: pyproj.CRS) -> bool:
    return bool(crs.is_geographic or crs.is_projected)


def _same(one: pyproj.CRS, other: pyproj.CRS) -> bool:
    """Whether two systems mean the same; the order of axes never matters, because files hold x, then y."""
    return bool(one.equals(other, ignore_axis_order=True))


def _reprojected(features: geopandas.GeoDataFrame, path: Path) -> tuple[geopandas.GeoDataFrame, list[str]]:
    crs = features.crs
    try:
        moved = features.to_crs(WGS84)
    except ProjError as failure:
        raise InputError(
            f"{crs.name} cannot be reprojected to WGS84: {failure}",
            where=str(path),
            fix="Give the places in WGS84 (EPSG:4326).",
        ) from failure
    away = ~geometry.finite(moved.geometry.to_numpy())
    _refuse(features, away, f"have coordinates that {crs.name} does not know", path)
    _refuse(
        features,
        _crosses_antimeridian(features, moved),
        "cross the antimeridian",
        path,
        fix="Give the places in WGS84 (EPSG:4326), these polygons split at longitude 180.",
    )
    return moved, [f"Places were reprojected from {crs.name} to WGS84{_accuracy(moved, crs)}."]


def _crosses_antimeridian(before: geopandas.GeoDataFrame, after: geopandas.GeoDataFrame) -> geometry.Bools:
    """Which polygons were torn apart: a short step in their own system is one around the world in degrees."""
    found = geometry.longest_jump(after.geometry.to_numpy()) > 180
    if found.any():
        # An edge that truly spans most of the world falls into small steps; one that crosses keeps its jump.
        move = pyproj.Transformer.from_crs(before.crs, WGS84, always_xy=True).transform
        torn = geometry.longest_jump_on_edges(before.geometry.to_numpy()[found], lambda x, y: move(x, y)[0])
        found[found] = torn > 180
    return found


def _accuracy(moved: geopandas.GeoDataFrame, crs: pyproj.CRS) -> str:
    """How right the datum shift is, which PROJ chooses by the area and by the grids that it has."""
    west, south, east, north = np.clip(moved.total_bounds, (-180, -90, -180, -90), (180, 90, 180, 90))
    area = AreaOfInterest(west, south, east, north)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that a grid is missing, which is said below
        ways = TransformerGroup(crs, WGS84, always_xy=True, area_of_interest=area)
    metres = ways.transformers[0].accuracy if ways.transformers else -1
    right = f", right to about {metres:g} m" if metres > 0 else ""
    unsure = ", how right is not known" if metres < 0 else ""
    better = "" if ways.best_available else "; a better way needs a grid that PROJ does not have here"
    return right + unsure + better


def _within_the_earth(
    features: geopandas.GeoDataFrame, path: Path
) -> tuple[geopandas.GeoDataFrame, list[str]]:
    """The features, with rounding beyond the edge of the world taken back."""
    shapes = features.geometry.to_numpy()
    over = (geometry.farthest(shapes) - _WORLD).max(axis=1)
    _refuse(
        features,
        over > OVERSHOOT,
        "reach beyond 180 degrees of longitude or 90 of latitude",
        path,
        fix="Correct the reference system (places.crs where the file states none), or split them at longitude 180.",
    )
    if not (over > 0).any():
        return features, []
    shapes = shapes.copy()
    shapes[over > 0] = geometry.clamped(shapes[over > 0])
    note = f"Rounding beyond the edge of the world was taken back: features {some(features.index[over > 0])}."
    return features.set_geometry(shapes, crs=features.crs), [note]


def _very_wide(features: geopandas.GeoDataFrame) -> list[str]:
    wide = features.index[geometry.longest_jump(features.geometry.to_numpy()) > 180]
    told = "Polygons have edges over more than 180 degrees of longitude, which are taken as they are written"
    return [f"{told}: features {some(wide)}."] if len(wide) else []


def _refuse(
    features: geopandas.GeoDataFrame,
    bad: geometry.Bools,
    what: str,
    path: Path,
    fix: str = "Correct the coordinates, or the reference system that the file or places.crs states.",
) -> None:
    """Raise InputError with the numbers of bad features, and where the first of them lies."""
    if bad.any():
        corners = features.geometry[bad].iloc[0].bounds
        box = "from ({:.6g}, {:.6g}) to ({:.6g}, {:.6g})".format(*corners)
        raise InputError(
            f"Polygons {what}: features {some(features.index[bad])}; the first reaches {box}",
            where=str(path),
            fix=fix,
        )
