"""Which edges of a place can decide a ping, cell by cell of a grid.

A ping is inside when a ray from it to larger x crosses the place's edges an odd number of times. For all pings of one
half-open cell [x0, x1) x [y0, y1) most edges always cross, or never do, and fold into one bit. What is left are the
edges that meet the cell, unclipped, with the vertices as they were given; so the answer is that of the whole polygon.
An edge wholly right of the cell crosses exactly when its ends lie on different sides of the ping's y, so a chain of
them shrinks to its two ends: a "far" edge at x = FAR. The rule is that of JTS and GEOS (RayCrossingCounter).
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from footfall.compiled import kernel, part

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Box = tuple[int, int, float, int, int]
Out = tuple[Any, ...]
Spare = tuple[Any, ...]

ROW_ITEMS, COLUMN_ITEMS, CELLS, EDGES = range(4)
"""Indices of the room that `split_all` may lack: edges by row, edges of a row by column, cells, and edges."""

LEVEL = 30
"""Cells are numbered at 2^-30 degrees (0.1 mm), by an exact product; a coarser cell's number is a shift of that."""

FAR = 1e9
"""The x of edges that lie right of the cell, wherever that is, in degrees."""

MARGIN = 1e-11
"""Degrees by which an edge's extent in a row is widened: above the rounding of the clip (4e-13), below a cell."""


@part
def _extent_in_row(
    x1: float, y1: float, x2: float, y2: float, low: float, high: float
) -> tuple[float, float]:
    """The x range of an edge's part with low <= y <= high; never too narrow."""
    left, right = min(x1, x2), max(x1, x2)
    if left == FAR or (low <= min(y1, y2) and max(y1, y2) <= high):
        return left, right
    slope = (x2 - x1) / (y2 - y1)
    if np.isinf(slope):  # ends that differ by less than 1e-305 degrees in y
        return left, right
    a = x1 + (min(max(low, min(y1, y2)), max(y1, y2)) - y1) * slope
    b = x1 + (min(max(high, min(y1, y2)), max(y1, y2)) - y1) * slope
    return max(left, min(a, b) - MARGIN), min(right, max(a, b) + MARGIN)


@part
def _toggle(ends: Floats, count: int, y: float) -> int:
    """Add y to the set of chain ends, or remove it if present; gives the new size of the set.

    Two edges that share a vertex form one chain, whose ends do not include that vertex."""
    for i in range(count):
        if ends[i] == y:
            ends[i] = ends[count - 1]
            return count - 1
    ends[count] = y
    return count + 1


@part
def _assign_to_bins(first: Ints, last: Ints, count: int, offsets: Ints, items: Ints) -> int:
    """List for each bin the items that reach into it; item i reaches from bin first[i] to bin last[i].

    The items of bin b are written to `items` from offsets[b] to offsets[b + 1]; `offsets` is two longer than there are
    bins. Gives the total number; if `items` is too short for that, nothing is written to it.
    """
    offsets[:] = 0
    for i in range(count):
        for b in range(first[i], last[i] + 1):
            offsets[b + 2] += 1
    for b in range(1, len(offsets)):
        offsets[b] += offsets[b - 1]
    total = int(offsets[-1])
    if total <= len(items):
        for i in range(count):
            for b in range(first[i], last[i] + 1):
                items[offsets[b + 1]] = i
                offsets[b + 1] += 1
    return total


@part
def _bin_by_row(edges: Floats, box: Box, spare: Spare) -> int:
    """List for each row of cells the edges that meet it; gives their total number."""
    _, iy0, scale, _, rows = box
    first, last, offsets, items = spare[0], spare[1], spare[2], spare[3]
    for e in range(len(edges)):
        low, high = min(edges[e, 1], edges[e, 3]), max(edges[e, 1], edges[e, 3])
        first[e] = max(0, int(np.floor(low * scale)) - iy0)
        last[e] = min(rows - 1, int(np.floor(high * scale)) - iy0)
    return _assign_to_bins(first, last, len(edges), offsets[: rows + 2], items)


@part
def _bin_by_column(edges: Floats, members: Ints, box: Box, row: int, spare: Spare) -> int:
    """List for each column the members of a row that may meet its cell, and after the last column those to the right.

    `spare[0]` is filled with the first column that each member may meet. Gives the total number.
    """
    ix0, iy0, scale, columns, _ = box
    first, last, offsets, items = spare[0], spare[1], spare[4], spare[5]
    low, high = (iy0 + row) / scale, (iy0 + row + 1) / scale
    for i in range(len(members)):
        e = members[i]
        left, right = _extent_in_row(edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3], low, high)
        first[i] = min(columns, max(0, int(np.floor(left * scale)) - ix0))
        last[i] = max(-1, int(np.floor(right * scale)) - ix0)
        last[i] = columns if first[i] == columns else min(columns - 1, last[i])
    return _assign_to_bins(first, last, len(members), offsets[: columns + 3], items)


@part
def _put_far_edges(ends: Floats, count: int, out_edges: Floats, at: int) -> None:
    """Write the open chain ends as far edges, in pairs; a last single one ends at FAR, which adds a crossing."""
    for i in range(0, count - 1, 2):
        out_edges[at + i // 2] = (FAR, ends[i], FAR, ends[i + 1])
    if count % 2 == 1:
        out_edges[at + count // 2] = (FAR, ends[count - 1], FAR, FAR)


@part
def _walk_row(  # noqa: PLR0913  (compiled code takes arrays and tuples, not objects)
    edges: Floats, members: Ints, box: Box, row: int, parity: int, out: Out, at: tuple[int, int], spare: Spare
) -> tuple[int, int]:
    """Write the cells of one row that the place meets, from right to left; gives where the next cell and edge go.

    Arguments as in `split_all`."""
    first, offsets, here, ends = spare[0], spare[4], spare[5], spare[6]
    low, high = (box[1] + row) / box[2], (box[1] + row + 1) / box[2]
    open_ends = 0
    cell, edge = at
    for column in range(box[3] - 1, -1, -1):
        for p in range(offsets[column + 1], offsets[column + 2]):
            i = here[p]
            if first[i] == column + 1:  # from this column on it lies to the right of the cell
                for end in (1, 3):
                    y = edges[members[i], end]
                    if y >= high:
                        parity ^= 1
                    elif y > low:
                        open_ends = _toggle(ends, open_ends, y)
        begin, kept = offsets[column], offsets[column + 1] - offsets[column]
        for i in range(kept):
            for number in range(4):
                out[4][edge + i, number] = edges[members[here[begin + i]], number]
        _put_far_edges(ends, open_ends, out[4], edge + kept)
        kept += (open_ends + 1) // 2
        if kept > 0 or parity == 1:
            out[0][cell], out[1][cell] = row, column
            out[2][cell], out[3][cell] = parity ^ (open_ends % 2), kept
            cell += 1
            edge += kept
    return cell, edge


@part
def _split(  # noqa: PLR0913  (compiled code takes arrays and tuples, not objects)
    edges: Floats, parity: int, box: Box, out: Out, at: tuple[int, int], spare: Spare, lacking: Ints
) -> tuple[int, int]:
    """Cut one part; gives where the next cell and edge go, or (-1, -1) if there is too little room."""
    lacking[ROW_ITEMS] = _bin_by_row(edges, box, spare)
    if lacking[ROW_ITEMS] > len(spare[3]):
        return -1, -1
    for row in range(box[4]):
        begin, end = spare[2][row], spare[2][row + 1]
        if parity == 0 and begin == end:
            continue
        members = spare[3][begin:end]
        lacking[COLUMN_ITEMS] = _bin_by_column(edges, members, box, row, spare)
        # Each cell has at most as many open chains as there are members.
        lacking[CELLS], lacking[EDGES] = at[0] + box[3], at[1] + lacking[COLUMN_ITEMS] + box[3] * len(members)
        if (
            lacking[COLUMN_ITEMS] > len(spare[5])
            or lacking[CELLS] > len(out[0])
            or lacking[EDGES] > len(out[4])
        ):
            return -1, -1
        at = _walk_row(edges, members, box, row, parity, out, at, spare)
    return at


@kernel(
    "f8[,] i8[,] i8[] i8[,] f8[] (i8[]! i8[]! i8[]! i8[]! f8[,]!) i8[,]!"
    " (i8[]! i8[]! i8[]! i8[]! i8[]! i8[]! f8[]!) i8[]!",
    "i8",
)
def split_all(  # noqa: PLR0913  (compiled code takes arrays and tuples, not objects)
    edges: Floats,
    spans: Ints,
    parities: Ints,
    boxes: Ints,
    scales: Floats,
    out: Out,
    sizes: Ints,
    spare: Spare,
    lacking: Ints,
) -> int:
    """Cut parts of places, each into the cells of a grid, until all are cut or the room is used up.

    Args:
        edges: (n, 4) ends x1, y1, x2, y2 in degrees, of all parts.
        spans: (parts, 2) first edge and end of each part.
        parities: Crossings, modulo two, that hold for every ping of the part's grid.
        boxes: (parts, 4) first column, first row, columns, rows of each part's grid.
        scales: Each grid's cells per degree, a power of two.
        out: Filled with each cell's row, column, parity and number of edges (0: the cell lies inside); and all edges.
        sizes: (parts, 2) filled with the number of cells and edges of each part.
        spare: Scratch arrays: two numbers per edge; offsets of rows, and edges by row; offsets of columns, and edges by
            column; and ends of chains.
        lacking: Filled with the room that the first part not cut may need: ROW_ITEMS to EDGES.

    Returns:
        The number of parts that were cut.
    """
    cell, edge = 0, 0
    for i in range(len(spans)):
        box = (boxes[i, 0], boxes[i, 1], scales[i], boxes[i, 2], boxes[i, 3])
        cells, kept = _split(
            edges[spans[i, 0] : spans[i, 1]], parities[i], box, out, (cell, edge), spare, lacking
        )
        if cells < 0:
            return i
        sizes[i, 0], sizes[i, 1] = cells - cell, kept - edge
        cell, edge = cells, kept
    return len(spans)
