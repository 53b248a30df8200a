"""Finds places that overlap, and the area that they cover."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

Ints = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]

NOTHING = 1e-9
"""A smaller share of a place is not taken for an overlap: hand-drawn neighbours overlap by as much."""

KILOMETRES = 111.2
"""One degree of latitude."""


@dataclass(frozen=True)
class Around:
    """The places that overlap with one, by their numbers.

    Args:
        sharing: All of them.
        containing: Those in which it lies as a whole.
        is_covered: Whether they cover it together.
    """

    sharing: frozenset[int]
    containing: frozenset[int]
    is_covered: bool


@dataclass(frozen=True)
class Siblings:
    """The places that divide up a larger one.

    Args:
        parent: The larger one.
        leaves: Those among them that share ground with nothing but the parent and what it lies in.
        branches: The others: places with places in them.
    """

    parent: int
    leaves: frozenset[int]
    branches: frozenset[int]


class Overlaps:
    """Finds the places that overlap.

    Args:
        wkb: All places as valid polygons; a place's position is its number.
    """

    def __init__(self, wkb: tuple[bytes, ...]) -> None:
        self._wkb = wkb
        self._found: dict[int, Around] = {}
        self._divided: dict[frozenset[int], Siblings | None] = {}

    def around(self, number: int) -> Around:
        """The places that overlap with this one, those that contain it, and whether they cover it together."""
        if number not in self._found:
            self._found[number] = self._around(number)
        return self._found[number]

    @cached_property
    def nested(self) -> tuple[Ints, Ints]:
        """Pairs of places of which the second lies in the first; of two that are the same the first is the earlier."""
        outer, inner = self._tree.query(self._shapes, predicate="covers")
        areas = shapely.area(self._shapes)
        larger = (areas[outer] > areas[inner]) | ((areas[outer] == areas[inner]) & (outer < inner))
        return outer[larger], inner[larger]

    def siblings(self, number: int) -> Siblings | None:
        """The places that divide up the smallest place around one; None if they are not simply nested."""
        own = self.around(number)
        if not own.containing or own.sharing != own.containing:
            return None
        if own.containing not in self._divided:
            self._divided[own.containing] = self._siblings(own.containing)
        return self._divided[own.containing]

    def _siblings(self, containing: frozenset[int]) -> Siblings | None:
        """Those of a place that lies in these, and shares ground with no others."""
        parent = min(containing, key=lambda each: float(shapely.area(self._shapes[each])))
        above = self.around(parent)
        if above.containing | {parent} != containing:
            return None
        within = {each: self.around(each) for each in above.sharing - above.containing}
        children = {each for each, its in within.items() if its.containing == containing}
        if any(each not in children and not its.containing & children for each, its in within.items()):
            return None
        leaves = {each for each in children if within[each].sharing == containing}
        return Siblings(parent, frozenset(leaves), frozenset(children - leaves))

    def _around(self, number: int) -> Around:
        place = self._shapes[number]
        near = self._tree.query(place, predicate="intersects")
        near = np.sort(near[near != number])
        areas = shapely.area(self._shapes[near])
        shared = shapely.intersection(place, self._shapes[near])
        ground = shapely.area(shared) > NOTHING * np.minimum(areas, place.area)
        whole = ground & (place.area - shapely.area(shared) <= NOTHING * place.area)
        left = shapely.difference(place, shapely.union_all(shared[ground])) if ground.any() else place
        is_covered = bool(whole.any() or left.area <= NOTHING * place.area)
        return Around(frozenset(near[ground].tolist()), frozenset(near[whole].tolist()), is_covered)

    @cached_property
    def _shapes(self) -> Shapes:
        shapes: Shapes = shapely.from_wkb(self._wkb)
        return shapes

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._shapes)


def square_kilometres(wkb: tuple[bytes, ...]) -> float:
    """The area of all polygons, to a few percent; ground that two of them share counts twice."""
    shapes: Shapes = shapely.from_wkb(wkb)
    south, north = shapely.bounds(shapes)[:, [1, 3]].T
    area = shapely.area(shapes) * np.cos(np.radians((south + north) / 2))
    return float(area.sum()) * KILOMETRES**2
