"""Which edges of a place can decide a ping, cell by cell of a grid.

A ping is inside when a ray from it to larger x crosses the place's edges an odd number of times. For all pings of one
half-open cell [x0, x1) x [y0, y1) most edges always cross, or never do, and fold into one bit. What is left are the
edges that meet the cell, unclipped, with the vertices as they were given; so the answer is that of the whole polygon.
An edge wholly right of the cell crosses exactly when its ends lie on different sides of the ping's y, so a chain of
them shrinks to its two ends: a "far" edge at x = FAR. The rule is that of JTS and GEOS (RayCrossingCounter).
"""

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Box = tuple[int, int, float, int, int]
Out = tuple[Ints, Ints, Ints, Ints, Floats]

LEVEL = 30
"""Cells are numbered at 2^-30 degrees (0.1 mm), by an exact product; a coarser cell's number is a shift of that."""

FAR = 1e9
"""The x of edges that lie right of the cell, wherever that is, in degrees."""

MARGIN = 1e-11
"""Degrees by which an edge's extent in a row is widened: above the rounding of the clip (4e-13), below a cell."""


@njit(cache=True)
def _extent_in_row(
    x1: float, y1: float, x2: float, y2: float, low: float, high: float
) -> tuple[float, float]:
    """The x range, surely wide enough, of an edge's part with low <= y <= high."""
    left, right = min(x1, x2), max(x1, x2)
    if left == FAR or (low <= min(y1, y2) and max(y1, y2) <= high):
        return left, right
    slope = (x2 - x1) / (y2 - y1)
    if np.isinf(slope):  # ends that differ by less than 1e-305 degrees in y
        return left, right
    a = x1 + (min(max(low, min(y1, y2)), max(y1, y2)) - y1) * slope
    b = x1 + (min(max(high, min(y1, y2)), max(y1, y2)) - y1) * slope
    return max(left, min(a, b) - MARGIN), min(right, max(a, b) + MARGIN)


@njit(cache=True)
def _toggle(ends: Floats, count: int, y: float) -> int:
    """Add y to the set of chain ends, or take it out when it is there: two edges that share a vertex go on as one."""
    for i in range(count):
        if ends[i] == y:
            ends[i] = ends[count - 1]
            return count - 1
    ends[count] = y
    return count + 1


@njit(cache=True)
def _dealt(first: Ints, last: Ints, bins: int) -> tuple[Ints, Ints]:
    """For each bin which of the items reach into it, from their first bin to their last, as offsets and items."""
    offsets = np.zeros(bins + 1, np.int64)
    for i in range(len(first)):
        for b in range(first[i], last[i] + 1):
            offsets[b + 1] += 1
    offsets = np.cumsum(offsets)
    items = np.empty(offsets[-1], np.int64)
    cursor = offsets[:-1].copy()
    for i in range(len(first)):
        for b in range(first[i], last[i] + 1):
            items[cursor[b]] = i
            cursor[b] += 1
    return offsets, items


@njit(cache=True)
def _rows_of_edges(edges: Floats, iy0: int, scale: float, rows: int) -> tuple[Ints, Ints]:
    """For each row of cells the edges that meet it, as offsets and edge numbers."""
    first = np.empty(len(edges), np.int64)
    last = np.empty(len(edges), np.int64)
    for e in range(len(edges)):
        low, high = min(edges[e, 1], edges[e, 3]), max(edges[e, 1], edges[e, 3])
        first[e] = max(0, int(np.floor(low * scale)) - iy0)
        last[e] = min(rows - 1, int(np.floor(high * scale)) - iy0)
    return _dealt(first, last, rows)


@njit(cache=True)
def _put_far_edges(ends: Floats, count: int, out_edges: Floats, at: int) -> None:
    """Write the open chain ends as far edges, two by two; one without partner goes up to FAR, which adds a crossing."""
    for i in range(0, count - 1, 2):
        out_edges[at + i // 2] = (FAR, ends[i], FAR, ends[i + 1])
    if count % 2 == 1:
        out_edges[at + count // 2] = (FAR, ends[count - 1], FAR, FAR)


@njit(cache=True)
def _columns_of_edges(edges: Floats, members: Ints, box: Box, row: int) -> tuple[Ints, Ints, Ints]:
    """For each column of a row which members may meet its cell, as offsets and members, and last those beyond.

    The third array tells the first column that each member may meet.
    """
    ix0, iy0, scale, columns, _ = box
    low, high = (iy0 + row) / scale, (iy0 + row + 1) / scale
    first, last = np.empty(len(members), np.int64), np.empty(len(members), np.int64)
    for i in range(len(members)):
        e = edges[members[i]]
        left, right = _extent_in_row(e[0], e[1], e[2], e[3], low, high)
        first[i] = min(columns, max(0, int(np.floor(left * scale)) - ix0))
        last[i] = max(-1, int(np.floor(right * scale)) - ix0)
        last[i] = columns if first[i] == columns else min(columns - 1, last[i])
    offsets, here = _dealt(first, last, columns + 1)
    return offsets, here, first


@njit(cache=True)
def _walk_row(  # noqa: PLR0913  (numba takes arrays and tuples, not objects)
    edges: Floats, members: Ints, box: Box, row: int, parity: int, write: bool, out: Out, at: tuple[int, int]
) -> tuple[int, int]:
    """The cells of one row that the place meets, from right to left; arguments as in `split`."""
    low, high = (box[1] + row) / box[2], (box[1] + row + 1) / box[2]
    offsets, here, first = _columns_of_edges(edges, members, box, row)
    ends, open_ends = np.empty(2 * len(members) + 2), 0
    cell, edge = at
    for column in range(box[3] - 1, -1, -1):
        for i in here[offsets[column + 1] : offsets[column + 2]]:
            if first[i] == column + 1:  # from here on it lies to the right
                for y in (edges[members[i], 1], edges[members[i], 3]):
                    if y >= high:
                        parity ^= 1
                    elif y > low:
                        open_ends = _toggle(ends, open_ends, y)
        kept = offsets[column + 1] - offsets[column]
        if write:
            for i in range(kept):
                out[4][edge + i] = edges[members[here[offsets[column] + i]]]
            _put_far_edges(ends, open_ends, out[4], edge + kept)
        kept += (open_ends + 1) // 2
        if kept > 0 or parity == 1:
            if write:
                out[0][cell], out[1][cell], out[2][cell], out[3][cell] = (
                    row,
                    column,
                    parity ^ (open_ends % 2),
                    kept,
                )
            cell += 1
            edge += kept
    return cell, edge


@njit(cache=True)
def split(
    edges: Floats, parity: int, box: Box, write: bool, out: Out, at: tuple[int, int]
) -> tuple[int, int]:
    """Cut a place, or its part in one cell, into the cells of a grid.

    Args:
        edges: (n, 4) ends x1, y1, x2, y2 in degrees.
        parity: Crossings, modulo two, that hold for every ping of the box.
        box: First column and row of the grid, cells per degree (a power of two), columns, rows.
        write: False only counts what would be written.
        out: Per cell its row, column, parity and number of edges (0: the cell lies inside); and all edges in order.
        at: Where to write: cells, edges.

    Returns:
        Where the next cell and the next edge would be written.
    """
    offsets, members = _rows_of_edges(edges, box[1], box[2], box[4])
    for r in range(box[4]):
        if parity == 0 and offsets[r] == offsets[r + 1]:
            continue
        at = _walk_row(edges, members[offsets[r] : offsets[r + 1]], box, r, parity, write, out, at)
    return at


@njit(cache=True, nogil=True)
def split_all(  # noqa: PLR0913  (numba takes arrays and tuples, not objects)
    edges: Floats, spans: Ints, parities: Ints, boxes: Ints, scales: Floats, write: bool, out: Out, at: Ints
) -> None:
    """Run `split` on many parts of places.

    Args:
        edges: (n, 4) edges of all parts.
        spans: (parts, 2) first edge and end of each part.
        parities: Each part's parity.
        boxes: (parts, 4) first column, first row, columns, rows of each part's grid.
        scales: Each part's cells per degree.
        write: False only counts.
        out: As in `split`.
        at: (parts, 2) where each part's cells and edges start in the output. If `write` is False it is filled with how
            many they are.
    """
    for i in range(len(spans)):
        box = (boxes[i, 0], boxes[i, 1], scales[i], boxes[i, 2], boxes[i, 3])
        part = edges[spans[i, 0] : spans[i, 1]]
        if write:
            split(part, parities[i], box, write, out, (at[i, 0], at[i, 1]))
        else:
            at[i] = split(part, parities[i], box, write, out, (0, 0))
