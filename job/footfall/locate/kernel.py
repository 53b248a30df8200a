"""The compiled loop: which places hold each ping.

Pings are looked up in blocks of some thousand, in phases that each do one thing to the whole block, so that the
processor seldom waits for a mispredicted branch or for memory: look up the root cells; note pings in cells that lie
inside one place; walk down to finer grids; and test the few remaining pings against edges.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from footfall.compiled import kernel, part, prefetch
from footfall.locate.index.cells import LEVEL, Floats, Ints
from footfall.locate.index.leaves import EDGE, EDGES, LAST, PARITY, PLACE

Grid = tuple[int, int, int, int, int]
Tree = tuple[Any, ...]
Numbers = npt.NDArray[np.int32]
Finds = tuple[Numbers, Numbers, npt.NDArray[np.int8]]

FILTER = 4e-16
"""A determinant below this share of its terms has no certain sign (Shewchuk's bound for orient2d: 3.33e-16)."""

UNDERFLOW = 1e-290
"""Below this, products may have lost bits to underflow."""

OUTSIDE, INSIDE, UNDECIDED = 0, 1, 2

BLOCK = 4096
"""Pings in a block, so few that their codes stay in a core's first caches."""

AHEAD, LINE = 16, 8
"""How many tests ahead a leaf is prefetched; and the words in a cache line."""


@part
def _crossings(
    x: float, y: float, edges: npt.NDArray[np.float64], start: int, count: int, parity: int
) -> int:
    """INSIDE or OUTSIDE by the crossings of a ray to larger x; UNDECIDED if the ping is, or may be, on an edge.

    `edges` holds `count` edges from `start` on, four numbers each. Every edge takes the same steps, without a branch.
    """
    undecided = False
    for e in range(start, start + EDGE * count, EDGE):
        x1, y1, x2, y2 = edges[e], edges[e + 1], edges[e + 2], edges[e + 3]
        beside = ((y < y1) & (y < y2)) | ((y > y1) & (y > y2)) | ((x > x1) & (x > x2))
        left_of_both = (x < x1) & (x < x2)
        left, right = (x1 - x) * (y2 - y), (y1 - y) * (x2 - x)
        det = left - right
        unsure = abs(det) <= FILTER * abs(left + right) + UNDERFLOW
        undecided |= unsure & (not beside) & (not left_of_both)
        crosses = ((y1 > y) != (y2 > y)) & (left_of_both | ((det > 0) == (y2 > y1)))
        parity ^= crosses & (not beside)
    return UNDECIDED if undecided else parity


@part
def _root_codes(lon: Floats, lat: Floats, grid: Grid, cells: Numbers, codes: Numbers) -> None:
    """Fill `codes` with the code of each ping's cell in the root grid; 0 outside the grid."""
    shift, first_x, first_y, columns, rows = grid
    finest, coarser = 2.0**LEVEL, 2.0**-shift
    for i in range(len(lon)):
        # Two exact products: a single one would round coordinates close to zero.
        column = np.floor(np.floor(lon[i] * finest) * coarser) - first_x
        row = np.floor(np.floor(lat[i] * finest) * coarser) - first_y
        within = (column >= 0) & (row >= 0) & (column < columns) & (row < rows)
        codes[i] = np.int32(row * columns + column if within else -1.0)
    for i in range(len(lon)):
        codes[i] = cells[np.uint32(max(codes[i], 0))] if codes[i] >= 0 else 0


@part
def _take_inside(
    codes: Numbers, start: int, places: int, out: Finds, found: int, rest: Numbers
) -> tuple[int, int]:
    """Add finds for pings in cells inside one place, list undecided pings in `rest`, and give the numbers of both."""
    out_ping, out_place, out_verdict = out
    left = 0
    for i in range(len(codes)):
        code = codes[i]
        inside = (code > 0) & (code <= places)
        out_ping[found], out_place[found], out_verdict[found] = start + i, code - 1, INSIDE
        found += inside
        rest[left] = i
        left += (code != 0) & (not inside)
    return found, left


@part
def _walk_down(
    at: tuple[Floats, Floats], cells: Numbers, nodes: Ints, codes: Numbers, rest: Numbers, left: int
) -> int:
    """Walk the pings of `rest` down to leaves; moves those in non-empty cells to the front, and gives their number."""
    lon, lat = at
    kept = 0
    for r in range(left):
        i = rest[r]
        code = np.int64(codes[i])
        if code < 0:
            x, y = int(np.floor(lon[i] * 2.0**LEVEL)), int(np.floor(lat[i] * 2.0**LEVEL))
            while code < 0:
                shift, bits, base = nodes[-code - 1, 0], nodes[-code - 1, 1], nodes[-code - 1, 2]
                mask = (1 << bits) - 1
                code = np.int64(cells[base + (((y >> shift) & mask) << bits) + ((x >> shift) & mask)])
        # Codes of finished pings are not needed: the remaining ones are moved to the front.
        rest[kept], codes[kept] = i, code
        kept += code != 0
    return kept


@part
def _test(  # noqa: PLR0913  (compiled code takes arrays and tuples, not objects)
    at: tuple[Floats, Floats], start: int, tree: Tree, codes: Numbers, rest: Numbers, out: Finds, found: int
) -> tuple[int, int]:
    """Test the pings of `rest` against the edges in their leaves, until all are done or the output is full.

    Gives the number of finds, and of finished pings.
    """
    lon, lat = at
    _, _, _, places, leaves, edges, fullest = tree
    out_ping, out_place, out_verdict = out
    for r in range(len(rest)):
        if found + fullest >= len(out_ping):
            return found, r
        ahead = max(np.int64(codes[min(r + AHEAD, len(rest) - 1)]) - places - 1, 0)
        prefetch(leaves, ahead)
        prefetch(leaves, ahead + LINE)
        i, code = rest[r], np.int64(codes[r])
        if code <= places:
            out_ping[found], out_place[found], out_verdict[found] = start + i, code - 1, INSIDE
            found += 1
            continue
        word, last = code - places - 1, 0
        while not last:
            head = leaves[word]
            count, last = head & EDGES, (head >> LAST) & 1
            verdict = _crossings(lon[i], lat[i], edges, word + 1, count, (head >> PARITY) & 1)
            word += 1 + EDGE * count
            out_ping[found], out_place[found], out_verdict[found] = start + i, head >> PLACE, verdict
            found += verdict != OUTSIDE
    return found, len(rest)


@part
def _drop_from_ping(out: Finds, begin: int, end: int, found: int, ping: int) -> int:
    """Drop the finds between `begin` and `end` (sorted by ping) from `ping` on; gives the number of remaining finds."""
    out_ping, out_place, out_verdict = out
    kept = begin
    while kept < end and out_ping[kept] < ping:
        kept += 1
    for i in range(end, found):
        out_ping[kept], out_place[kept], out_verdict[kept] = out_ping[i], out_place[i], out_verdict[i]
        kept += 1
    return kept


@kernel(
    "f8[] f8[] i8 ((i8 i8 i8 i8 i8) i4[] i8[,] i8 i8[] f8[] i8) (i4[]! i4[]! i1[]!) (i4[]! i4[]!)", "i8 i8"
)
def find(
    lon: Floats, lat: Floats, start: int, tree: Tree, out: Finds, spare: tuple[Numbers, Numbers]
) -> tuple[int, int]:
    """Find the places of the pings from `start` on, until all are done or the output is full.

    Args:
        lon: Longitudes in degrees, finite.
        lat: Latitudes in degrees, finite.
        start: The first ping to look at.
        tree: The arrays of `Index.tree`.
        out: Filled with ping number, place number and verdict (INSIDE or UNDECIDED) of each find, those of a ping
            side by side; longer than BLOCK and the fullest leaf together.
        spare: Scratch arrays: BLOCK numbers, and BLOCK + 1.

    Returns:
        The ping to continue with, and the number of finds.
    """
    grid, cells, nodes, places, _, _, _ = tree
    all_codes, rest = spare
    found = 0
    for block in range(start, len(lon), BLOCK):
        size = min(BLOCK, len(lon) - block)
        if found + size >= len(out[0]):
            return block, found
        codes, at = all_codes[:size], (lon[block : block + size], lat[block : block + size])
        _root_codes(at[0], at[1], grid, cells, codes)
        before = found
        found, left = _take_inside(codes, block, places, out, found, rest)
        left, inside = _walk_down(at, cells, nodes, codes, rest, left), found
        found, done = _test(at, block, tree, codes, rest[:left], out, found)
        if done < left:
            ping = block + rest[done]
            return ping, _drop_from_ping(out, before, inside, found, ping)
    return len(lon), found
