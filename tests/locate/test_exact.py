"""Pings at the hardest spots, against exact fractions, for all three rules of the boundary."""

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.random import default_rng
from shapely import Polygon

from footfall.locate.index.tree import build

from .oracles import exact, found
from .pings import Points, anywhere, beside, on_cell_borders, on_outline, outline, sound_for_geos
from .shapes import as_places, comb, regions, slivers, square_with_islands, star

RULES = ("open", "closed", "half_open")

QUICK = settings(max_examples=30, deadline=None, derandomize=True, database=None)


def assert_exact(shapes: list[Any], points: Points) -> None:
    """For every rule: the places of every ping are those that fractions give."""
    index = build(as_places(shapes))
    for rule in RULES:
        np.testing.assert_array_equal(found(index, points, rule)[0], exact(shapes, points, rule))


@pytest.mark.parametrize("step", [0.25, 2.0**-20, 3.0], ids=["quarter degree", "10 cm", "3 degrees"])
def test_pings_on_and_beside_lattice_regions_are_placed_exactly(step: float) -> None:
    """Regions with holes, islands and diagonals: vertices, middles of edges, and one double beside, also near zero."""
    chance = default_rng(11)
    shapes = regions(chance, 5, 3, step, -2 * step, -2 * step)
    vertices, middles = outline(shapes)
    spots = np.unique(np.vstack([vertices, middles]), axis=0)
    assert_exact(shapes, np.vstack([beside(spots), anywhere(chance, shapes, 100)]))


def test_pings_around_islands_holes_and_slivers_are_placed_exactly() -> None:
    """A hole with islands that touch it and lakes in them, needles, and triangles two doubles wide."""
    chance = default_rng(12)
    shapes = [*square_with_islands(), comb(8), *slivers()]
    assert_exact(shapes, np.vstack([on_outline(chance, shapes, 60), anywhere(chance, shapes, 200)]))


def test_pings_beside_slanted_edges_are_placed_exactly() -> None:
    """Random slopes: points computed on an edge fall beside it, by less than any double can tell."""
    chance = default_rng(13)
    shapes = [star(chance, 9, -73.98, 40.75, 0.01), star(chance, 9, 179.9, -89.9, 0.1), star(chance, 5)]
    rings = np.array([shapely.get_coordinates(shape)[:5] for shape in shapes])
    share = chance.uniform(0, 1, (3, 4, 20, 1))
    along = rings[:, :-1, None] * share + rings[:, 1:, None] * (1 - share)
    assert_exact(shapes, beside(along.reshape(-1, 2)))


def test_pings_on_corners_and_sides_of_cells_are_placed_exactly() -> None:
    """Cells of 2^-3 to 2^-24 degrees around the edges of a star."""
    chance = default_rng(14)
    shapes = [star(chance, 7, 0.1, 0.2)]
    assert_exact(shapes, on_cell_borders(outline(shapes)[1][:4]))


def test_pings_nearer_to_zero_than_geos_can_multiply_are_placed_exactly() -> None:
    """Down to the smallest double, with edges on the axes, through zero, and as flat as that double."""
    spots = np.array([[0, 0], [0, 0.25], [0.25, 0], [0.125, 0.125], [-0.25, 0], [0.5, 0.1]])
    points = [beside(spots), beside(spots * 1e-160), spots * 1e-300, -spots * 1e-310, spots * 1e-323]
    flat = Polygon([(0, 0), (1, 5e-324), (1, 1)])
    steep = Polygon([(1, -1e-310), (100, 1e-310), (100, -2e-310)])
    slanted = [Polygon([(-1, -1), (1, 1), (-1, 1)]), Polygon([(-1, -1 / 3), (1, 1 / 3), (0, 1)])]
    shapes = [shapely.box(-0.25, -0.25, 0, 0), shapely.box(0, 0, 0.25, 0.25), *slanted, flat, steep]
    along = np.column_stack([np.linspace(1, 100, 53), np.linspace(-1e-310, 1e-310, 53)])
    assert_exact(shapes, np.vstack([*points, along]))


def test_zero_and_minus_zero_are_the_same_place() -> None:
    """A ping on the corner (0, 0), in all four ways to write it, is on the boundary, and inside to the upper right."""
    points = np.array([[0.0, 0.0], [-0.0, 0.0], [0.0, -0.0], [-0.0, -0.0]])
    shapes = [shapely.box(-1, -1, 0, 0), shapely.box(-0.0, -0.0, 1, 1)]
    index = build(as_places(shapes))
    assert found(index, points, "open")[1].tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    assert found(index, points, "half_open")[0].tolist() == [[ping, 1] for ping in range(4)]


@QUICK
@given(
    st.lists(st.tuples(st.integers(-4, 4), st.integers(-4, 4)), min_size=3, max_size=7, unique=True),
    st.integers(-2, 21),
    st.tuples(st.integers(-8, 8), st.integers(-8, 8)),
)
def test_any_lattice_polygon_places_its_lattice_exactly(
    ring: list[tuple[int, int]], level: int, corner: tuple[int, int]
) -> None:
    """Every half step of the lattice around the polygon: on vertices, on edges, inside, outside."""
    step = 2.0**-level
    shape = Polygon((np.array(ring) + corner) * step)
    assume(shape.is_valid and shape.area > 0)
    lattice = (np.stack(np.meshgrid(np.arange(-9, 10), np.arange(-9, 10)), -1).reshape(-1, 2)) / 2
    points = (lattice + corner) * step
    assert_exact([shape], points[np.abs(points).max(axis=1) <= 180])


@QUICK
@given(st.integers(0, 10**6), st.floats(-180, 180), st.floats(-90, 90), st.floats(1e-9, 90))
def test_any_star_places_pings_beside_its_outline_exactly(
    seed: int, lon: float, lat: float, radius: float
) -> None:
    """From a tenth of a millimetre to a quarter of the world, anywhere on it."""
    chance = default_rng(seed)
    shape = star(chance, int(chance.integers(3, 9)), lon, lat, radius)
    assume(shape.is_valid)
    assert_exact([shape], on_outline(chance, [shape], 4))


def test_fractions_and_geos_agree_where_both_can_tell() -> None:
    """The two judges of these tests, on pings beside a star: if they differed, one would be worthless."""
    chance = default_rng(15)
    shapes = [star(chance, 12)]
    points = sound_for_geos(on_outline(chance, shapes, 40))
    inside = exact(shapes, points, "open")[:, 0]
    np.testing.assert_array_equal(inside, np.flatnonzero(shapely.contains_xy(shapes[0], points)))
    assert 0 < len(inside) < len(points)
