"""Which places share ground, and how much of it there is."""

from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

Ints = npt.NDArray[np.int64]
Shapes = npt.NDArray[np.object_]

NOTHING = 1e-9
"""A smaller share of a place than this is no ground: neighbours that were drawn by hand overlap by as much."""

_KILOMETRES = 111.2
"""One degree of latitude."""


class Overlaps:
    """Finds the places that share ground with one.

    Args:
        wkb: All places as valid polygons; a place's position is its number.
    """

    def __init__(self, wkb: tuple[bytes, ...]) -> None:
        self._wkb = wkb
        self._found: dict[int, Ints] = {}

    def covering(self, number: int) -> Ints:
        """The numbers of all places that share ground with one, where together they cover it; else none."""
        if number not in self._found:
            self._found[number] = self._covering(number)
        return self._found[number]

    def _covering(self, number: int) -> Ints:
        place = self._shapes[number]
        near = self._tree.query(place, predicate="intersects")
        near = np.sort(near[near != number])
        shared = shapely.intersection(place, self._shapes[near])
        ground = shapely.area(shared) > NOTHING * place.area
        left = shapely.difference(place, shapely.union_all(shared[ground]))
        return near[ground] if left.area <= NOTHING * place.area else near[:0]

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
    return float(area.sum()) * _KILOMETRES**2
