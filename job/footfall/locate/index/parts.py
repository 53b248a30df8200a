"""Parts of places, each in one cell of the index, and how they are cut into finer cells."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from footfall.locate.index.cells import LEVEL, Floats, Ints, split_all

SHARES, LEAST_SHARE = 16, 1 << 14
"""Work is dealt out to the cores in at most so many shares, of at least so many edges."""


@dataclass(frozen=True)
class Parts:
    """Parts of places, each in one cell; `slot` is the cell's entry in the tree, column and row its number there."""

    slot: Ints
    column: Ints
    row: Ints
    shift: Ints
    place: Ints
    parity: Ints
    spans: Ints
    edges: Floats

    @classmethod
    def whole(cls, edges: Floats, offsets: Ints) -> "Parts":
        """The places themselves, not yet in cells: (n, 4) edges of all places, and where each place's edges start."""
        none = np.zeros(len(offsets) - 1, np.int64)
        spans = np.column_stack([offsets[:-1], offsets[1:]])
        return cls(none, none, none, none, np.arange(len(none)), none, spans, edges)

    @property
    def edge_counts(self) -> Ints:
        """The number of each part's edges."""
        return self.spans[:, 1] - self.spans[:, 0]

    def take(self, which: Ints) -> "Parts":
        """The parts with these numbers, in this order."""
        names = ("slot", "column", "row", "shift", "place", "parity", "spans")
        return replace(self, **{name: getattr(self, name).take(which, axis=0) for name in names})


@dataclass(frozen=True)
class Cuts:
    """Parts that are to be cut: each into the cells of its box (first column, first row, columns, rows) at `shift`."""

    parts: Parts
    boxes: Ints
    shift: Ints

    @classmethod
    def finer(cls, parts: Parts, bits: Ints) -> "Cuts":
        """Each part's cell cut into 2^bits by 2^bits cells."""
        boxes = [parts.column << bits, parts.row << bits, 1 << bits, 1 << bits]
        return cls(parts, np.column_stack(boxes), parts.shift - bits)

    def take(self, which: Ints) -> "Cuts":
        """The cuts with these numbers, in this order."""
        return Cuts(self.parts.take(which), self.boxes[which], self.shift[which])

    def sizes(self) -> Ints:
        """(n, 2) number of parts and of edges that each cut gives."""
        sizes = np.empty((len(self.shift), 2), np.int64)
        nothing = np.empty(0, np.int64)
        self._split(False, (nothing, nothing, nothing, nothing, np.empty((0, 4))), sizes)
        return sizes

    def made(self, sizes: Ints) -> tuple[Parts, Ints]:
        """The parts that the cuts give, without slots, and for each the number of the cut that it comes from."""
        cells, kept = sizes.sum(axis=0)
        row, column, parity, edge_count = (np.empty(cells, np.int64) for _ in range(4))
        edges = np.empty((kept, 4))
        self._split(True, (row, column, parity, edge_count, edges), np.cumsum(sizes, axis=0) - sizes)
        origin = np.repeat(np.arange(len(sizes)), sizes[:, 0])
        ends = np.cumsum(edge_count)
        parts = Parts(
            slot=np.empty(0, np.int64),
            column=column + self.boxes[origin, 0],
            row=row + self.boxes[origin, 1],
            shift=self.shift[origin],
            place=self.parts.place[origin],
            parity=parity,
            spans=np.column_stack([ends - edge_count, ends]),
            edges=edges,
        )
        return parts, origin

    def _split(self, write: bool, out: tuple[Ints, Ints, Ints, Ints, Floats], at: Ints) -> None:
        """Run the compiled loop, each core on some of the cuts; they write to places of their own."""
        parts, scales = self.parts, np.exp2(LEVEL - self.shift)

        def share(begin: int, end: int) -> None:
            some = slice(begin, end)
            split_all(
                parts.edges,
                parts.spans[some],
                parts.parity[some],
                self.boxes[some],
                scales[some],
                write,
                out,
                at[some],
            )

        on_all_cores(share, parts.edge_counts)


def on_all_cores(share: Callable[[int, int], None], edges: Ints) -> None:
    """Deal parts that have so many edges out to the cores.

    Args:
        share: Works on the parts from the first number to the second, in compiled code that lets go of Python's lock.
        edges: Each part's number of edges.
    """
    done = np.cumsum(1 + edges)
    work = int(done[-1]) if len(done) else 0
    shares = min(SHARES, 1 + work // LEAST_SHARE)
    bounds = np.searchsorted(done, np.arange(shares + 1) * work // shares, side="right")
    if shares == 1:
        share(0, len(edges))
    else:
        with ThreadPoolExecutor(os.cpu_count()) as cores:
            list(cores.map(share, bounds[:-1], bounds[1:]))


def ranges(starts: Ints, counts: Ints) -> Ints:
    """The numbers starts[0], starts[0] + 1, ... of each range in turn."""
    return np.repeat(starts - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
