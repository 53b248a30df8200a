"""Which places lie in which: the smallest place around each, and how much of a place lies outside another."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from footfall.geometry.overlaps import NOTHING

Ints = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]
Shapes = npt.NDArray[np.object_]

NEARLY = 0.01
"""A place with at most this share of its area outside a larger one nearly lies in it."""


@dataclass(frozen=True)
class Around:
    """What lies around places, by their numbers.

    Args:
        parents: For each place the smallest one that it lies in; -1 for none.
        nearly: Places that lie in none, and the smallest that each nearly lies in, with the share that is outside.
    """

    parents: Ints
    nearly: tuple[tuple[int, int, float], ...]


def smallest_around(wkb: Sequence[bytes]) -> Around:
    """The smallest place that each lies in.

    A place lies in a larger one that covers it, as GEOS decides on the shapes as they are, or outside of which lies no
    more than NOTHING of its area: shapes that share an edge in one coordinate system cross there by a rounding in
    another. Of places of the same area the earlier one counts as the larger, so that equal shapes form a chain.

    Args:
        wkb: All places as valid polygons; a place's position is its number.
    """
    shapes = shapely.from_wkb(list(wkb))
    areas = shapely.area(shapes)
    inner, outer = _candidates(shapes, areas)
    shapely.prepare(shapes[np.unique(outer)])  # each is asked for all that may lie in it
    shares = np.zeros(len(inner))
    crossing = ~shapely.covers(shapes[outer], shapes[inner])
    shares[crossing] = _shares(shapes[inner[crossing]], shapes[outer[crossing]])
    whole, near = shares <= NOTHING, shares <= NEARLY
    parents = np.full(len(shapes), -1, np.int64)
    parents[inner[whole]] = outer[whole]
    near &= parents[inner] < 0
    pairs = zip(inner[near].tolist(), outer[near].tolist(), shares[near].tolist(), strict=True)
    return Around(parents, tuple({pair[0]: pair for pair in pairs}.values()))


def shares_outside(inner: Sequence[bytes], outer: Sequence[bytes]) -> Shares:
    """For each pair of polygons the share of the first one's area, in degrees, that lies outside the second."""
    return _shares(shapely.from_wkb(list(inner)), shapely.from_wkb(list(outer)))


def _shares(inner: Shapes, outer: Shapes) -> Shares:
    shares: Shares = shapely.area(shapely.difference(inner, outer)) / shapely.area(inner)
    return shares


def _candidates(shapes: Shapes, areas: Shares) -> tuple[Ints, Ints]:
    """Pairs of a place and a larger one that holds a point of it, the smallest of these last."""
    points = shapely.point_on_surface(shapes)
    inner, outer = shapely.STRtree(shapes).query(points, predicate="intersects")
    larger = (areas[outer] > areas[inner]) | ((areas[outer] == areas[inner]) & (outer < inner))
    inner, outer = inner[larger], outer[larger]
    order = np.lexsort((outer, -areas[outer]))
    return inner[order], outer[order]
