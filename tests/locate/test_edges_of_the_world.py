"""The antimeridian, the poles, and places of very different size in one index."""

import numpy as np
import shapely
from numpy.random import default_rng

from footfall.locate.index.tree import build

from .oracles import exact, found, geos
from .pings import beside, on_outline
from .shapes import as_places, star

WORLD = shapely.box(-180, -90, 180, 90)


def test_east_and_west_of_the_antimeridian_are_two_sides_of_the_plane() -> None:
    """A place up to 180 and one from -180: a ping at 180 is only at the first, as for GEOS."""
    shapes = [shapely.box(179, -1, 180, 1), shapely.box(-180, -1, -179, 1)]
    points = np.array([[180.0, 0], [-180.0, 0], [179.5, 0], [-179.5, 0], [np.nextafter(180, 0), 0]])
    index = build(as_places(shapes))
    assert found(index, points, "open")[0].tolist() == [[2, 0], [3, 1], [4, 0]]
    assert found(index, points, "open")[1].tolist() == [0, 1]
    assert found(index, points, "closed")[0].tolist() == [[0, 0], [1, 1], [2, 0], [3, 1], [4, 0]]
    assert found(index, points, "half_open")[0].tolist() == [[1, 1], [2, 0], [3, 1], [4, 0]]


def test_the_poles_and_corners_of_the_world_lie_on_its_boundary() -> None:
    """A place as large as the world holds all but its four sides."""
    points = np.array([[0.0, 90], [0, -90], [180, 90], [-180, -90], [12.5, np.nextafter(90, 0)], [0, 0]])
    index = build(as_places([WORLD]))
    assert found(index, points, "open")[0].tolist() == [[4, 0], [5, 0]]
    assert found(index, points, "open")[1].tolist() == [0, 1, 2, 3]
    assert found(index, points, "half_open")[0].tolist() == [[1, 0], [3, 0], [4, 0], [5, 0]]


def test_places_that_end_at_the_poles_and_at_180_are_exact_along_their_outline() -> None:
    """Caps, triangles and stars that touch all sides of the world."""
    caps = [shapely.box(-180, 80, 180, 90), shapely.box(-180, -90, 180, -80)]
    slanted = [
        shapely.Polygon([(-180, 90), (180, -90), (180, 90)]),
        shapely.Polygon([(0, 0), (180, 7), (180, -3)]),
    ]
    shapes = [*caps, *slanted, shapely.intersection(star(default_rng(1), 20, 180, 89, 30), WORLD)]
    points = on_outline(default_rng(2), shapes, 60)
    index = build(as_places(shapes))
    for rule in ("open", "closed", "half_open"):
        np.testing.assert_array_equal(found(index, points, rule)[0], exact(shapes, points, rule))


def test_pings_outside_every_place_and_outside_the_index_are_in_none() -> None:
    """Far away to all sides of one small place, and one double beside its box."""
    corners = shapely.get_coordinates(shapely.box(10, 10, 11, 11))[:4]
    points = np.vstack([[[-180, 0], [180, 0], [10.5, 90], [10.5, -90], [1e9, 1e9]], beside(corners)])
    index = build(as_places([shapely.box(10, 10, 11, 11)]))
    pairs, _ = found(index, points, "open")
    assert pairs[:, 0].tolist() == geos([shapely.box(10, 10, 11, 11)], points, "open")[:, 0].tolist()
    assert len(pairs) == 4  # the four corners, one double inwards; each once


def test_a_place_of_a_centimetre_and_the_world_fit_into_one_index() -> None:
    """Finer than the finest cell: 1,000 places within 7 mm of each other, and the world around them."""
    chance = default_rng(3)
    near = np.add(chance.uniform(0, 2.0**-24, (2000, 2)), (2.25, 48.75))
    specks = [star(chance, 5, *middle, 1e-9) for middle in near[:1000]]
    shapes = [WORLD, *(speck for speck in specks if speck.is_valid)]
    points = np.vstack([on_outline(chance, shapes, 100), near])
    index = build(as_places(shapes))
    np.testing.assert_array_equal(found(index, points, "open")[0], geos(shapes, points, "open"))
    assert len(found(index, points, "open")[0]) > len(points) + 100
