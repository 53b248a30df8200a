"""The index of places as it is stored and mapped: a tree of grids whose leaves hold the few edges that decide."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from footfall.locate.extent import Extent
from footfall.locate.kernel import Tree
from footfall.locate.mapped import map_arrays, write_arrays


@dataclass(frozen=True)
class Index:
    """The tree as flat arrays, ready to be memory-mapped.

    `grid` is shift, first column, first row, columns and rows of the root; `box` the least x and y of all places, and
    the greatest. A code in `cells` is 0 for nothing, n for the inside of place n - 1 alone, -(n + 1) for node n, and
    1 + the number of places + w for the leaf that begins at word w of `leaves`. `nodes` holds shift, bits and base of
    each node's cells. `fullest` is the number of places in the leaf that has most; `wkb` the polygons themselves.
    """

    grid: npt.NDArray[np.int64]
    box: npt.NDArray[np.float64]
    cells: npt.NDArray[np.int32]
    nodes: npt.NDArray[np.int64]
    leaves: npt.NDArray[np.int64]
    fullest: int
    wkb: pa.LargeBinaryArray

    @property
    def tree(self) -> Tree:
        """The arrays as `kernel.find` takes them."""
        grid = tuple(int(v) for v in self.grid)
        leaves = self.leaves, self.leaves.view(np.float64)
        return (grid, self.cells, self.nodes, len(self.wkb), *leaves, self.fullest)

    @property
    def extent(self) -> Extent:
        """The box around all places; it is the same for however many pings the index was built."""
        return Extent(*self.box.tolist())

    @property
    def bytes(self) -> int:
        """The size of all arrays and polygons in bytes."""
        arrays: int = sum(getattr(self, name).nbytes for name in _ARRAYS)
        return arrays + int(pc.sum(pc.binary_length(self.wkb)).as_py())

    def save(self, folder: Path) -> Path:
        """Write the index as one Arrow file, named by its content, that `load` maps without a copy."""
        arrays = [getattr(self, name).ravel() for name in _ARRAYS]
        content = hashlib.sha256()
        # The leaves, which are most of the bytes, follow from polygons and tree.
        for part in (*self.wkb.buffers()[1:], *arrays[:-1]):
            content.update(part)
        path = folder / f"places-{content.hexdigest()[:16]}.arrow"
        stored = {**dict(zip(_ARRAYS, map(pa.array, arrays), strict=True)), "wkb": self.wkb}
        return write_arrays(path, stored, {"fullest": self.fullest})


_ARRAYS = ("grid", "box", "cells", "nodes", "leaves")


def load(path: Path) -> Index:
    """The index in a file of `Index.save`, which is mapped into memory."""
    found, numbers = map_arrays(path)
    arrays = {name: found[name].to_numpy(zero_copy_only=True) for name in _ARRAYS}
    arrays["nodes"] = arrays["nodes"].reshape(-1, 3)
    return Index(**arrays, fullest=numbers["fullest"], wkb=found["wkb"])
