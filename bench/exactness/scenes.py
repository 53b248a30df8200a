"""Makes the places of a scene: valid polygons in degrees whose outlines are hard to decide by."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import shapely
from numpy.random import Generator

from bench.polygons import Polygons

Floats = npt.NDArray[np.float64]

STEP = 2.0**-9
"""The side of a square of the lattice, in degrees: its corners, and points along its edges, are exact doubles."""

GROUPS = ("lattice", "stars", "holes", "slivers", "world", "zero")
"""What `scene` makes, in this order."""


def scene(chance: Generator) -> tuple[Polygons, npt.NDArray[np.int64]]:
    """Places, and for each the number of its group in GROUPS."""
    groups = [
        _lattice(chance),
        [_star(chance, *chance.uniform(10, 11, 2), chance.uniform(0.01, 0.2)) for _ in range(200)],
        [_ring(chance, 20 + x, 50 + y) for x in range(8) for y in range(5)],
        [_sliver(chance) for _ in range(100)],
        list(_world(chance)),
        [_from_zero(chance) for _ in range(6)],
    ]
    places = np.array([place for group in groups for place in group])
    group = np.repeat(np.arange(len(groups)), [len(each) for each in groups])
    valid = shapely.is_valid(places) & (shapely.area(places) > 0)
    return places[valid], group[valid]


def _lattice(chance: Generator) -> list[shapely.Geometry]:
    """Multipolygons with holes, and islands in the holes, that tile a part of New York; all vertices on a lattice."""
    size, number = 16, 12
    west, south = -74 + STEP * chance.integers(0, 64), 40 + STEP * chance.integers(0, 512)
    tiles = []
    for i, j in np.ndindex(size, size):
        a, b, c, d = (
            (west + STEP * (i + x), south + STEP * (j + y)) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))
        )
        halves = ((a, b, c), (a, c, d)) if chance.random() < 0.5 else ((a, b, d), (b, c, d))
        tiles += [shapely.Polygon(ring) for ring in halves]
    owner = chance.integers(0, number, len(tiles))
    return [shapely.union_all(np.array(tiles)[owner == n]) for n in range(number) if (owner == n).any()]


def _star(
    chance: Generator, x: float, y: float, radius: float, vertices: int | None = None
) -> shapely.Polygon:
    """A spiky polygon around a centre; its coordinates are any doubles."""
    corners = vertices or int(chance.integers(3, 40))
    angle = 2 * np.pi * (np.arange(corners) + 0.8 * chance.random(corners)) / corners
    reach = radius * chance.uniform(0.3, 1, corners)
    return shapely.Polygon(np.column_stack([x + reach * np.cos(angle), y + reach * np.sin(angle)]))


def _ring(chance: Generator, x: float, y: float) -> shapely.Geometry:
    """A star with a star-shaped hole."""
    return _star(chance, x, y, 0.45, 24).difference(_star(chance, x, y, 0.12, 12))


def _sliver(chance: Generator) -> shapely.Polygon:
    """A triangle up to a degree long, and one to a thousand steps of a double wide."""
    x, y = chance.uniform(-179, 179), chance.uniform(-89, 89)
    length, slope = 10.0 ** chance.uniform(-4, 0), chance.uniform(0, 2 * np.pi)
    tip = min(180.0, x + length * np.cos(slope)), min(90.0, max(-90.0, y + length * np.sin(slope)))
    wide = float(np.spacing(tip[1])) * float(2 ** chance.integers(0, 11))
    return shapely.Polygon([(x, y), tip, (tip[0], min(90.0, tip[1] + wide))])


def _world(chance: Generator) -> Iterator[shapely.Geometry]:
    """Caps around both poles, and places on both sides of longitude 180."""
    for pole in (90.0, -90.0):
        lon = np.sort(chance.uniform(-180, 180, 20))
        rim = np.column_stack([[-180, *lon, 180], pole * chance.uniform(0.7, 0.95, 22)])
        yield shapely.Polygon([*rim, (180, pole), (-180, pole)])
        at = chance.uniform(-170, 170)
        yield shapely.Polygon([(at, pole), (at - 7.3, pole * 0.97), (at + 9.1, pole * 0.96)])
    for side in (180.0, -180.0):
        for lat in chance.uniform(-60, 60, 6):
            inner = side - np.sign(side) * chance.uniform(0.1, 5, 3)
            yield shapely.Polygon(
                [(side, lat), (side, lat + 3.1), (inner[0], lat + 4), (inner[1], lat + 1.7), (inner[2], lat)]
            )


def _from_zero(chance: Generator) -> shapely.Polygon:
    """A triangle from next to the point (0, 0) to anywhere: its coordinates have few bits in common."""
    near = chance.choice([-1, 1], 2) * 10.0 ** chance.uniform(-14, -2, 2)
    return shapely.Polygon([near, *chance.uniform((-180, -90), (180, 90), (2, 2))])
