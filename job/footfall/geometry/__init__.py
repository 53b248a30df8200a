"""Operations on shapes with GEOS; only this room imports shapely."""

from collections.abc import Callable
from typing import Any

import numpy as np
import shapely

from footfall.geometry.binary import ReadShapes as ReadShapes
from footfall.geometry.binary import from_wkb as from_wkb
from footfall.geometry.binary import from_wkt as from_wkt
from footfall.geometry.binary import srid_of as srid_of
from footfall.geometry.geojson import GeoJsonShapes as GeoJsonShapes
from footfall.geometry.geojson import from_geojson as from_geojson
from footfall.geometry.inside import TINY as TINY
from footfall.geometry.inside import AllPolygons as AllPolygons
from footfall.geometry.inside import Bools as Bools
from footfall.geometry.inside import OnePolygon as OnePolygon
from footfall.geometry.inside import Shapes as Shapes
from footfall.geometry.inside import nearly_zero as nearly_zero
from footfall.geometry.points import MULTIPOINT
from footfall.geometry.points import are_points as are_points
from footfall.geometry.points import coordinates as coordinates
from footfall.geometry.points import points as points
from footfall.geometry.points import within_the_world as within_the_world
from footfall.geometry.rings import MULTIPOLYGON, POLYGON
from footfall.geometry.rings import Floats as Floats
from footfall.geometry.rings import Ints as Ints
from footfall.geometry.rings import edges as edges

GEOS_VERSION: str = shapely.geos_version_string

GEOSError = shapely.errors.ShapelyError

COLLECTION = 7
"""GEOS' type number of a collection of shapes."""


def outlines(wkb: tuple[bytes, ...], tolerance: float) -> list[list[list[list[float]]]]:
    """The rings of each polygon, thinned to `tolerance` degrees, for drawing; a ring is a list of [lon, lat]."""
    parts, polygon = shapely.get_parts(shapely.simplify(shapely.from_wkb(wkb), tolerance), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points = np.round(shapely.get_coordinates(rings), 7).tolist()
    ends = np.cumsum(shapely.get_num_coordinates(rings)).tolist()
    found: list[list[list[list[float]]]] = [[] for _ in wkb]
    for number, begin, end in zip(polygon[part].tolist(), [0, *ends], ends, strict=False):
        found[number].append(points[begin:end])
    return found


def bounds(wkb: tuple[bytes, ...]) -> tuple[float, float, float, float]:
    """The smallest box around all polygons: lon, lat, lon, lat in degrees."""
    lon0, lat0, lon1, lat1 = (float(v) for v in shapely.total_bounds(shapely.from_wkb(wkb)))
    return lon0, lat0, lon1, lat1


def from_ragged(kind: str, coordinates: Floats, offsets: tuple[Ints, ...]) -> Shapes:
    """Shapes from arrays, as GeoArrow nests them.

    Args:
        kind: `point`, `multipoint`, `polygon` or `multipolygon`.
        coordinates: (n, 2) all points; rings are closed, and have four at least.
        offsets: Where rings start in the points, polygons in the rings and multipolygons in the polygons; of
            multipoints where each starts in the points; of points none.
    """
    of_kind = shapely.GeometryType[kind.upper()]
    found: Shapes = shapely.from_ragged_array(of_kind, coordinates, offsets)
    return found


def kinds(shapes: Shapes) -> list[str]:
    """The OGC name of each shape's type, such as `MultiPolygon`; empty for null."""
    return [getattr(shape, "geom_type", "") for shape in shapes]


def are_polygons(shapes: Shapes) -> Bools:
    """Mask of shapes that are polygons or multipolygons."""
    return np.isin(shapely.get_type_id(shapes), (POLYGON, MULTIPOLYGON))


def flat(shapes: Shapes) -> Shapes:
    """The shapes without heights and measures; x and y keep every bit."""
    found: Shapes = shapely.force_2d(shapes)
    return found


def absent(shapes: Shapes) -> Bools:
    """Mask of shapes that are null or empty."""
    found: Bools = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    return found


def from_collections(shapes: Shapes) -> Shapes:
    """The shapes; of collections that hold nothing but polygons, multipolygons; of one point in a list, the point."""
    found = shapes.copy()
    for i in np.flatnonzero(shapely.get_type_id(shapes) == MULTIPOINT):
        if shapely.get_num_geometries(shapes[i]) == 1:
            found[i] = shapely.get_geometry(shapes[i], 0)
    for i in np.flatnonzero(shapely.get_type_id(shapes) == COLLECTION):
        parts = shapely.get_parts(shapes[i])
        while np.isin(shapely.get_type_id(parts), (MULTIPOLYGON, COLLECTION)).any():
            parts = shapely.get_parts(parts)
        parts = parts[~shapely.is_empty(parts)]
        if len(parts) and (shapely.get_type_id(parts) == POLYGON).all():
            found[i] = shapely.multipolygons(parts)
    return found


def finite(shapes: Shapes) -> Bools:
    """Mask of shapes whose coordinates are all finite."""
    points, shape_of_point = shapely.get_coordinates(shapes, return_index=True)
    found = np.ones(len(shapes), dtype=bool)
    found[shape_of_point[~np.isfinite(points).all(axis=1)]] = False
    return found


def invalid(shapes: Shapes) -> Bools:
    """Mask of polygons that are invalid by OGC Simple Features, for example by a ring that crosses itself."""
    found: Bools = ~shapely.is_valid(shapes)
    return found


def reason(shape: shapely.Geometry) -> str:
    """Why a polygon is not valid, and where, as in `Self-intersection[1 1]`."""
    return str(shapely.is_valid_reason(shape))


def repaired(shapes: Shapes) -> Shapes:
    """Valid polygons that cover what the rings enclose; parts without an area vanish.

    Both loops of a ring that crosses itself count; so does a hole that lies outside of its shell.
    """
    with np.errstate(
        all="ignore"
    ):  # of coordinates that say nothing, as 1e-300; what comes out is looked at again
        found: Shapes = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    return found


def without_area(shapes: Shapes) -> Bools:
    """Which shapes are empty or not polygons."""
    found: Bools = shapely.is_empty(shapes) | ~are_polygons(shapes)
    return found


def joined(shapes: Shapes) -> shapely.Geometry:
    """One valid polygon or multipolygon that covers what any of the shapes covers.

    Shapes that have no edge and no area in common keep every vertex bit for bit.
    """
    parts = shapely.get_parts(shapes)
    together = shapely.multipolygons(parts[~shapely.is_empty(parts)])
    return together if shapely.is_valid(together) else shapely.union_all(shapes)


def overlapping(shapes: Shapes) -> bool:
    """Whether any two polygons have area in common."""
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    first, second = pairs[:, pairs[0] < pairs[1]]
    return bool(shapely.relate_pattern(shapes[first], shapes[second], "T********").any())


def longest_jump(shapes: Shapes) -> Floats:
    """Each polygon's longest step in longitude between two neighbouring vertices, in degrees; 0 of other shapes."""
    longest, are = np.zeros(len(shapes)), are_polygons(shapes)
    found, offsets = edges(tuple(to_wkb(shapes[are])))
    longest[are] = _largest(np.abs(found[:, 2] - found[:, 0]), offsets)
    return longest


def longest_jump_on_edges(shapes: Shapes, to_degrees: Callable[[Floats, Floats], Floats]) -> Floats:
    """Each polygon's longest step in longitude between two points on an edge, a 64th of it apart, in degrees.

    Args:
        shapes: Polygons in any plane.
        to_degrees: Gives the longitudes of points of that plane, from their x and y.
    """
    found, offsets = edges(tuple(to_wkb(shapes)))
    part = np.linspace(0, 1, 65)
    x, y = (found[:, [i]] * (1 - part) + found[:, [i + 2]] * part for i in (0, 1))
    return _largest(np.abs(np.diff(to_degrees(x, y))).max(axis=1), offsets)


def _largest(values: Floats, offsets: Ints) -> Floats:
    """The largest value of each polygon's edges; 0 if it has none."""
    owner = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    found = np.zeros(len(offsets) - 1)
    np.maximum.at(found, owner, values)
    return found


def farthest(shapes: Shapes) -> Floats:
    """(n, 2): each shape's largest distance from zero in x and in y."""
    found: Floats = np.abs(shapely.bounds(shapes)).reshape(-1, 2, 2).max(axis=1)
    return found


def corners(shapes: Shapes) -> Floats:
    """(n, 4): the smallest box around each shape: x, y, x, y."""
    found: Floats = shapely.bounds(shapes).reshape(-1, 4)
    return found


def moved(shapes: Shapes, to: Callable[[Any, Any], tuple[Any, Any]]) -> Shapes:
    """The shapes with each vertex at another place; `to` gives the new x and y of many points."""
    found: Shapes = shapely.transform(shapes, lambda points: np.column_stack(to(points[:, 0], points[:, 1])))
    return found


def clamped(shapes: Shapes) -> Shapes:
    """The shapes with coordinates beyond 180 or 90 degrees set to these."""
    found: Shapes = shapely.transform(shapes, lambda points: np.clip(points, (-180, -90), (180, 90)))
    return found


def to_wkb(shapes: Shapes) -> list[bytes]:
    """Well-known binary, every bit of the coordinates kept."""
    return [bytes(each) for each in shapely.to_wkb(shapes)]
