"""The outlines of places: their edges in small groups, under a tree of boxes, as they are stored and mapped."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall import geometry
from footfall.locate.index.cells import Floats, Ints
from footfall.locate.mapped import map_arrays, write_arrays

GROUP, CHILDREN = 8, 16
"""The most edges in a group, and the most boxes in a box of the next level."""

SEAM = 180.0
"""The meridian at which places that lie over it are cut into two parts."""

Tree = tuple[Floats, Ints, npt.NDArray[np.int32], Ints, Floats]
"""The arrays of `Outlines` as compiled code takes them."""


@dataclass(frozen=True)
class Outlines:
    """The edges of all places.

    Attributes:
        boxes: (n, 4) west, south, east and north: those of the groups, then those of each level above; of CHILDREN
            neighbours each, up to a single one.
        levels: Where each level begins in `boxes`, and at the end how many boxes there are.
        place: The number of the place of each group.
        spans: (groups, 2) first edge and end of each group.
        edges: (n, 4) ends x1, y1, x2, y2 in degrees, exactly as in the places.
        places: The number of places.
    """

    boxes: Floats
    levels: Ints
    place: npt.NDArray[np.int32]
    spans: Ints
    edges: Floats
    places: int

    @classmethod
    def of(cls, wkb: tuple[bytes, ...]) -> "Outlines":
        """The outlines of polygons; the seam of one that lies over longitude 180 is no part of its outline."""
        edges, offsets = geometry.edges(wkb)
        kept = ~_on_seams(edges, offsets)
        edges = edges[kept]
        offsets = np.concatenate([[0], np.cumsum(kept)])[offsets]
        counts = -(-np.diff(offsets) // GROUP)
        place = np.repeat(np.arange(len(counts)), counts)
        start = offsets[place] + GROUP * (np.arange(len(place)) - (np.cumsum(counts) - counts)[place])
        spans = np.column_stack([start, np.minimum(start + GROUP, offsets[place + 1])])
        west, south = (np.minimum.reduceat(np.minimum(edges[:, a], edges[:, a + 2]), start) for a in (0, 1))
        east, north = (np.maximum.reduceat(np.maximum(edges[:, a], edges[:, a + 2]), start) for a in (0, 1))
        boxes = np.column_stack([west, south, east, north])
        order = _neighbours(boxes)
        levels = [boxes[order]]
        while len(levels[-1]) > 1:
            levels.append(_above(levels[-1]))
        starts = np.cumsum([0, *map(len, levels)])
        return cls(
            np.concatenate(levels), starts, place[order].astype(np.int32), spans[order], edges, len(wkb)
        )

    @property
    def tree(self) -> Tree:
        """The arrays as `circles.meet` takes them."""
        return self.boxes, self.levels, self.place, self.spans.reshape(-1), self.edges

    @property
    def bytes(self) -> int:
        """The size of all arrays in bytes."""
        return int(sum(getattr(self, name).nbytes for name in _ARRAYS))

    def save(self, folder: Path) -> Path:
        """Write the outlines as one Arrow file, named by its content, that `load` maps without a copy."""
        arrays = {name: getattr(self, name).ravel() for name in _ARRAYS}
        content = hashlib.sha256(str(self.places).encode())
        for array in arrays.values():
            content.update(array)
        path = folder / f"outlines-{content.hexdigest()[:16]}.arrow"
        return write_arrays(
            path, {name: pa.array(array) for name, array in arrays.items()}, {"places": self.places}
        )


_ARRAYS = ("boxes", "levels", "place", "spans", "edges")


def load(path: Path) -> Outlines:
    """The outlines in a file of `Outlines.save`, which is mapped into memory."""
    found, numbers = map_arrays(path)
    arrays = {name: found[name].to_numpy(zero_copy_only=True) for name in _ARRAYS}
    shapes = {"boxes": (-1, 4), "spans": (-1, 2), "edges": (-1, 4)}
    arrays |= {name: arrays[name].reshape(shape) for name, shape in shapes.items()}
    return Outlines(**arrays, places=numbers["places"])


def _neighbours(boxes: Floats) -> Ints:
    """The numbers of boxes in an order in which neighbours lie near each other: by strips from west to east."""
    x, y = boxes[:, 0] + boxes[:, 2], boxes[:, 1] + boxes[:, 3]
    per_strip = max(1, int(np.ceil(np.sqrt(len(boxes) * CHILDREN))))
    strip = np.empty(len(boxes), np.int64)
    strip[np.argsort(x, kind="stable")] = np.arange(len(boxes)) // per_strip
    return np.lexsort((y, strip))


def _above(boxes: Floats) -> Floats:
    """The boxes around each CHILDREN neighbours."""
    firsts = np.arange(0, len(boxes), CHILDREN)
    least, most = (each.reduceat(boxes, firsts) for each in (np.minimum, np.maximum))
    return np.column_stack([least[:, :2], most[:, 2:]])


def _on_seams(edges: Floats, offsets: Ints) -> npt.NDArray[np.bool_]:
    """Which edges lie on longitude 180 where the same place goes on at -180, or the other way round."""
    found = np.zeros(len(edges), np.bool_)
    on = np.flatnonzero((np.abs(edges[:, 0]) == SEAM) & (edges[:, 0] == edges[:, 2]))
    place = np.searchsorted(offsets, on, side="right") - 1
    for number in np.unique(place).tolist():
        mine = on[place == number]
        ends = [(x, *sorted((y1, y2))) for x, y1, _, y2 in edges[mine].tolist()]
        there = set(ends)
        found[mine] = [(-x, low, high) in there for x, low, high in ends]
    return found
