"""Exact verdicts: on figures that can be checked by eye, and against fractions, one ping at a time."""

from fractions import Fraction

import numpy as np
import pytest
import shapely
from bench.exactness.arithmetic import sides, verdicts
from bench.exactness.pings import KINDS, drawn

SQUARE_WITH_A_HOLE = shapely.box(0, 0, 8, 8).difference(shapely.box(2, 2, 4, 4))


@pytest.mark.parametrize(
    ("lon", "lat", "open_", "closed", "half_open"),
    [
        (1, 1, True, True, True),
        (3, 3, False, False, False),
        (0, 0, False, True, True),
        (8, 8, False, True, False),
        (0, 5, False, True, True),
        (8, 5, False, True, False),
        (2, 3, False, True, False),
        (4, 3, False, True, True),
        (5, 8, False, True, False),
    ],
)
def test_a_square_with_a_hole_is_decided_by_all_three_rules(
    lon: float, lat: float, open_: bool, closed: bool, half_open: bool
) -> None:
    """Inside, in the hole, on corners and sides of both rings."""
    found = verdicts(np.array([SQUARE_WITH_A_HOLE]), np.array([[lon, lat]], float))
    assert (found.open[0], found.closed[0], found.half_open[0]) == (open_, closed, half_open)
    assert found.boundary[0] == (closed and not open_)


def test_a_place_whose_box_does_not_hold_the_ping_is_no_candidate() -> None:
    """The key of a pair is ping times places plus place."""
    shapes = np.array([shapely.box(0, 0, 1, 1), shapely.box(5, 5, 6, 6)])
    found = verdicts(shapes, np.array([[9.0, 9.0], [5.5, 5.5]]))
    assert found.key.tolist() == [1 * 2 + 1]


def test_sides_are_those_of_fractions_where_doubles_cannot_tell() -> None:
    """Points on and beside lines through numbers of very different size."""
    chance = np.random.default_rng(3)
    ends = chance.uniform(-180, 180, (300, 4)) * 10.0 ** chance.integers(-20, 1, (300, 4))
    points = ends[:, :2] + (ends[:, 2:] - ends[:, :2]) * chance.random((300, 1))
    points = np.vstack([points, np.nextafter(points, np.inf), ends[:, :2]])
    edges = np.tile(ends, (3, 1))
    found = sides(edges, points)
    assert set(found.tolist()) == {-1, 0, 1}
    for side, edge, point in zip(found.tolist(), edges.tolist(), points.tolist(), strict=True):
        x1, y1, x2, y2, x, y = map(Fraction, [*edge, *point])
        determinant = (x1 - x) * (y2 - y) - (y1 - y) * (x2 - x)
        assert side == (determinant > 0) - (determinant < 0)


def test_each_kind_has_as_many_pings_and_the_same_seed_gives_the_same() -> None:
    """Thirteen pings of twelve kinds: one kind has two."""
    shapes, points, kind = drawn(5, 0, len(KINDS) + 1)
    again, other = drawn(5, 0, len(KINDS) + 1), drawn(5, 1, len(KINDS) + 1)
    assert np.bincount(kind).tolist() == [2] + [1] * (len(KINDS) - 1)
    assert (points == again[1]).all()
    assert shapely.equals_exact(shapes, again[0]).all()
    assert not np.array_equal(points, other[1])


def test_pings_are_what_their_kind_says() -> None:
    """On a boundary, in two places, in no other world."""
    shapes, points, kind = drawn(1, 0, 2400)
    found = verdicts(shapes, points)
    ping = found.key // len(shapes)
    names = np.array(list(KINDS))[kind]

    def held(rule: str) -> "np.ndarray":
        return np.bincount(ping[getattr(found, rule)], minlength=len(points))

    assert (held("boundary")[np.isin(names, ["vertex", "edge"])] > 0).all()
    assert (held("open")[names == "overlap"] > 1).all()
    assert (np.abs(points[names == "pole", 1]) >= np.nextafter(90, 0)).all()
    assert (np.abs(points[names == "antimeridian", 0]) >= np.nextafter(180, 0)).all()
    assert (np.abs(points) <= (180, 90)).all()
