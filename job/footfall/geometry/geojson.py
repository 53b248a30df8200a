"""Shapes from the geometries of GeoJSON, many at a time."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np
import shapely

from footfall.geometry.inside import Bools, Shapes
from footfall.geometry.rings import Floats

_NUMBERS = {int, float}
_LEAST = 4
"""Points of a ring, of which the last is the first again."""

_WRONG = (TypeError, ValueError, KeyError, OverflowError)
"""What geometries raise that are not nested as their type says, or whose coordinates are no numbers."""


@dataclass(frozen=True)
class GeoJsonShapes:
    """Shapes of GeoJSON: None if one cannot be read; in which of them rings were closed, or were too short."""

    shapes: Shapes
    unclosed: Bools
    short: Bools


@dataclass
class _Rings:
    """Rings of many polygons, one after the other."""

    points: list[Floats] = field(default_factory=list)
    of_polygon: list[int] = field(default_factory=list)
    unclosed: bool = False
    short: bool = False

    def polygons(self) -> Shapes:
        """The polygons that were added."""
        coordinates = np.concatenate([*self.points, np.empty((0, 2))])
        rings = np.cumsum([0, *map(len, self.points)])
        # A ring that begins with NaN would not be closed for GEOS; infinity is refused later just as well.
        coordinates[np.isnan(coordinates)] = np.inf
        offsets = (rings, np.cumsum([0, *self.of_polygon]))
        found: Shapes = shapely.from_ragged_array(shapely.GeometryType.POLYGON, coordinates, offsets)
        return found

    def add(self, polygon: Any) -> None:
        """Take a polygon's rings, closed and of at least four points; what raises takes none."""
        read = [self._ring(ring) for ring in polygon if len(ring) > 0]
        if read and (len(polygon[0]) < 2):
            raise ValueError("an outer ring of less than two points")
        self.points.extend(read)
        self.of_polygon.append(len(read))

    def _ring(self, ring: Any) -> Floats:
        points = _points(ring)
        if ring[0][:2] != ring[-1][:2]:
            self.unclosed = True
            points = np.concatenate([points, points[:1]])
        if len(points) < _LEAST:
            self.short = True
            points = np.concatenate([points, np.repeat(points[-1:], _LEAST - len(points), axis=0)])
        return points


def from_geojson(geometries: Sequence[object]) -> GeoJsonShapes:
    """Make shapes of geometries as `json` reads them; what is not well formed becomes None.

    Rings that are not closed are closed. Polygons are flat, of other shapes heights may stay.

    Args:
        geometries: Objects with a type and coordinates, or anything else.
    """
    found = np.full(len(geometries), None, dtype=object)
    unclosed, short = np.zeros(len(geometries), bool), np.zeros(len(geometries), bool)
    rings, several = _Rings(), {}
    for i, each in enumerate(geometries):
        kind = each.get("type") if isinstance(each, dict) else None
        if kind in ("Polygon", "MultiPolygon"):
            parts = _take(rings, each, kind)
            if parts is not None:
                several[i] = (kind, *parts)
                unclosed[i], short[i] = rings.unclosed, rings.short
        elif kind == "GeometryCollection":
            found[i], unclosed[i], short[i] = _collection(each)
        elif isinstance(kind, str):
            found[i] = _other(each)
    polygons = rings.polygons()
    for i, (kind, start, end) in several.items():
        found[i] = polygons[start] if kind == "Polygon" else shapely.multipolygons(polygons[start:end])
    return GeoJsonShapes(found, unclosed, short)


def _take(rings: _Rings, geometry: Any, kind: str) -> tuple[int, int] | None:
    """Add a geometry's polygons to the rings; give where they start and end, or None if one is wrong."""
    points, start = len(rings.points), len(rings.of_polygon)
    rings.unclosed = rings.short = False
    try:
        coordinates = geometry["coordinates"]
        parts = [coordinates] if kind == "Polygon" else coordinates
        for part in parts if isinstance(parts, list) else [None]:
            rings.add(part)
    except _WRONG:
        del rings.points[points:], rings.of_polygon[start:]
        return None
    return start, len(rings.of_polygon)


def _points(ring: Iterable[Any]) -> Floats:
    """(n, 2): the points of a ring, without heights."""
    points = list(ring)
    if {*map(len, points)} != {2}:
        points = [(x, y) for x, y, *_ in points]
    numbers = [*chain.from_iterable(points)]
    if not {*map(type, numbers)} <= _NUMBERS:
        raise TypeError("coordinates are not numbers")
    return np.array(numbers, np.float64).reshape(-1, 2)


def _collection(geometry: Any) -> tuple[shapely.Geometry | None, bool, bool]:
    """A collection, or None if a part of it cannot be read; whether rings were not closed, or too short."""
    parts = geometry.get("geometries")
    if not isinstance(parts, list):
        return None, False, False
    read = from_geojson(parts)
    if any(shape is None for shape in read.shapes):
        return None, False, False
    return shapely.geometrycollections(read.shapes), bool(read.unclosed.any()), bool(read.short.any())


def _other(geometry: Any) -> shapely.Geometry | None:
    """Points and lines, which GEOS reads; they are no places, and rare."""
    try:
        return shapely.from_geojson(json.dumps(geometry), on_invalid="ignore")
    except _WRONG:
        return None
