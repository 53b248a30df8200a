"""The leaves of the index: the edges that can decide a ping in a cell, side by side in memory.

A leaf is a run of 64-bit words. For each place that meets its cell there is a head, which holds the place's number, its
parity, whether it is the leaf's last and how many edges follow; then come four doubles for each of its edges.
"""

from typing import TypeVar

import numpy as np

from footfall.compiled import kernel
from footfall.locate.index.cells import Floats, Ints
from footfall.locate.index.parts import Parts, on_all_cores

PLACE, PARITY, LAST = 32, 31, 30
"""The bits of a head at which its fields begin; the number of edges is below them."""

EDGES = (1 << LAST) - 1
"""The mask of the number of edges."""

EDGE = 4
"""Words of an edge."""

CELL_BYTES, PART_BYTES, EDGE_BYTES = 4, 8, 8 * EDGE
"""The bytes of a cell's code, and those that a part of a place, and each of its edges, take in a leaf."""

_Count = TypeVar("_Count", int, Ints)


def bytes_of(cells: _Count, parts: _Count, edges: _Count) -> _Count:
    """The bytes that cells with so many parts of places and edges in them take in the index."""
    return CELL_BYTES * cells + PART_BYTES * parts + EDGE_BYTES * edges


def extents(parts: Parts, counts: Ints) -> tuple[Ints, int]:
    """The word at which each leaf starts, and the number of words of all leaves.

    Args:
        parts: The parts of places in the leaves, those of a leaf side by side.
        counts: The number of parts of each leaf.
    """
    starts = _starts(parts)
    return starts[np.cumsum(counts) - counts], int(starts[-1])


def write(parts: Parts, counts: Ints, words: Ints) -> int:
    """Write the leaves to the first words, and give how many words they take; arguments as in `extents`."""
    last = np.zeros(len(parts.place), np.int64)
    last[np.cumsum(counts) - 1] = 1
    heads = parts.place << PLACE | parts.parity << PARITY | last << LAST | parts.edge_counts
    starts = _starts(parts)

    def share(begin: int, end: int) -> None:
        some = slice(begin, end)
        _write(heads[some], parts.spans[some], parts.edges, starts[some], words, words.view(np.float64))

    on_all_cores(share, parts.edge_counts)
    return int(starts[-1])


def _starts(parts: Parts) -> Ints:
    """The word at which each part starts, and at the end that at which the last one ends."""
    return np.cumsum(np.concatenate([[0], 1 + EDGE * parts.edge_counts]))


@kernel("i8[] i8[,] f8[,] i8[] i8[]! f8[]!")
def _write(heads: Ints, spans: Ints, edges: Floats, starts: Ints, words: Ints, doubles: Floats) -> None:
    """Write the parts to `words`, each from its start; `doubles` is a view of the same memory."""
    for part in range(len(heads)):
        at = starts[part]
        words[at] = heads[part]
        at += 1
        for e in range(spans[part, 0], spans[part, 1]):
            for i in range(EDGE):
                doubles[at + i] = edges[e, i]
            at += EDGE
