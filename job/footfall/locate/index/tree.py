"""Builds the index of places.

The root grid covers all places. A cell with many edges is cut into a finer grid, again and again, so that a country
and a kiosk fit into one index; most pings are decided after one or two steps down.
"""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from footfall import geometry
from footfall.locate.index.cells import LEVEL, Floats, Ints
from footfall.locate.index.leaves import bytes_of, extents, write
from footfall.locate.index.parts import CutParts, Cuts, Parts, ranges
from footfall.locate.index.root import FINEST, Grid, bounds_of, root_grid
from footfall.locate.index.stored import Index
from footfall.schema import Places

FEW_EDGES, FEW_PER_PLACE = 6, 3
"""A cell with at most so many edges, or so many per place in it, is not cut: at a common vertex no cut would help."""

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

NODE_BYTES = 24
"""The bytes that a node takes in the index."""


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
    bounds = bounds_of(edges, offsets)
    grid, parts = root_grid(Parts.whole(edges, offsets), bounds, pings, budget)
    del edges  # the parts have their own
    root_cells = grid[3] * grid[4]
    spare = budget - bytes_of(root_cells, len(parts.slot), len(parts.edges))
    tree = _Tree(root_cells, len(wkb), spare, _PingDensity.of(parts, root_cells, pings))
    while len(parts.slot):
        parts = tree.grow(parts)
    low, high = bounds
    box = np.concatenate([low.min(axis=0), high.max(axis=0)])
    return tree.index(grid, box, pa.array(wkb, pa.large_binary()))


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
        growth_estimate = np.cumsum(bytes_of(4**bits, 4**bits, EDGES_PER_CELL * 4**bits)[best_first])
        wanted = np.sort(best_first[: np.searchsorted(growth_estimate, self.budget, side="right") + 1])
        edges, counts, bits = edges[wanted], counts[wanted], bits[wanted]
        cuts = Cuts.finer(parts.take(ranges(starts[wanted], counts)), np.repeat(bits, counts))
        made = cuts.cut()
        first = np.cumsum(counts) - counts
        sizes = np.add.reduceat(made.sizes, first) if len(first) else made.sizes
        growth = NODE_BYTES + bytes_of(4**bits, sizes[:, 0] - counts, sizes[:, 1] - edges)
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

    def index(self, grid: Grid, box: Floats, wkb: pa.LargeBinaryArray) -> Index:
        """The finished index; the parts of leaves are freed as they are written."""
        words = np.empty(self.next_leaf - 1 - len(wkb), np.int64)
        at = 0
        while self.leaves:
            at += write(*self.leaves.pop(0), words[at:])
        return Index(
            grid=np.array(grid, np.int64),
            box=box,
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
