"""Finds the reference system of places with PROJ, and converts their coordinates to WGS84."""

import warnings
from pathlib import Path

import numpy as np
import pyproj
from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import AreaOfInterest, TransformerGroup

from footfall import geometry
from footfall.errors import InputError, SettingsError
from footfall.read.places.crs import WGS84, refuse
from footfall.read.places.features import Features

_UNDEFINED = "undefined"
"""How the names of those systems begin that a GeoPackage gives to layers of unknown systems."""

_OLDER = ("GEOGCS[", "PROJCS[")
_SURE = 90
"""Per cent of confidence with which PROJ says that a text means a registered system."""


def of(features: Features, named: str | None, path: Path) -> pyproj.CRS:
    """The reference system that holds, without heights; one that is not tied to the earth is as none.

    Args:
        features: What the file states, and what its format says of files that state none.
        named: The system of the settings.
        path: The file, for messages.

    Raises:
        InputError: No system is known, or the file and the settings contradict each other.
        SettingsError: The system of the settings is not known.
    """
    wanted = None if named is None else _named(named)
    known, unusable, cause = _stated(features.crs)
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
    if features.default is not None:
        return pyproj.CRS(features.default)
    but = f" but {unusable!r}, which cannot be used" if unusable else ""
    raise InputError(
        f"The places state no coordinate reference system{but}",
        where=f"{path}, setting places.crs",
        fix="Say it by the setting places.crs, as in EPSG:4326, or add it to the file (a shapefile's .prj).",
    ) from cause


def to_wgs84(features: Features, system: pyproj.CRS, path: Path) -> tuple[Features, str, list[str]]:
    """The features in WGS84, the name of the system they were in, and notes on what was done.

    Raises:
        InputError: There is no way to WGS84, or polygons cross the antimeridian.
    """
    if _same(system, pyproj.CRS(WGS84)):
        return features, WGS84, []
    try:
        move = pyproj.Transformer.from_crs(system, WGS84, always_xy=True).transform
        moved = features.with_shapes(geometry.moved(features.shapes, move))
    except ProjError as failure:
        raise InputError(
            f"{system.name} cannot be reprojected to WGS84: {failure}",
            where=str(path),
            fix="Give the places in WGS84 (EPSG:4326).",
        ) from failure
    away = ~geometry.finite(moved.shapes)
    refuse(features, away, f"have coordinates that {system.name} does not know", path)
    refuse(
        features,
        _crosses_antimeridian(features.shapes, moved.shapes, system),
        "cross the antimeridian",
        path,
        fix="Give the places in WGS84 (EPSG:4326), these polygons split at longitude 180.",
    )
    note = f"Places were reprojected from {system.name} to WGS84{_accuracy(moved.shapes, system)}."
    return moved, str(system.name), [note]


def _stated(crs: str | None) -> tuple[pyproj.CRS | None, str, CRSError | None]:
    """The system that a file states, without heights; if it is unusable None, its name, and the error if any."""
    if not crs:
        return None, "", None
    try:
        found = pyproj.CRS.from_user_input(crs)
    except CRSError as failure:
        return None, crs[:60], failure
    if not _on_earth(found) or found.name.lower().startswith(_UNDEFINED):
        return None, found.name, None
    return _registered(found, crs).to_2d(), "", None


def _registered(found: pyproj.CRS, crs: str) -> pyproj.CRS:
    """The EPSG system for the older text of a .prj, which leaves out details; other systems unchanged."""
    number = found.to_epsg(min_confidence=_SURE) if crs.startswith(_OLDER) else None
    return found if number is None else pyproj.CRS.from_epsg(number)


def _named(crs: str) -> pyproj.CRS:
    """The system that the settings name, without heights."""
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


def _crosses_antimeridian(
    before: geometry.Shapes, after: geometry.Shapes, system: pyproj.CRS
) -> geometry.Bools:
    """Mask of polygons that cross the antimeridian: in degrees, a short step of theirs goes around the world."""
    found = geometry.longest_jump(after) > 180
    if found.any():
        # An edge that truly spans most of the world falls into small steps; one that crosses keeps its jump.
        move = pyproj.Transformer.from_crs(system, WGS84, always_xy=True).transform
        jump = geometry.longest_jump_on_edges(before[found], lambda x, y: move(x, y)[0])
        found[found] = jump > 180
    return found


def _accuracy(moved: geometry.Shapes, system: pyproj.CRS) -> str:
    """A clause on the accuracy of the datum shift, which PROJ chooses by the area and its grids."""
    boxes = geometry.corners(moved)
    around = [*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0)]
    west, south, east, north = np.clip(around, (-180, -90, -180, -90), (180, 90, 180, 90))
    area = AreaOfInterest(west, south, east, north)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that a grid is missing, which is said below
        ways = TransformerGroup(system, WGS84, always_xy=True, area_of_interest=area)
    metres = ways.transformers[0].accuracy if ways.transformers else -1
    right = f", right to about {metres:g} m" if metres > 0 else ""
    unsure = ", how right is not known" if metres < 0 else ""
    better = "" if ways.best_available else "; a better way needs a grid that PROJ does not have here"
    return right + unsure + better
