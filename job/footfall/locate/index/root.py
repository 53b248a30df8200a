"""Lays the root grid of the index over all places."""

from dataclasses import replace

import numpy as np

from footfall.locate.index.cells import LEVEL, Floats, Ints
from footfall.locate.index.leaves import EDGE_BYTES, bytes_of
from footfall.locate.index.parts import Cuts, Parts

ROOT_CELLS = 2**20
"""Most cells of the root grid: to save a step down the tree is worth 4 MiB of cell codes in a core's cache."""

FEW_ROOT_CELLS, PINGS_PER_ROOT_CELL = 2**14, 8
"""For fewer pings the root grid has at most one cell for so many of them, but FEW_ROOT_CELLS are always worth it."""

ROOT_PARTS, PARTS_PER_PLACE = 2**21, 4
"""The boxes of all places together may hold at most so many cells of the root grid, with so many more per place."""

FINEST, WORLD = 24, 9
"""Cells are not cut below 2^-24 degrees, 7 mm; a cell of 2^9 degrees is larger than the world."""

Grid = tuple[int, int, int, int, int]


def root_grid(places: Parts, bounds: tuple[Floats, Floats], pings: int, budget: int) -> tuple[Grid, Parts]:
    """The finest root grid within the limits, and each place cut into its cells.

    Args:
        places: The whole places.
        bounds: Each place's least and greatest x and y; see `bounds_of`.
        pings: About how many pings will be looked up.
        budget: The bytes that the grid and what is in it may take.
    """
    most_cells = min(max(FEW_ROOT_CELLS, pings // PINGS_PER_ROOT_CELL), ROOT_CELLS)
    most = ROOT_PARTS + PARTS_PER_PLACE * len(places.slot)
    for shift in range(LEVEL - FINEST, LEVEL + WORLD + 1):
        boxes = _boxes(*bounds, shift)
        first, end = boxes[:, :2].min(axis=0), (boxes[:, :2] + boxes[:, 2:]).max(axis=0)
        columns, rows = (int(n) for n in end - first)
        # the cells of a fine grid over the whole world are too many for int64
        if columns * rows > most_cells or boxes[:, 2:].prod(axis=1, dtype=float).sum() > most:
            continue
        made = Cuts(places, boxes, places.shift + shift).cut(budget // EDGE_BYTES)
        if made.whole and bytes_of(columns * rows, *made.sizes.sum(axis=0)) <= budget:
            break
    parts = made.parts
    slot = (parts.row - first[1]) * columns + parts.column - first[0]
    return (shift, int(first[0]), int(first[1]), columns, rows), replace(parts, slot=slot)


def bounds_of(edges: Floats, offsets: Ints) -> tuple[Floats, Floats]:
    """Each place's least and greatest x and y."""
    starts = offsets[:-1]  # rings are closed, so each vertex is the first end of an edge
    low, high = (
        np.column_stack([end.reduceat(edges[:, axis], starts) for axis in (0, 1)])
        for end in (np.minimum, np.maximum)
    )
    return low, high


def _boxes(low: Floats, high: Floats, shift: int) -> Ints:
    """Each place's first column, first row, columns and rows."""
    scale = 2.0 ** (LEVEL - shift)
    first = np.floor(low * scale).astype(np.int64)
    return np.hstack([first, np.floor(high * scale).astype(np.int64) - first + 1])
