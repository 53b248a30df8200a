"""Generated polygons and pings, ping by ping against GEOS."""

from collections.abc import Callable

import numpy as np
import pytest
import shapely
from numpy.random import Generator, default_rng
from shapely import MultiPolygon, Polygon

from footfall.locate.index.tree import build

from .oracles import found, geos, without
from .pings import all_kinds, outline, sound_for_geos
from .shapes import as_places, comb, regions, slivers, square_with_islands, star, stars, triangles, wordy

Shapes = list[Polygon | MultiPolygon]

METRE = 1 / 111_320


def neighbours(chance: Generator) -> Shapes:
    """Boxes that touch in a side, touch in a corner, overlap, hold each other and are equal."""
    corners = ((0, 0, 2, 2), (2, 0, 4, 2), (4, 2, 6, 4), (1, 1, 3, 3), (0.5, 0.5, 1, 1), (1, 1, 3, 3))
    return [shapely.box(*box) for box in corners]


def kiosk_and_hemisphere(chance: Generator) -> Shapes:
    """Squares of one metre, alone and on borders, together with half the world and its other half."""
    middles = np.vstack([chance.uniform((-180, -90), (180, 90), (20, 2)), [[0, 0], [-180, 10], [30, -90]]])
    kiosks = [shapely.box(x, y, x + METRE, y + METRE) for x, y in middles]
    return [shapely.box(-180, -90, 0, 90), shapely.box(0, -90, 180, 90), *kiosks]


def on_borders_of_cells(chance: Generator) -> Shapes:
    """Triangles whose vertices are corners of cells, of 2^-1 to 2^-20 degrees."""
    corners = [chance.integers(-8, 8, (3, 2)) / 2.0**k for k in range(1, 21) for _ in range(10)]
    return [shape for shape in map(Polygon, corners) if shape.area > 0]


SETS: dict[str, Callable[[Generator], Shapes]] = {
    "stars": lambda chance: stars(chance, 200),
    "regions with holes and islands": lambda chance: regions(chance, 16, 5, 0.125, -1, -1),
    "regions of centimetres": lambda chance: regions(chance, 8, 3, 2.0**-23, -74, 40.75),
    "neighbours": neighbours,
    "islands in a hole": lambda chance: square_with_islands(),
    "kiosk and hemisphere": kiosk_and_hemisphere,
    "on borders of cells": on_borders_of_cells,
    "slivers": lambda chance: slivers(),
    "needles": lambda chance: [comb(100), shapely.transform(comb(100), lambda xy: xy[:, ::-1])],
    "repeated vertices in line": lambda chance: [wordy(t, 8) for t in triangles(3, 0.25)],
    "10,000 vertices": lambda chance: [star(chance, 10_000, 0.3, 0.4)],
    "1,000 equal places": lambda chance: [star(chance, 12)] * 1000,
}


@pytest.mark.parametrize("name", SETS)
def test_places_of_every_ping_are_those_of_geos(name: str) -> None:
    """Contains for `open`, covers for `closed`, and on a boundary are those that covers has and contains has not."""
    chance = default_rng(sum(name.encode()))
    shapes = SETS[name](chance)
    assert shapely.is_valid(np.array(shapes)).all()
    points = sound_for_geos(all_kinds(chance, shapes, 100 if len(shapes) == 1000 else 3000))
    opened, closed = geos(shapes, points, "open"), geos(shapes, points, "closed")
    assert len(opened) > 30
    index = build(as_places(shapes))
    for boundary, expected in (("open", opened), ("closed", closed)):
        pairs, on_boundary = found(index, points, boundary)
        np.testing.assert_array_equal(pairs, expected)
        np.testing.assert_array_equal(on_boundary, without(closed, opened))


def test_every_vertex_is_on_the_boundary_and_outside_when_open() -> None:
    """A star's own vertices: none inside, all on its boundary."""
    shape = star(default_rng(5), 1000)
    vertices, _ = outline([shape])
    pairs, on_boundary = found(build(as_places([shape])), vertices, "open")
    assert len(pairs) == 0
    assert on_boundary.tolist() == list(range(len(vertices)))


def test_a_ping_is_in_each_of_a_thousand_equal_places() -> None:
    """The middle of 1,000 squares on top of each other is in all, a corner in none, or all if it counts as inside."""
    index = build(as_places([shapely.box(0, 0, 1, 1)] * 1000))
    points = np.array([[0.5, 0.5], [0, 0], [2, 2]])
    pairs, on_boundary = found(index, points, "open")
    assert pairs.tolist() == [[0, n] for n in range(1000)]
    assert on_boundary.tolist() == [1] * 1000
    assert found(index, points, "closed")[0].tolist() == [[p, n] for p in (0, 1) for n in range(1000)]
