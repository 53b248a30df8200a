"""The compiled loop: which places hold each ping."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from footfall.locate.index.cells import LEVEL, Floats
from footfall.locate.index.leaves import EDGE, EDGES, LAST, PARITY, PLACE

Grid = tuple[int, int, int, int, int]
Tree = tuple[Any, ...]
Finds = tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], npt.NDArray[np.int8]]

FILTER = 4e-16
"""A determinant below this share of its terms has no certain sign (Shewchuk's bound for orient2d: 3.33e-16)."""

UNDERFLOW = 1e-290
"""Below this, products may have lost bits to underflow."""

OUTSIDE, INSIDE, UNDECIDED = 0, 1, 2


@njit(cache=True, inline="always")
def _crossings(
    x: float, y: float, edges: npt.NDArray[np.float64], start: int, count: int, parity: int
) -> int:
    """INSIDE or OUTSIDE by the crossings of a ray to larger x, or UNDECIDED where the ping is on an edge, or may be.

    `edges` holds `count` edges from `start` on, four numbers each.
    """
    for e in range(start, start + EDGE * count, EDGE):
        y1, y2 = edges[e + 1], edges[e + 3]
        if (y < y1 and y < y2) or (y > y1 and y > y2):
            continue
        x1, x2 = edges[e], edges[e + 2]
        if x > x1 and x > x2:
            continue
        if x < x1 and x < x2:
            parity ^= (y1 > y) != (y2 > y)
            continue
        left, right = (x1 - x) * (y2 - y), (y1 - y) * (x2 - x)
        det = left - right
        if abs(det) <= FILTER * abs(left + right) + UNDERFLOW:
            return UNDECIDED
        if (y1 > y) != (y2 > y) and (det > 0) == (y2 > y1):
            parity ^= 1
    return parity


@njit(cache=True, inline="always")
def _code_of(
    x: float, y: float, grid: Grid, cells: npt.NDArray[np.int32], nodes: npt.NDArray[np.int64]
) -> int:
    """The code of the smallest cell that holds the ping, 0 where no place is near: a walk down the tree of grids."""
    shift, first_x, first_y, columns, rows = grid
    ix, iy = int(np.floor(x * 2.0**LEVEL)), int(np.floor(y * 2.0**LEVEL))
    column, row = (ix >> shift) - first_x, (iy >> shift) - first_y
    if column < 0 or row < 0 or column >= columns or row >= rows:
        return 0
    code = cells[row * columns + column]
    while code < 0:
        shift, bits, base = nodes[-code - 1, 0], nodes[-code - 1, 1], nodes[-code - 1, 2]
        mask = (1 << bits) - 1
        code = cells[base + (((iy >> shift) & mask) << bits) + ((ix >> shift) & mask)]
    return int(code)


@njit(cache=True, nogil=True)
def find(lon: Floats, lat: Floats, start: int, tree: Tree, out: Finds) -> tuple[int, int]:
    """Find the places of the pings from `start` on, until all are done or the output is full.

    Args:
        lon: Longitudes in degrees, finite.
        lat: Latitudes in degrees, finite.
        start: The first ping to look at.
        tree: The arrays of `Index.tree`.
        out: Ping number, place number and verdict (INSIDE or UNDECIDED) of each find; longer than the fullest leaf.

    Returns:
        The ping to go on with, and the number of finds.
    """
    grid, cells, nodes, places, leaves, edges, fullest = tree
    out_ping, out_place, out_verdict = out
    found = 0
    for i in range(start, len(lon)):
        code = _code_of(lon[i], lat[i], grid, cells, nodes)
        if code == 0:
            continue
        if found + fullest > len(out_ping):
            return i, found
        if code <= places:
            out_ping[found], out_place[found], out_verdict[found] = i, code - 1, INSIDE
            found += 1
            continue
        at, last = code - places - 1, 0
        while not last:
            head = leaves[at]
            count, last = head & EDGES, (head >> LAST) & 1
            verdict = _crossings(lon[i], lat[i], edges, at + 1, count, (head >> PARITY) & 1)
            at += 1 + EDGE * count
            if verdict != OUTSIDE:
                out_ping[found], out_place[found], out_verdict[found] = i, head >> PLACE, verdict
                found += 1
    return len(lon), found
