"""The half-open rule: in a tiling each ping has exactly one tile; off all boundaries the three rules agree."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import default_rng
from shapely import Polygon

from footfall.locate.index.tree import build

from .oracles import found
from .pings import Points, anywhere, beside, on_cell_borders, outline
from .shapes import as_places, regions, stars, triangles


def rectangles(east: list[float], north: list[float]) -> list[Polygon]:
    """The rectangles between these meridians and parallels."""
    return [
        shapely.box(west, south, east[i + 1], north[j + 1])
        for i, west in enumerate(east[:-1])
        for j, south in enumerate(north[:-1])
    ]


def fan() -> list[Polygon]:
    """Triangles around one point, with slopes that no double holds, up to a common square."""
    rim = [(3, -1), (3, 1), (3, 3), (1, 3), (-1, 3), (-3, 3), (-3, 1), (-3, -1), (-3, -3), (-1, -3), (1, -3)]
    rim = [*rim, (3, -3), (3, -1)]
    return [Polygon([(0.1, 0.2), a, b]) for a, b in pairwise(rim)]


TILINGS = {
    "triangles": lambda: triangles(6, 0.25, -0.75, -0.75),
    "ragged regions": lambda: regions(default_rng(3), 10, 4, 2.0**-12, -74, 40.75),
    "rectangles": lambda: rectangles([-180, -0.1, 0, 1 / 3, 0.7, 180], [-90, -1 / 7, 0, 1e-9, 90]),
    "fan": fan,
}


@pytest.mark.parametrize("name", TILINGS)
def test_each_ping_of_a_tiling_has_exactly_one_tile(name: str) -> None:
    """Also on shared vertices and edges, one double beside them, and on cell borders; the far sides are outside."""
    tiles = TILINGS[name]()
    vertices, middles = outline(tiles)
    spots = np.vstack([vertices, middles])
    points = np.vstack([beside(spots), on_cell_borders(middles[:20]), anywhere(default_rng(4), tiles, 1000)])
    west, south, east, north = shapely.total_bounds(np.array(tiles))
    lon, lat = points.T
    covered = (west <= lon) & (lon < east) & (south <= lat) & (lat < north)
    pairs, _ = found(build(as_places(tiles)), points, "half_open")
    assert pairs[:, 0].tolist() == np.flatnonzero(covered).tolist()


def test_a_square_holds_its_lower_and_left_sides_only() -> None:
    """The eight corners and middles of the sides of a unit square, by eye."""
    points = np.array([[0, 0], [0.5, 0], [1, 0], [1, 0.5], [1, 1], [0.5, 1], [0, 1], [0, 0.5]])
    pairs, on_boundary = found(build(as_places([shapely.box(0, 0, 1, 1)])), points, "half_open")
    assert points[pairs[:, 0]].tolist() == [[0, 0], [0.5, 0], [0, 0.5]]
    assert on_boundary.tolist() == list(range(8))


def test_a_hole_takes_its_lower_and_left_sides_from_the_polygon() -> None:
    """The hole's lower left corner belongs to what lies in the hole, its upper right corner to the polygon."""
    square = shapely.box(0, 0, 3, 3).difference(shapely.box(1, 1, 2, 2))
    points = np.array([[1, 1], [1.5, 1], [1, 1.5], [2, 2], [1.5, 2], [2, 1.5], [1, 2], [2, 1]])
    pairs, _ = found(build(as_places([square])), points, "half_open")
    assert points[pairs[:, 0]].tolist() == [[2, 2], [1.5, 2], [2, 1.5], [1, 2], [2, 1]]


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.floats(-180, 180), min_size=2, max_size=4, unique=True),
    st.lists(st.floats(-90, 90), min_size=2, max_size=4, unique=True),
)
def test_rectangles_between_any_doubles_share_no_ping_and_lose_none(
    east: list[float], north: list[float]
) -> None:
    """The number of tiles of a ping is one from the first meridian and parallel to before the last, else zero."""
    east, north = sorted(east), sorted(north)
    points = beside(np.stack(np.meshgrid(east, north), -1).reshape(-1, 2))
    lon, lat = points.T
    covered = (east[0] <= lon) & (lon < east[-1]) & (north[0] <= lat) & (lat < north[-1])
    pairs, _ = found(build(as_places(rectangles(east, north))), points, "half_open")
    assert pairs[:, 0].tolist() == np.flatnonzero(covered).tolist()


def rules(shapes: list[Any], points: Points) -> list[list[Any]]:
    """The answers of the three rules."""
    index = build(as_places(shapes))
    return [found(index, points, rule)[0].tolist() for rule in ("open", "half_open", "closed")]


def test_the_three_rules_agree_off_every_boundary() -> None:
    """Pings by chance among stars: none on an edge, so there is nothing to rule."""
    shapes = stars(default_rng(6), 100)
    points = anywhere(default_rng(7), shapes, 5000)
    assert not found(build(as_places(shapes)), points, "open")[1].any()
    opened, half_open, closed = rules(shapes, points)
    assert opened == half_open == closed
    assert len(opened) > 1000


def test_open_is_part_of_half_open_and_half_open_of_closed() -> None:
    """On the vertices and edges of a tiling the three rules differ, one within the other."""
    tiles = triangles(4, 0.25)
    opened, half_open, closed = (set(map(tuple, r)) for r in rules(tiles, np.vstack(outline(tiles))))
    assert opened < half_open < closed
