"""The leaves of the index: what can decide a ping in a cell, side by side in memory.

A leaf is a run of 64-bit words. For each place that meets its cell there is a head, which holds the place's number, its
parity, whether it is the leaf's last and how many edges follow; then come four doubles for each edge.
"""

import numpy as np
from numba import njit

from footfall.locate.cells import Floats, Ints
from footfall.locate.parts import Parts

PLACE, PARITY, LAST = 32, 31, 30
"""The bits of a head at which its fields begin; the number of edges is below them."""

EDGES = (1 << LAST) - 1
"""The mask of the number of edges."""

EDGE = 4
"""Words of an edge."""

PART_BYTES, EDGE_BYTES = 8, 8 * EDGE
"""What a part of a place and an edge that decides it take in a leaf."""


def leaves_of(parts: Parts, counts: Ints) -> tuple[Ints, Ints]:
    """The words of leaves, and where each leaf starts.

    Args:
        parts: The parts of places in the leaves, those of each leaf together.
        counts: How many of them each leaf has.
    """
    ends = np.cumsum(1 + EDGE * parts.edge_counts)
    last = np.cumsum(counts) - 1
    words = np.empty(ends[-1] if len(ends) else 0, np.int64)
    _write(parts.place, parts.parity, parts.spans, parts.edges, last, words, words.view(np.float64))
    return words, np.concatenate([[0], ends[last[:-1]]])[: len(counts)]


@njit(cache=True)
def _write(  # noqa: PLR0913  (numba takes arrays and tuples, not objects)
    place: Ints, parity: Ints, spans: Ints, edges: Floats, last: Ints, words: Ints, doubles: Floats
) -> None:
    """Fill `words`, which `doubles` are the same memory as."""
    at, leaf = 0, 0
    for part in range(len(place)):
        first, end = spans[part]
        is_last = part == last[leaf]
        leaf += is_last
        words[at] = place[part] << PLACE | parity[part] << PARITY | is_last << LAST | (end - first)
        at += 1
        for e in range(first, end):
            for i in range(EDGE):
                doubles[at + i] = edges[e, i]
            at += EDGE
