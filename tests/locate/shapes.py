"""Polygons to find pings in, drawn by chance from a seed or by hand."""

from itertools import pairwise

import numpy as np
import shapely
from numpy.random import Generator
from shapely import MultiPolygon, Polygon

from footfall.schema import Place


def as_places(polygons: list[Polygon | MultiPolygon]) -> tuple[Place, ...]:
    """The polygons as places, in this order."""
    return tuple(
        Place(f"p{i:05d}", None, None, wkb) for i, wkb in enumerate(shapely.to_wkb(np.array(polygons)))
    )


def star(chance: Generator, vertices: int, lon: float = 0, lat: float = 0, radius: float = 1) -> Polygon:
    """A spiky polygon around a centre."""
    angle = np.sort(chance.uniform(0, 2 * np.pi, vertices))
    reach = radius * chance.uniform(0.2, 1, vertices)
    return Polygon(np.column_stack([lon + reach * np.cos(angle), lat + reach * np.sin(angle)]))


def stars(chance: Generator, number: int) -> list[Polygon]:
    """Small stars that overlap here and there; those that cross themselves are left out."""
    drawn = (
        star(chance, int(chance.integers(3, 40)), *chance.uniform(-1, 1, 2), chance.uniform(0.001, 0.3))
        for _ in range(number)
    )
    return [shape for shape in drawn if shape.is_valid]


def triangles(size: int, step: float, lon: float = 0, lat: float = 0) -> list[Polygon]:
    """A square of size x size lattice squares, each cut along one diagonal or the other: they tile it."""
    found = []
    for i, j in np.ndindex(size, size):
        a, b, c, d = (
            (lon + step * (i + x), lat + step * (j + y)) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))
        )
        cut = ((a, b, c), (a, c, d)) if (i * 7 + j * 3) % 5 < 3 else ((a, b, d), (b, c, d))
        found += [Polygon(ring) for ring in cut]
    return found


def regions(
    chance: Generator, size: int, number: int, step: float, lon: float = 0, lat: float = 0
) -> list[Polygon | MultiPolygon]:
    """A tiling by `number` ragged multipolygons with holes, and islands in the holes, all on one lattice."""
    tiles = np.array(triangles(size, step, lon, lat))
    owner = chance.integers(0, number, len(tiles))
    return [shapely.union_all(tiles[owner == n]) for n in range(number) if (owner == n).any()]


def comb(teeth: int) -> Polygon:
    """A comb whose needles are 5,000 times as long as wide, on the edges of a handle."""
    x = np.arange(2 * teeth - 1) / (2 * teeth)
    tips = np.column_stack([x, np.arange(2 * teeth - 1) % 2 == 0])
    return Polygon(np.vstack([tips, [[x[-1], -0.25], [0, -0.25]]]))


def slivers() -> list[Polygon]:
    """Triangles as thin as doubles allow, at slopes where rounding bites."""
    found = []
    for lon, lat in ((0.1, 0.2), (-73.98, 40.75), (179.9, -89.9)):
        for dx, dy in ((0.7, 0.3), (1e-3, 1.0), (1.0, 1e-3)):
            tip = (lon - dx / 3, lat + dy / 3)
            above = (tip[0], np.nextafter(np.nextafter(tip[1], 90), 90))
            found.append(Polygon([(lon, lat), tip, above]))
    return found


def square_with_islands() -> list[Polygon | MultiPolygon]:
    """A square with a hole, an island in the hole that touches it, one that does not, and a lake in that one."""
    ring = shapely.box(0, 0, 8, 8).difference(shapely.box(1, 1, 7, 7))
    island = shapely.box(2, 2, 4, 4).difference(shapely.box(2.5, 2.5, 3.5, 3.5))
    touching = Polygon([(7, 4), (5, 5), (5, 3)])
    return [ring, MultiPolygon([island, touching]), MultiPolygon([*ring_parts(ring), island]), touching]


def ring_parts(polygon: Polygon) -> list[Polygon]:
    """The polygon as a list of its parts."""
    return list(shapely.get_parts(polygon))


def wordy(polygon: Polygon, times: int) -> Polygon:
    """The same square lattice polygon with each edge cut into `times` collinear pieces, and each vertex given twice."""
    corners = shapely.get_coordinates(polygon)
    pieces = [a + (b - a) * k / times for a, b in pairwise(corners) for k in range(times)]
    return Polygon(np.repeat([*pieces, corners[0]], 2, axis=0))
