"""Builds the index of places.

The root grid covers all places. A cell with many edges is cut into a finer grid, again and again, so that a country
and a kiosk fit into one index; most pings are decided after one or two steps down.
"""

from dataclasses import dataclass, replace

import numpy as np

from footfall import geometry
from footfall.locate.cells import Floats, Ints, split_all
from footfall.locate.index import Index
from footfall.locate.kernel import LEVEL
from footfall.schema import Places

ROOT_CELLS = 2**18
"""The root grid's size: 1 MiB of cell codes, which stays in a core's cache."""

FEW_EDGES = 4
"""A cell with at most so many edges is not cut further."""

FINEST = 24
"""Cells are not cut below 2^-24 degrees, 7 mm."""

MAX_BITS = 8
"""A cell is cut into at most 2^8 by 2^8 cells at a time."""

SPARE_CELLS, CELLS_PER_EDGE = 2**20, 16
"""The tree holds at most so many cells, of 4 bytes, and so many more per edge of the places: memory is bounded."""


@dataclass(frozen=True)
class _Parts:
    """Parts of places, each in one cell; `slot` is the cell's entry in the tree, column and row its number there."""

    slot: Ints
    column: Ints
    row: Ints
    shift: Ints
    place: Ints
    parity: Ints
    spans: Ints
    edges: Floats

    def take(self, which: Ints) -> "_Parts":
        """The parts with these numbers, in this order."""
        names = ("slot", "column", "row", "shift", "place", "parity", "spans")
        return replace(self, **{name: getattr(self, name)[which] for name in names})


def build(places: Places) -> Index:
    """Build the index of the places.

    Args:
        places: At least one place with a valid polygon.

    Returns:
        The index; equal places give an equal index.
    """
    wkb = tuple(p.wkb for p in places)
    edges, offsets = geometry.edges(wkb)
    grid = _root_grid(edges)
    tree = _Tree(grid[3] * grid[4], SPARE_CELLS + CELLS_PER_EDGE * len(edges))
    parts = _root_parts(edges, offsets, grid)
    while len(parts.slot):
        parts = tree.grow(parts)
    return tree.index(grid, wkb)


def _root_grid(edges: Floats) -> tuple[int, int, int, int, int]:
    """Shift, first column, first row, columns and rows of the finest root grid of at most ROOT_CELLS cells."""
    low = np.minimum(edges[:, :2], edges[:, 2:]).min(axis=0)
    high = np.maximum(edges[:, :2], edges[:, 2:]).max(axis=0)
    for shift in range(LEVEL - FINEST, LEVEL + 1):
        first = np.floor(low * 2.0 ** (LEVEL - shift)).astype(np.int64)
        size = np.floor(high * 2.0 ** (LEVEL - shift)).astype(np.int64) - first + 1
        if int(size[0]) * int(size[1]) <= ROOT_CELLS:  # a product of int64 overflows for the whole world
            break
    return shift, int(first[0]), int(first[1]), int(size[0]), int(size[1])


def _root_parts(edges: Floats, offsets: Ints, grid: tuple[int, int, int, int, int]) -> _Parts:
    """Each place cut into the root grid's cells."""
    shift, first_x, first_y, columns, _ = grid
    scale = 2.0 ** (LEVEL - shift)
    low = np.minimum.reduceat(np.minimum(edges[:, :2], edges[:, 2:]), offsets[:-1])
    high = np.maximum.reduceat(np.maximum(edges[:, :2], edges[:, 2:]), offsets[:-1])
    first = np.floor(low * scale).astype(np.int64)
    size = np.floor(high * scale).astype(np.int64) - first + 1
    spans = np.column_stack([offsets[:-1], offsets[1:]])
    place = np.arange(len(spans))
    none = np.zeros(len(spans), np.int64)
    parts, _ = _cut(edges, spans, place, none, np.hstack([first, size]), none + shift)
    slot = (parts.row - first_y) * columns + parts.column - first_x
    return replace(parts, slot=slot)


def _cut(
    edges: Floats, spans: Ints, place: Ints, parity: Ints, boxes: Ints, shift: Ints
) -> tuple[_Parts, Ints]:
    """Cut each part into its box's cells; also gives the number of the part that each new one comes from."""
    scales = np.exp2(LEVEL - shift)
    nothing = np.empty(0, np.int64)
    counted = (nothing, nothing, nothing, nothing, np.empty((0, 4)))
    at = split_all(edges, spans, parity, boxes, scales, False, counted)
    cells, kept = at[-1]
    row, column, new_parity, edge_count = (np.empty(cells, np.int64) for _ in range(4))
    new_edges = np.empty((kept, 4))
    split_all(edges, spans, parity, boxes, scales, True, (row, column, new_parity, edge_count, new_edges))
    origin = np.repeat(np.arange(len(spans)), np.diff(at[:, 0]))
    ends = np.cumsum(edge_count)
    parts = _Parts(
        slot=nothing,
        column=column + boxes[origin, 0],
        row=row + boxes[origin, 1],
        shift=shift[origin],
        place=place[origin],
        parity=new_parity,
        spans=np.column_stack([ends - edge_count, ends]),
        edges=new_edges,
    )
    return parts, origin


def _ranges(starts: Ints, counts: Ints) -> Ints:
    """The numbers starts[0], starts[0] + 1, ... of each range in turn."""
    return np.repeat(starts - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())


class _Tree:
    """The tree while it grows, one level at a time."""

    def __init__(self, root_cells: int, budget: int) -> None:
        self.cells = [np.zeros(root_cells, np.int32)]
        self.size = root_cells
        self.budget = budget
        self.nodes: list[Ints] = [np.empty((0, 3), np.int64)]
        self.node_count = 0
        self.leaf_sizes: list[Ints] = []
        self.leaf_count = 0
        self.entries: list[_Parts] = []

    def grow(self, parts: _Parts) -> _Parts:
        """Make leaves of the cells with few edges and cut the others, which gives the next level's parts."""
        parts = parts.take(np.argsort(parts.slot, kind="stable"))
        starts = np.flatnonzero(np.diff(parts.slot, prepend=-1))
        counts = np.diff(starts, append=len(parts.slot))
        slots = parts.slot[starts]
        edges = np.add.reduceat(parts.spans[:, 1] - parts.spans[:, 0], starts)
        bits = self._bits(edges, parts.shift[starts])
        leaf, node = bits == 0, bits > 0
        self._set(
            slots[leaf], self._add_leaves(parts.take(_ranges(starts[leaf], counts[leaf])), counts[leaf])
        )
        return self._add_nodes(
            parts.take(_ranges(starts[node], counts[node])), counts[node], bits[node], slots[node]
        )

    def _bits(self, edges: Ints, shift: Ints) -> Ints:
        """By how many levels to cut each cell: so that about one edge is left per cell, as far as memory allows."""
        wanted = np.ceil(np.log2(np.maximum(edges, 1)) / 2).astype(np.int64)
        most = np.minimum(MAX_BITS, shift - (LEVEL - FINEST))
        bits = np.where(edges > FEW_EDGES, np.minimum(wanted, most), 0)
        gain = edges * 4.0 ** (shift - LEVEL)  # edges that a ping meets, times the cell's area
        best_first = np.argsort(-gain, kind="stable")
        spent = np.cumsum(np.where(bits > 0, 4**bits, 0)[best_first])
        bits[best_first[spent > self.budget - self.size]] = 0
        return bits

    def _add_leaves(self, parts: _Parts, counts: Ints) -> Ints:
        """Keep the parts as leaves; cells wholly inside one and the same place share a leaf."""
        starts = np.cumsum(counts) - counts
        plain = (counts == 1) & (parts.spans[starts, 0] == parts.spans[starts, 1])
        key = np.where(plain, parts.place[starts], -1 - np.arange(len(counts)))
        _, first, leaf = np.unique(key, return_index=True, return_inverse=True)
        kept = parts.take(_ranges(starts[first], counts[first]))
        edge_counts = kept.spans[:, 1] - kept.spans[:, 0]
        self.entries.append(replace(kept, edges=kept.edges[_ranges(kept.spans[:, 0], edge_counts)]))
        self.leaf_sizes.append(counts[first])
        self.leaf_count += len(first)
        return leaf + 1 + self.leaf_count - len(first)

    def _add_nodes(self, parts: _Parts, counts: Ints, bits: Ints, slots: Ints) -> _Parts:
        """Make a node of each group of parts and cut them into its grid."""
        self._set(slots, -1 - self.node_count - np.arange(len(slots)))
        base = self.size + np.cumsum(4**bits) - 4**bits
        first = np.cumsum(counts) - counts
        self.nodes.append(np.column_stack([parts.shift[first] - bits, bits, base]))
        self.node_count += len(slots)
        self.cells.append(np.zeros((4**bits).sum(), np.int32))
        self.size += len(self.cells[-1])
        b, base = np.repeat(bits, counts), np.repeat(base, counts)
        boxes = np.column_stack([parts.column << b, parts.row << b, 1 << b, 1 << b])
        new, origin = _cut(parts.edges, parts.spans, parts.place, parts.parity, boxes, parts.shift - b)
        slot = base[origin] + ((new.row - boxes[origin, 1]) << b[origin]) + new.column - boxes[origin, 0]
        return replace(new, slot=slot)

    def _set(self, slots: Ints, codes: Ints) -> None:
        """Write codes of cells, which all lie in the level grown last."""
        self.cells[-1][slots - (self.size - len(self.cells[-1]))] = codes

    def index(self, grid: tuple[int, int, int, int, int], wkb: tuple[bytes, ...]) -> Index:
        """The finished index."""
        edge_counts = np.concatenate([e.spans[:, 1] - e.spans[:, 0] for e in self.entries])
        return Index(
            grid=np.array(grid, np.int64),
            cells=np.concatenate(self.cells),
            nodes=np.concatenate(self.nodes),
            leaves=np.concatenate([[0], np.cumsum(np.concatenate(self.leaf_sizes))]),
            places=np.concatenate([e.place for e in self.entries]).astype(np.int32),
            parities=np.concatenate([e.parity for e in self.entries]).astype(np.int8),
            edge_starts=np.concatenate([[0], np.cumsum(edge_counts)]),
            edges=np.concatenate([e.edges for e in self.entries]),
            wkb=wkb,
        )
