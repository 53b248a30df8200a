"""The nearest points of polygons, and what a polygon consists of."""

from dataclasses import dataclass
from math import cos, radians

import numpy as np
import shapely

from footfall.geometry.inside import Shapes
from footfall.geometry.rings import Floats, Ints

CANDIDATES = 8
"""So many polygons that seem nearest are given, for others to measure which of them is."""

_TURNS = (-360.0, 0.0, 360.0)


@dataclass(frozen=True)
class Ring:
    """A closed ring of a polygon in degrees, and whether it is a hole; `part` numbers the polygons of a place."""

    lon: Floats
    lat: Floats
    part: int
    is_hole: bool


def rings(wkb: bytes) -> list[Ring]:
    """The rings of a polygon or multipolygon, the outer one of each part first."""
    found = []
    for part, polygon in enumerate(shapely.get_parts(shapely.from_wkb(wkb))):
        for number, ring in enumerate(shapely.get_rings(polygon)):
            lon, lat = shapely.get_coordinates(ring).T
            found.append(Ring(lon, lat, part, number > 0))
    return found


def shared(one: bytes, other: bytes) -> bytes | None:
    """The ground that two polygons share, as a polygon or multipolygon; None if they share none."""
    both = shapely.intersection(shapely.from_wkb(one), shapely.from_wkb(other))
    parts = shapely.get_parts(both, return_index=False)
    polygons = [part for part in parts if shapely.get_dimensions(part) == 2 and not shapely.is_empty(part)]
    if not polygons:
        return None
    return bytes(shapely.to_wkb(polygons[0] if len(polygons) == 1 else shapely.union_all(polygons)))


def with_hole_around(wkb: tuple[bytes, ...], lon: float, lat: float) -> list[int]:
    """The numbers of the polygons in a hole of which a point lies, or on the edge of it."""
    polygons = shapely.from_wkb(wkb)
    boxes = shapely.bounds(polygons)
    near = (boxes[:, 0] <= lon) & (lon <= boxes[:, 2]) & (boxes[:, 1] <= lat) & (lat <= boxes[:, 3])
    return [number for number in np.flatnonzero(near).tolist() if _is_in_hole(polygons[number], lon, lat)]


def _is_in_hole(polygon: shapely.Geometry, lon: float, lat: float) -> bool:
    parts = shapely.get_parts(polygon)
    holes = [shapely.polygons(ring) for part in parts for ring in shapely.get_rings(part)[1:]]
    return bool(len(holes) and shapely.intersects_xy(np.array(holes, object), lon, lat).any())


def candidates(wkb: tuple[bytes, ...], lon: float, lat: float) -> tuple[Ints, Floats]:
    """The polygons that seem nearest to a point, and the point on each that does.

    Degrees of longitude are scaled by the cosine of the latitude, so what is far away is compared roughly: which of
    these is the nearest is for a measure of the earth to say.

    Returns:
        The numbers of at most CANDIDATES polygons; and (n, 2) longitudes and latitudes on them.
    """
    scale = _scale(lat)
    shapes = _scaled(shapely.from_wkb(wkb), scale)
    turned = [shapely.points((lon + turn) * scale, lat) for turn in _TURNS]
    distances = np.min([shapely.distance(shapes, point) for point in turned], axis=0)
    nearest = np.argsort(distances, kind="stable")[:CANDIDATES]
    points = np.concatenate([_on(shapes[[number]], turned, scale) for number in nearest.tolist()])
    return nearest.astype(np.int64), points


@dataclass(frozen=True)
class Outline:
    """A polygon, and how far degrees of longitude are scaled to measure distances to it."""

    polygon: shapely.Geometry
    scale: float

    @classmethod
    def of(cls, wkb: bytes) -> "Outline":
        """The outline of a polygon in degrees, scaled as at the middle of it."""
        shape = shapely.from_wkb(wkb)
        _, south, _, north = shapely.bounds(shape).tolist()
        scale = _scale((south + north) / 2)
        polygon = _scaled(np.array([shape]), scale)[0]
        shapely.prepare(polygon)
        return cls(polygon, scale)

    def nearest(self, lon: Floats, lat: Floats) -> Floats:
        """(n, 2): the point of the polygon that is nearest to each of n points; of points in it, they themselves."""
        lines = shapely.shortest_line(self.polygon, shapely.points(lon * self.scale, lat))
        found: Floats = shapely.get_coordinates(lines).reshape(-1, 2, 2)[:, 0]
        found[:, 0] /= self.scale
        return found


def _on(shapes: Shapes, turned: list[shapely.Geometry], scale: float) -> Floats:
    """(1, 2): the point of a polygon that is nearest to any of these points, which are the same turned around."""
    lines = [shapely.shortest_line(shapes, point) for point in turned]
    best = lines[int(np.argmin([shapely.length(line)[0] for line in lines]))]
    found: Floats = shapely.get_coordinates(best)[:1] / (scale, 1)
    return found


def _scale(lat: float) -> float:
    """At the poles a little more than nothing, so that points keep their longitude."""
    return max(cos(radians(lat)), 1e-6)


def _scaled(shapes: Shapes, scale: float) -> Shapes:
    found: Shapes = shapely.transform(shapes, lambda points: points * (scale, 1))
    return found
