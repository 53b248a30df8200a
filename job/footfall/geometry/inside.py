"""Whether points lie inside polygons, by GEOS and, where that is asked for, by exact fractions."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from footfall.geometry.rings import Floats, Ints, edges

Bools = npt.NDArray[np.bool_]
Shapes = npt.NDArray[Any]

TINY = 1e-100
"""Nearer to zero, but not zero, GEOS' products may underflow, and it takes points beside an edge to be on it."""


@dataclass(frozen=True)
class OnePolygon:
    """Decides by GEOS, and where it is asked for by exact fractions, whether points lie inside one polygon."""

    polygon: shapely.Geometry
    edges: Floats

    @classmethod
    def of(cls, wkb: bytes) -> "OnePolygon":
        """The polygon of well-known binary in WGS84 degrees."""
        polygon = shapely.from_wkb(wkb)
        shapely.prepare(polygon)
        return cls(polygon, edges((wkb,))[0])

    def verdicts(self, lon: Floats, lat: Floats, boundary: str) -> tuple[Bools, Bools]:
        """Whether each point is inside, and whether it lies exactly on the boundary.

        Args:
            lon: Degrees.
            lat: Degrees.
            boundary: `open`: a point on the boundary is outside (OGC Contains); `closed`: it is inside (OGC Covers);
                `half_open`: it is inside where the polygon lies to its upper right, so that in a tiling of polygons
                with common edges each point has exactly one.
        """
        inside = shapely.contains_xy(self.polygon, lon, lat)
        on_boundary = shapely.intersects_xy(self.polygon, lon, lat) & ~inside
        for i in np.flatnonzero(_tiny(lon) | _tiny(lat) | _tiny(self.edges).any()):
            on_boundary[i] = _on_an_edge(float(lon[i]), float(lat[i]), self.edges)
            inside[i] = not on_boundary[i] and _crosses_oddly(float(lon[i]), float(lat[i]), self.edges)
        if boundary == "closed":
            return inside | on_boundary, on_boundary
        if boundary == "half_open":
            for i in np.flatnonzero(on_boundary):
                inside[i] = _crosses_oddly(float(lon[i]), float(lat[i]), self.edges)
        return inside, on_boundary


@dataclass(frozen=True)
class AllPolygons:
    """Looks points up in all polygons by GEOS alone, without any index of ours."""

    polygons: Shapes
    tree: shapely.STRtree
    doubtful: Bools

    @classmethod
    def of(cls, wkb: tuple[bytes, ...]) -> "AllPolygons":
        """The polygons of well-known binary in WGS84 degrees."""
        polygons = shapely.from_wkb(wkb)
        points, owner = shapely.get_coordinates(polygons, return_index=True)
        doubtful = np.zeros(len(polygons), bool)
        doubtful[owner[_tiny(points).any(axis=1)]] = True
        return cls(polygons, shapely.STRtree(polygons), doubtful)

    def differing(self, lon: Floats, lat: Floats, point: Ints, polygon: Ints, boundary: str) -> int:
        """How many points were not found in exactly the polygons that hold them.

        Of points and polygons nearer to zero than TINY, where GEOS underflows, nothing is said.

        Args:
            lon: Degrees.
            lat: Degrees.
            point: Numbers of points that were found in a polygon.
            polygon: The numbers of these polygons.
            boundary: As for `OnePolygon`; with `half_open` a point on a boundary may be inside or not.
        """
        reached = self.tree.query(shapely.points(lon, lat), predicate="intersects")
        within = shapely.contains_xy(self.polygons[reached[1]], lon[reached[0]], lat[reached[0]])
        closed = set(zip(*reached.tolist(), strict=True))
        opened = set(zip(*reached[:, within].tolist(), strict=True))
        found = set(zip(point.tolist(), polygon.tolist(), strict=True))
        least, most = (opened, opened) if boundary == "open" else (closed, closed)
        if boundary == "half_open":
            least, most = opened, closed
        unsure = _tiny(lon) | _tiny(lat)
        differing = (least - found) | (found - most)
        return len({i for i, number in differing if not (unsure[i] or self.doubtful[number])})


def _crosses_oddly(x: float, y: float, edges: Floats) -> bool:
    """Whether a ray from the point to larger x crosses an odd number of edges; one through the point does not count.

    An edge takes part where its lower end is at or below y and its upper end above: the half-open rule of the
    crossing number (Shimrat 1962, corrected by Hacker), here without rounding.
    """
    straddling = edges[(edges[:, 1] > y) != (edges[:, 3] > y)]
    odd = False
    for edge in straddling.tolist():
        side = _side(x, y, edge)
        if side != 0 and (side > 0) == (edge[3] > edge[1]):
            odd = not odd
    return odd


def _on_an_edge(x: float, y: float, edges: Floats) -> bool:
    """Whether the point lies on an edge, without rounding."""
    low, high = np.minimum(edges[:, :2], edges[:, 2:]), np.maximum(edges[:, :2], edges[:, 2:])
    near = edges[((low <= (x, y)) & ((x, y) <= high)).all(axis=1)]
    return any(_side(x, y, edge) == 0 for edge in near.tolist())


def _side(x: float, y: float, edge: list[float]) -> Fraction:
    """Above zero if the point lies left of the edge, looking along it; zero in line with it."""
    x1, y1, x2, y2 = (Fraction(v) for v in edge)
    return (x1 - Fraction(x)) * (y2 - Fraction(y)) - (y1 - Fraction(y)) * (x2 - Fraction(x))


def _tiny(degrees: Floats) -> Bools:
    """Which numbers are nearer to zero than TINY, but not zero."""
    found: Bools = (degrees != 0) & (np.abs(degrees) < TINY)
    return found


def nearly_zero(shapes: Shapes) -> Bools:
    """Which shapes have a coordinate that is nearer to zero than TINY, and not zero; GEOS may crash on them."""
    points, shape_of_point = shapely.get_coordinates(shapes, return_index=True)
    found = np.zeros(len(shapes), dtype=bool)
    found[shape_of_point[_tiny(points).any(axis=1)]] = True
    return found
