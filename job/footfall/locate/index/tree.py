"""Builds the index of places.

The root grid covers all places. A cell with many edges is cut into a finer grid, again and again, so that a country
and a kiosk fit into one index; most pings are decided after one or two steps down.
"""

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import pyarrow as pa

from footfall import geometry
from footfall.locate.index.cells import LEVEL, Floats, Ints
from footfall.locate.index.leaves import EDGE_BYTES, PART_BYTES, extents, write
from footfall.locate.index.parts import CutParts, Cuts, Parts, ranges
from footfall.locate.index.stored import Index
from footfall.schema import Places

ROOT_CELLS = 2**20
"""Most cells of the root grid: to save a step down the tree is worth 4 MiB of cell codes in a core's cache."""

ROOT_PARTS, PARTS_PER_PLACE = 2**21, 4
"""The boxes of all places together may hold at most so many cells of the root grid, with so many more per place."""

FEW_EDGES, FEW_PER_PLACE = 6, 3
"""A cell with at most so many edges, or so many per place in it, is not cut: at a common vertex no cut would help."""

FINEST, WORLD = 24, 9
"""Cells are not cut below 2^-24 degrees, 7 mm; a cell of 2^9 degrees is larger than the world."""

MAX_BITS = 8
"""A cell is cut into at most 2^8 by 2^8 cells at a time."""

SPARE_BYTES, BYTES_PER_EDGE, MOST_BYTES = 2**25, 512, 2**33
"""The tree takes at most SPARE_BYTES plus BYTES_PER_EDGE for each edge of the places, and never more than MOST_BYTES,
so that memory is bounded and a cell's code has 31 bits."""

CUT_EDGE, CUT_CELL = 40.0, 60.0
"""The cost of cutting one edge, and of making one cell, in units of testing one edge for one ping."""

EDGE_SHARE = 0.3
"""The share of pings expected near edges; the others are expected evenly in all cells that hold a place."""

EDGES_PER_CELL = 2
"""The expected number of edges in each cell after a cut."""

CELL_BYTES, NODE_BYTES = 4, 24
"""The bytes that a cell, without the parts of places in it, and a node take in the index."""

Grid = tuple[int, int, int, int, int]
_Count = TypeVar("_Count", int, Ints)


def build(places: Places, pings: int = 2**60) -> Index:
    """Build the index of the places.

    Args:
        places: At least one place with a valid polygon.
        pings: About how many pings will be looked up. For fewer pings the index is coarser, and built sooner.

    Returns:
        The index; the same places and number of pings give the same index.
    """
    wkb = tuple(p.wkb for p in places)
    edges, offsets = geometry.edges(wkb)
    budget = min(SPARE_BYTES + BYTES_PER_EDGE * len(edges), MOST_BYTES)
    grid, parts = _root(Parts.whole(edges, offsets), offsets, budget)
    del edges  # the parts have their own
    root_cells = grid[3] * grid[4]
    spare = budget - _bytes(root_cells, len(parts.slot), len(parts.edges))
    tree = _Tree(root_cells, len(wkb), spare, _PingDensity.of(parts, root_cells, pings))
    while len(parts.slot):
        parts = tree.grow(parts)
    return tree.index(grid, pa.array(wkb, pa.large_binary()))


def _bytes(cells: _Count, parts: _Count, edges: _Count) -> _Count:
    """The bytes that cells with so many parts of places and edges in them take in the index."""
    return CELL_BYTES * cells + PART_BYTES * parts + EDGE_BYTES * edges


def _root(places: Parts, offsets: Ints, budget: int) -> tuple[Grid, Parts]:
    """The finest root grid within the limits, and each place cut into its cells."""
    most = ROOT_PARTS + PARTS_PER_PLACE * len(places.slot)
    bounds = _bounds(places.edges, offsets)
    for shift in range(LEVEL - FINEST, LEVEL + WORLD + 1):
        boxes = _boxes(*bounds, shift)
        first, end = boxes[:, :2].min(axis=0), (boxes[:, :2] + boxes[:, 2:]).max(axis=0)
        columns, rows = (int(n) for n in end - first)
        # the cells of a fine grid over the whole world are too many for int64
        if columns * rows > ROOT_CELLS or boxes[:, 2:].prod(axis=1, dtype=float).sum() > most:
            continue
        made = Cuts(places, boxes, places.shift + shift).cut(budget // EDGE_BYTES)
        if made.whole and _bytes(columns * rows, *made.sizes.sum(axis=0)) <= budget:
            break
    parts = made.parts
    slot = (parts.row - first[1]) * columns + parts.column - first[0]
    return (shift, int(first[0]), int(first[1]), columns, rows), replace(parts, slot=slot)


def _bounds(edges: Floats, offsets: Ints) -> tuple[Floats, Floats]:
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


@dataclass(frozen=True)
class _PingDensity:
    """The expected number of pings in a cell of the root grid, and how many more for each edge in a cell."""

    shift: int
    per_cell: float
    per_edge: float

    @classmethod
    def of(cls, root: Parts, root_cells: int, pings: int) -> "_PingDensity":
        held = np.zeros(root_cells, bool)
        held[root.slot] = True
        cells, edges = np.count_nonzero(held), max(1, len(root.edges))
        return cls(int(root.shift[0]), (1 - EDGE_SHARE) * pings / cells, EDGE_SHARE * pings / edges)

    def tests(self, edges: Ints, shift: Ints) -> Floats:
        """The expected number of edge tests in cells of these sizes with so many edges."""
        pings: Floats = self.per_cell * 4.0 ** (shift - self.shift) + self.per_edge * edges
        return pings * edges


class _Tree:
    """The tree while it is built, one level at a time."""

    def __init__(self, root_cells: int, places: int, budget: int, density: _PingDensity) -> None:
        self.density = density
        self.cells = [np.zeros(root_cells, np.int32)]
        self.size = root_cells
        self.budget = budget
        self.nodes: list[Ints] = [np.empty((0, 3), np.int64)]
        self.node_count = 0
        self.leaves: list[tuple[Parts, Ints]] = []
        self.next_leaf = 1 + places
        self.fullest = 1

    def grow(self, parts: Parts) -> Parts:
        """Make leaves of the cells with few edges and cut the others; gives the parts of the next level."""
        parts = parts.take(np.argsort(parts.slot, kind="stable"))
        starts = np.flatnonzero(np.diff(parts.slot, prepend=-1))
        counts = np.diff(starts, append=len(parts.slot))
        slots = parts.slot[starts]
        nodes, cuts, made = self._cuts(parts, starts, counts)
        leaf = np.ones(len(starts), bool)
        leaf[nodes] = False
        self._set(slots[leaf], self._add_leaves(parts.take(ranges(starts[leaf], counts[leaf])), counts[leaf]))
        return self._add_nodes(cuts, made, counts[nodes], slots[nodes])

    def _cuts(self, parts: Parts, starts: Ints, counts: Ints) -> tuple[Ints, Cuts, CutParts]:
        """The cells to cut, as far as memory allows; the cuts of their parts; and the parts that these give."""
        edges, shift = np.add.reduceat(parts.edge_counts, starts), parts.shift[starts]
        gain = self.density.tests(edges, shift)
        bits = _bits(edges, counts, shift, gain)
        best_first = np.argsort(np.where(bits > 0, -gain, 0), kind="stable")[: np.count_nonzero(bits)]
        growth_estimate = np.cumsum(_bytes(4**bits, 4**bits, EDGES_PER_CELL * 4**bits)[best_first])
        wanted = np.sort(best_first[: np.searchsorted(growth_estimate, self.budget, side="right") + 1])
        edges, counts, bits = edges[wanted], counts[wanted], bits[wanted]
        cuts = Cuts.finer(parts.take(ranges(starts[wanted], counts)), np.repeat(bits, counts))
        made = cuts.cut()
        first = np.cumsum(counts) - counts
        sizes = np.add.reduceat(made.sizes, first) if len(first) else made.sizes
        growth = NODE_BYTES + _bytes(4**bits, sizes[:, 0] - counts, sizes[:, 1] - edges)
        best_first = np.argsort(-gain[wanted], kind="stable")
        affordable = np.cumsum(np.maximum(growth, 0)[best_first]) <= self.budget
        chosen = np.sort(best_first[affordable])
        self.budget -= growth[chosen].sum()
        if len(chosen) < len(wanted):
            kept = ranges(first[chosen], counts[chosen])
            cuts, made = cuts.take(kept), made.take(kept)
        return wanted[chosen], cuts, made

    def _add_leaves(self, parts: Parts, counts: Ints) -> Ints:
        """Keep the parts as leaves, and give the codes of their cells; a cell inside one place alone needs no leaf."""
        starts = np.cumsum(counts) - counts
        codes: Ints = 1 + parts.place[starts]
        mixed = np.flatnonzero((counts > 1) | (parts.edge_counts[starts] > 0))
        leaves = parts.take(ranges(starts[mixed], counts[mixed])), counts[mixed]
        begin, size = extents(*leaves)
        codes[mixed] = self.next_leaf + begin
        self.leaves.append(leaves)
        self.next_leaf += size
        self.fullest = max(self.fullest, int(counts.max(initial=0)))
        return codes

    def _add_nodes(self, cuts: Cuts, made: CutParts, counts: Ints, slots: Ints) -> Parts:
        """Make a node of each cell that was cut, and give the parts in the nodes' grids."""
        self._set(slots, -1 - self.node_count - np.arange(len(slots)))
        first = np.cumsum(counts) - counts
        bits = (cuts.parts.shift - cuts.shift)[first]
        base = self.size + np.cumsum(4**bits) - 4**bits
        self.nodes.append(np.column_stack([cuts.shift[first], bits, base]))
        self.node_count += len(slots)
        self.cells.append(np.zeros((4**bits).sum(), np.int32))
        self.size += len(self.cells[-1])
        new, origin = made.parts, made.origin
        column, row = new.column - cuts.boxes[origin, 0], new.row - cuts.boxes[origin, 1]
        slot = np.repeat(base, counts)[origin] + (row << np.repeat(bits, counts)[origin]) + column
        return replace(new, slot=slot)

    def _set(self, slots: Ints, codes: Ints) -> None:
        """Write codes of cells, which all lie in the newest level."""
        self.cells[-1][slots - (self.size - len(self.cells[-1]))] = codes

    def index(self, grid: Grid, wkb: pa.LargeBinaryArray) -> Index:
        """The finished index; the parts of leaves are freed as they are written."""
        words = np.empty(self.next_leaf - 1 - len(wkb), np.int64)
        at = 0
        while self.leaves:
            at += write(*self.leaves.pop(0), words[at:])
        return Index(
            grid=np.array(grid, np.int64),
            cells=np.concatenate(self.cells),
            nodes=np.concatenate(self.nodes),
            leaves=words,
            fullest=self.fullest,
            wkb=wkb,
        )


def _bits(edges: Ints, places: Ints, shift: Ints, tests: Floats) -> Ints:
    """By how many levels to cut cells with so many edges, places and expected tests; 0 for not at all.

    A cut leaves about one edge in each cell, but goes only as far as it saves more tests than it costs.
    """
    worth = np.sqrt(tests / CUT_CELL)  # the number of cells n for which n * CUT_CELL + tests / n is least
    wanted = np.ceil(np.log2(np.maximum(np.minimum(edges, worth), 1)) / 2).astype(np.int64)
    most = np.minimum(MAX_BITS, shift - (LEVEL - FINEST))
    bits = np.minimum(wanted, most)
    saves = tests * (1 - 0.25**bits) > CUT_EDGE * edges + CUT_CELL * 4.0**bits
    few = np.maximum(FEW_EDGES, FEW_PER_PLACE * places)
    return np.where((edges > few) & saves, bits, 0)
