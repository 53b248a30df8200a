"""Which places lie in which: the smallest place around each, and how much of a place lies outside another."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from footfall.geometry.overlaps import Overlaps

Ints = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float64]

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
    """The smallest place that each lies in, as GEOS's `covers` decides on the shapes as they are.

    Of places with the same shape the earlier one counts as the larger, so that they form a chain.

    Args:
        wkb: All places as valid polygons; a place's position is its number.
    """
    shapes = shapely.from_wkb(list(wkb))
    areas = shapely.area(shapes)
    outer, inner = Overlaps(tuple(wkb)).nested
    parents = np.full(len(shapes), -1, np.int64)
    order = np.lexsort((outer, -areas[outer]))  # the last one to be written is the smallest, then the latest
    parents[inner[order]] = outer[order]
    return Around(parents, tuple(_nearly_in(shapes, areas, parents)))


def shares_outside(inner: Sequence[bytes], outer: Sequence[bytes]) -> Shares:
    """For each pair of polygons the share of the first one's area, in degrees, that lies outside the second."""
    shapes = shapely.from_wkb(list(inner))
    outside = shapely.area(shapely.difference(shapes, shapely.from_wkb(list(outer))))
    shares: Shares = outside / shapely.area(shapes)
    return shares


def _nearly_in(
    shapes: npt.NDArray[np.object_], areas: Shares, parents: Ints
) -> Sequence[tuple[int, int, float]]:
    """Places in none and nearly in a larger one; each has a point of its own in that one."""
    alone = np.flatnonzero(parents < 0)
    points = shapely.point_on_surface(shapes[alone])
    position, outer = shapely.STRtree(shapes).query(points, predicate="within")
    inner = alone[position]
    larger = areas[outer] > areas[inner]
    inner, outer = inner[larger], outer[larger]
    shares = shapely.area(shapely.difference(shapes[inner], shapes[outer])) / areas[inner]
    smallest: dict[int, tuple[int, int, float]] = {}
    for row in np.lexsort((-areas[outer], inner)):
        if shares[row] <= NEARLY:
            smallest[int(inner[row])] = (int(inner[row]), int(outer[row]), float(shares[row]))
    return [*smallest.values()]
