"""The index of places as it is stored and mapped: a tree of grids whose leaves hold the few edges that decide."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.locate.kernel import Tree


@dataclass(frozen=True)
class Index:
    """The tree as flat arrays, ready to be memory-mapped.

    `grid` is shift, first column, first row, columns and rows of the root. A code in `cells` is 0 for nothing,
    leaf number for a leaf, -(node number + 1) for a node; `nodes` holds shift, bits and base of its cells. Entries
    `leaves[n - 1]` to `leaves[n]` are leaf n's: a place, a parity, and edges `edge_starts[e]` to `edge_starts[e + 1]`.
    """

    grid: npt.NDArray[np.int64]
    cells: npt.NDArray[np.int32]
    nodes: npt.NDArray[np.int64]
    leaves: npt.NDArray[np.int64]
    places: npt.NDArray[np.int32]
    parities: npt.NDArray[np.int8]
    edge_starts: npt.NDArray[np.int64]
    edges: npt.NDArray[np.float64]
    wkb: tuple[bytes, ...]

    @property
    def fullest(self) -> int:
        """The number of places of the leaf that has most."""
        return int(np.diff(self.leaves).max(initial=0))

    @property
    def tree(self) -> Tree:
        """The arrays in the order in which the kernel takes them."""
        grid = tuple(int(v) for v in self.grid)
        arrays = (
            self.cells,
            self.nodes,
            self.leaves,
            self.places,
            self.parities,
            self.edge_starts,
            self.edges,
        )
        return (grid, *arrays, self.fullest)

    @property
    def bytes(self) -> int:
        """The size of all arrays and polygons in bytes."""
        arrays: int = sum(getattr(self, name).nbytes for name in _ARRAYS)
        return arrays + sum(map(len, self.wkb))

    def save(self, folder: Path) -> Path:
        """Write the index as one Arrow file, named by its content, that `load` maps without a copy."""
        arrays = [getattr(self, name).ravel() for name in _ARRAYS]
        lists = [pa.LargeListArray.from_arrays([0, len(a)], pa.array(a)) for a in arrays]
        wkb = pa.array(self.wkb, pa.large_binary())
        batch = pa.RecordBatch.from_arrays(
            [*lists, pa.LargeListArray.from_arrays([0, len(wkb)], wkb)], names=[*_ARRAYS, "wkb"]
        )
        sink = pa.BufferOutputStream()
        with pa.ipc.new_file(sink, batch.schema) as writer:
            writer.write_batch(batch)
        content = sink.getvalue()
        path = folder / f"places-{hashlib.sha256(content).hexdigest()[:16]}.arrow"
        path.write_bytes(content)
        return path


_ARRAYS = ("grid", "cells", "nodes", "leaves", "places", "parities", "edge_starts", "edges")


def load(path: Path) -> Index:
    """Map an index written by `Index.save`; the operating system shares its pages between processes."""
    batch = pa.ipc.open_file(pa.memory_map(str(path))).get_batch(0)
    arrays = {name: batch.column(name).values.to_numpy(zero_copy_only=True) for name in _ARRAYS}
    arrays["nodes"] = arrays["nodes"].reshape(-1, 3)
    arrays["edges"] = arrays["edges"].reshape(-1, 4)
    return Index(**arrays, wkb=tuple(v.as_py() for v in batch.column("wkb").values))
