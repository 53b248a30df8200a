"""Makes the pings of a scene, each of a kind that names why it is hard."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import shapely
from numpy.random import Generator

from bench.exactness.scenes import GROUPS, Floats, scene
from bench.polygons import Polygons

Ints = npt.NDArray[np.int64]

LEVELS = (0, 3, 6, 8, 11, 13, 16, 18, 21, 24)
"""Footfall's index has its cells at multiples of 2^-level degrees, for levels such as these."""


class Places:
    """The places of a scene by what pings are drawn from: vertices, edges, boxes, holes."""

    def __init__(self, shapes: Polygons, group: Ints) -> None:
        self.shapes, self.group = shapes, group
        rings, part = (
            shapely.get_rings(shapely.get_parts(shapes)),
            shapely.get_parts(shapes, return_index=True)[1],
        )
        in_part = shapely.get_rings(shapely.get_parts(shapes), return_index=True)[1]
        self.vertices, ring = shapely.get_coordinates(rings, return_index=True)
        joined = ring[1:] == ring[:-1]
        self.edges = np.hstack([self.vertices[:-1], self.vertices[1:]])[joined]
        self.edge_group = group[part[in_part[ring[:-1][joined]]]]
        first = np.append(True, in_part[1:] != in_part[:-1])
        self.holes = shapely.polygons(rings[~first])

    def of(self, *names: str) -> npt.NDArray[np.bool_]:
        """Which places are of the groups."""
        return np.isin(self.group, [GROUPS.index(name) for name in names])

    def edges_of(self, *names: str) -> Floats:
        """The edges of the groups, (n, 4)."""
        return self.edges[np.isin(self.edge_group, [GROUPS.index(name) for name in names])]


def vertex(chance: Generator, places: Places, number: int) -> Floats:
    """On a vertex."""
    return chance.choice(places.vertices, number)


def edge(chance: Generator, places: Places, number: int) -> Floats:
    """On an edge of the lattice, at a multiple of a sixteenth of it: no rounding."""
    ends = chance.choice(places.edges_of("lattice"), number)
    return ends[:, :2] + (ends[:, 2:] - ends[:, :2]) * chance.integers(1, 16, (number, 1)) / 16


def beside_vertex(chance: Generator, places: Places, number: int) -> Floats:
    """One step of a double from a vertex, in one of eight directions."""
    return _stepped(chance, vertex(chance, places, number))


def beside_edge(chance: Generator, places: Places, number: int) -> Floats:
    """At the doubles nearest to a point of an edge of any slope, or one step from there."""
    return _moved(chance, _along(chance, places.edges_of("lattice", "stars", "holes", "world"), number))


def cell_border(chance: Generator, places: Places, number: int) -> Floats:
    """On a side or a corner of a cell of footfall's index, or one step beside."""
    points = np.where(
        chance.random((number, 1)) < 0.5,
        _along(chance, places.edges, number),
        _in_boxes(chance, places.shapes, number),
    )
    level = 2.0 ** chance.choice(LEVELS, (number, 1))
    snapped = np.floor(points * level) / level
    return _moved(chance, np.where(chance.random((number, 2)) < 0.7, snapped, points))


def hole(chance: Generator, places: Places, number: int) -> Floats:
    """In a hole, on its outline or a step beside it."""
    rim = _edges(shapely.get_exterior_ring(places.holes))
    beside = _moved(chance, _along(chance, rim, number // 2))
    within = _accepted(
        chance, places.holes, number - len(beside), lambda points: _held(places.holes, points) > 0
    )
    return np.vstack([beside, within])


def overlap(chance: Generator, places: Places, number: int) -> Floats:
    """In two places or more."""
    stars = places.shapes[places.of("stars")]
    return _accepted(chance, stars, number, lambda points: _held(stars, points) > 1)


def sliver(chance: Generator, places: Places, number: int) -> Floats:
    """Along a triangle that is a few steps wide, up to three steps beside."""
    points = _along(chance, places.edges_of("slivers"), number)
    return points + np.spacing(points) * chance.integers(-3, 4, points.shape)


def pole(chance: Generator, places: Places, number: int) -> Floats:
    """At a pole or one step from it, above all at longitudes of vertices."""
    lon = np.where(
        chance.random(number) < 0.5,
        vertex(chance, places, number)[:, 0],
        chance.uniform(-180, 180, number),
    )
    points = np.column_stack([lon, chance.choice([-90.0, 90.0], number)])
    return _moved(chance, points)


def antimeridian(chance: Generator, places: Places, number: int) -> Floats:
    """At longitude 180 or -180, or one step from it; half of them at the latitude of a vertex that is there."""
    there = places.vertices[np.abs(places.vertices[:, 0]) == 180, 1]
    lat = np.where(chance.random(number) < 0.5, chance.choice(there, number), chance.uniform(-90, 90, number))
    return _moved(chance, np.column_stack([chance.choice([-180.0, 180.0], number), lat]))


def near_zero(chance: Generator, places: Places, number: int) -> Floats:
    """Beside edges that pass by the point (0, 0), as often a millionth of a degree from there as far away."""
    ends = chance.choice(places.edges_of("zero"), number)
    far = 10.0 ** chance.uniform(-16, 0, (number, 1))
    return _moved(chance, ends[:, :2] + (ends[:, 2:] - ends[:, :2]) * far)


def anywhere(chance: Generator, places: Places, number: int) -> Floats:
    """Anywhere in the box of a place that is no sliver: nothing is hard about these."""
    return _in_boxes(chance, places.shapes[~places.of("slivers")], number)


KINDS: dict[str, Callable[[Generator, Places, int], Floats]] = {
    "vertex": vertex,
    "edge": edge,
    "beside a vertex": beside_vertex,
    "beside an edge": beside_edge,
    "cell border": cell_border,
    "hole": hole,
    "overlap": overlap,
    "sliver": sliver,
    "pole": pole,
    "antimeridian": antimeridian,
    "near zero": near_zero,
    "anywhere": anywhere,
}
"""Each kind of pings, as many of each."""


def drawn(seed: int, chunk: int, number: int) -> tuple[Polygons, Floats, Ints]:
    """The places of a chunk, its (n, 2) pings, and of each ping the number of its kind in KINDS.

    Equal arguments give equal answers; each chunk has places of its own.
    """
    chance = np.random.default_rng([seed, chunk])
    places = Places(*scene(chance))
    share = [number // len(KINDS) + (n < number % len(KINDS)) for n in range(len(KINDS))]
    points = [draw(chance, places, n) for draw, n in zip(KINDS.values(), share, strict=True)]
    # No ping lies outside the world, and none at -0.0, which is 0.
    world = np.clip(np.vstack(points), (-180, -90), (180, 90)) + 0.0
    return places.shapes, world, np.repeat(np.arange(len(KINDS)), share)


def _along(chance: Generator, edges: Floats, number: int) -> Floats:
    ends = chance.choice(edges, number)
    return ends[:, :2] + (ends[:, 2:] - ends[:, :2]) * chance.random((number, 1))


def _in_boxes(chance: Generator, shapes: Polygons, number: int) -> Floats:
    boxes = shapely.bounds(shapes)[chance.integers(0, len(shapes), number)]
    return boxes[:, :2] + chance.random((number, 2)) * (boxes[:, 2:] - boxes[:, :2])


def _stepped(chance: Generator, points: Floats) -> Floats:
    """One step in one of eight directions."""
    step = chance.integers(0, 8, len(points))
    step += step > 3  # not the middle of the nine
    return _neighbour(points, np.column_stack([step // 3 - 1, step % 3 - 1]))


def _moved(chance: Generator, points: Floats) -> Floats:
    """Each coordinate where it is or one step beside."""
    return _neighbour(points, chance.integers(-1, 2, points.shape))


def _neighbour(points: Floats, step: Ints) -> Floats:
    return np.where(step == 0, points, np.nextafter(points, np.where(step < 0, -np.inf, np.inf)))


def _accepted(
    chance: Generator, shapes: Polygons, number: int, wanted: Callable[[Floats], npt.NDArray[np.bool_]]
) -> Floats:
    """Points of the boxes of the shapes that are as wanted."""
    found = [np.empty((0, 2))]
    while sum(map(len, found)) < number:
        points = _in_boxes(chance, shapes, number)
        found.append(points[wanted(points)])
    return np.vstack(found)[:number]


def _held(shapes: Polygons, points: Floats) -> Ints:
    """In how many of the shapes each point lies."""
    point, _ = shapely.STRtree(shapes).query(shapely.points(points), predicate="within")
    return np.bincount(point, minlength=len(points))


def _edges(rings: Polygons) -> Floats:
    ends, ring = shapely.get_coordinates(rings, return_index=True)
    return np.hstack([ends[:-1], ends[1:]])[ring[1:] == ring[:-1]]
