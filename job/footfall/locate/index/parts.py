"""Parts of places, each in one cell of the index, and their cutting into finer cells."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from footfall.locate.index.cells import (
    CELLS,
    COLUMN_ITEMS,
    EDGES,
    LEVEL,
    ROW_ITEMS,
    Floats,
    Ints,
    Out,
    split_all,
)

SHARES, LEAST_SHARE = 16, 1 << 14
"""Work is divided among the cores: at most so many shares, each of at least so many edges."""

FIRST_ROOM = np.array([1 << 10, 1 << 10, 1 << 14, 1 << 15])
"""The room that a share begins with, by ROW_ITEMS to EDGES."""

_Given = TypeVar("_Given")


@dataclass(frozen=True)
class Parts:
    """Parts of places, each in one cell.

    Attributes:
        slot: The cell's index in the tree's array of cells.
        column: The cell's column in the grid of its `shift`.
        row: The cell's row.
        shift: The size of the cell: 2^shift units of 2^-LEVEL degrees.
        place: The number of the place.
        parity: Crossings, modulo two, that hold for every ping of the cell.
        spans: (parts, 2) first edge and end of each part in `edges`.
        edges: (n, 4) ends x1, y1, x2, y2 in degrees.
    """

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
        """The whole places, not yet cut into cells.

        Args:
            edges: (n, 4) edges of all places.
            offsets: The first edge of each place, and at the end the number of edges."""
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
    """Parts to be cut, each into the cells of its box (first column, first row, columns, rows) at the finer `shift`."""

    parts: Parts
    boxes: Ints
    shift: Ints

    @classmethod
    def finer(cls, parts: Parts, bits: Ints) -> "Cuts":
        """The cuts of each part's cell into 2^bits by 2^bits cells."""
        boxes = [parts.column << bits, parts.row << bits, 1 << bits, 1 << bits]
        return cls(parts, np.column_stack(boxes), parts.shift - bits)

    def take(self, which: Ints) -> "Cuts":
        """The cuts with these numbers, in this order."""
        return Cuts(self.parts.take(which), self.boxes[which], self.shift[which])

    def cut(self, most: int = 2**62) -> "CutParts":
        """The parts in finer cells, in the order of the cuts; incomplete if they have more than `most` edges.

        The cuts are divided among the cores.
        """
        sizes = np.zeros((len(self.shift), 2), np.int64)
        shares = on_all_cores(lambda begin, end: self._split(begin, end, sizes, most), self.parts.edge_counts)
        pieces = [piece for share in shares for piece in share]
        row, column, parity, edge_count, edges = (_joined(columns) for columns in zip(*pieces, strict=True))
        del pieces, shares
        whole = bool(sizes[:, 1].sum() <= most)
        origin = np.repeat(np.arange(len(sizes)), sizes[:, 0])
        ends = np.cumsum(edge_count)
        parts = Parts(
            slot=np.zeros(len(column), np.int64),
            column=column + self.boxes[origin, 0],
            row=row + self.boxes[origin, 1],
            shift=self.shift[origin],
            place=self.parts.place[origin],
            parity=parity,
            spans=np.column_stack([ends - edge_count, ends]),
            edges=edges,
        )
        return CutParts(parts, sizes, whole)

    def _split(self, begin: int, end: int, sizes: Ints, most: int) -> list[Out]:
        """Run the compiled loop on some of the cuts, with more room each time it runs out; fills their sizes."""
        parts, pieces, edges = self.parts, list[Out](), 0
        scales, counts = np.exp2(LEVEL - self.shift), parts.edge_counts[begin:end]
        most_edges, (columns, rows) = (
            int(counts.max(initial=0)),
            self.boxes[begin:end, 2:].max(axis=0, initial=0),
        )
        room = np.array([2 * most_edges, 2 * most_edges, 0, 0]) + FIRST_ROOM
        room[EDGES] = max(room[EDGES], 2 * counts.sum())
        while True:
            out = *(np.empty(room[CELLS], np.int64) for _ in range(4)), np.empty((room[EDGES], 4))
            first, last, ends = np.empty(most_edges), np.empty(most_edges), np.empty(2 * most_edges + 2)
            lacking, some = np.zeros(4, np.int64), slice(begin, end)
            items = [
                np.empty(size, np.int64)
                for size in (rows + 2, room[ROW_ITEMS], columns + 3, room[COLUMN_ITEMS])
            ]
            spare = (first.view(np.int64), last.view(np.int64), *items, ends)
            done = split_all(
                parts.edges,
                parts.spans[some],
                parts.parity[some],
                self.boxes[some],
                scales[some],
                out,
                sizes[some],
                spare,
                lacking,
            )
            cells, kept = sizes[begin : begin + done].sum(axis=0)
            pieces.append((*(column[:cells] for column in out[:4]), out[4][:kept]))
            begin, edges = begin + done, edges + kept
            if begin == end or edges > most:
                return pieces
            room = np.maximum(room, 2 * lacking)


class CutParts(NamedTuple):
    """The parts that cuts give.

    Args:
        parts: The parts in finer cells; their `slot` is not set yet.
        sizes: (cuts, 2) the number of parts and of edges that come from each cut, in order.
        whole: Whether all parts are there.
    """

    parts: Parts
    sizes: Ints
    whole: bool

    @property
    def origin(self) -> Ints:
        """The number of the cut that each part comes from."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes[:, 0])

    def take(self, cuts: Ints) -> "CutParts":
        """The parts that come from the cuts with these numbers."""
        counts = self.sizes[:, 0]
        which = ranges((np.cumsum(counts) - counts)[cuts], counts[cuts])
        return CutParts(self.parts.take(which), self.sizes[cuts], self.whole)


def on_all_cores(share: Callable[[int, int], _Given], edges: Ints) -> list[_Given]:
    """Run a function on shares of the parts, divided among all cores by their numbers of edges.

    Args:
        share: Works on the parts from the first number up to the second, in compiled code that releases Python's lock.
        edges: Each part's number of edges.

    Returns:
        What the function returns for each share, in order.
    """
    done = np.cumsum(1 + edges)
    work = int(done[-1]) if len(done) else 0
    shares = min(SHARES, 1 + work // LEAST_SHARE)
    bounds = np.searchsorted(done, np.arange(shares + 1) * work // shares, side="right").tolist()
    if shares == 1:
        return [share(0, len(edges))]
    with ThreadPoolExecutor(os.cpu_count()) as cores:
        return list(cores.map(share, bounds[:-1], bounds[1:]))


def _joined(pieces: tuple[npt.NDArray[Any], ...]) -> npt.NDArray[Any]:
    """The concatenation of arrays."""
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)


def ranges(starts: Ints, counts: Ints) -> Ints:
    """The numbers of several ranges, one after the other: `counts[i]` numbers from `starts[i]` on."""
    return np.repeat(starts - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
