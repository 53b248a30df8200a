"""The edges of polygons, from their well-known binary (OGC 06-103r4, 8.2): no shape is made of each."""

import numpy as np
import numpy.typing as npt
import shapely

from footfall.compiled import kernel, part
from footfall.compiled.octets import few_octets

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Octets = npt.NDArray[np.uint8]

LITTLE_ENDIAN = 1
"""The byte order that shapely writes here."""

POLYGON, MULTIPOLYGON = 3, 6
"""The types of shapes in two dimensions that have edges."""

POINT_BYTES = 16
"""Two doubles."""


def edges(wkb: tuple[bytes, ...]) -> tuple[Floats, Ints]:
    """The edges of all rings of polygons, holes included.

    Args:
        wkb: Polygons or multipolygons in degrees.

    Returns:
        (n, 4) ends x1, y1, x2, y2 exactly as in the polygons, without edges of length zero; and (len(wkb) + 1,) where
        each polygon's edges start.

    Raises:
        ValueError: A shape is no polygon.
    """
    found = _edges(wkb) or _edges(_plain(wkb))
    if found is None:
        raise ValueError("Only polygons and multipolygons have rings")
    return found


def _edges(wkb: tuple[bytes, ...]) -> tuple[Floats, Ints] | None:
    """As `edges`; None if the binary is not written as `_plain` writes it."""
    octets = np.frombuffer(b"".join(wkb), np.uint8)
    starts = np.cumsum([0, *map(len, wkb)])
    found, offsets = np.empty((len(octets) // POINT_BYTES, 4)), np.zeros(len(wkb) + 1, np.int64)
    doubles = found.reshape(-1)
    count = _read(octets, starts, doubles, doubles.view(np.uint64), offsets)
    return None if count < 0 else (found[:count], offsets)


def _plain(wkb: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The same polygons in two dimensions, little end first."""
    flat = shapely.force_2d(shapely.from_wkb(wkb))
    return tuple(shapely.to_wkb(flat, byte_order=LITTLE_ENDIAN, output_dimension=2))


@kernel("u1[] i8[] f8[]! u8[]! i8[]!", "i8")
def _read(octets: Octets, starts: Ints, doubles: Floats, words: npt.NDArray[np.uint64], offsets: Ints) -> int:
    """Fill `doubles`, which `words` are the same memory as, and `offsets`; give the number of edges, or -1."""
    edge = 0
    for shape in range(len(starts) - 1):
        at, end = int(starts[shape]), int(starts[shape + 1])
        while at < end:
            kind = few_octets(octets, at + 1, 4)
            if octets[at] != LITTLE_ENDIAN or (kind != POLYGON and kind != MULTIPOLYGON):
                return -1
            rings = np.int64(few_octets(octets, at + 5, 4))
            at += 9
            if kind == MULTIPOLYGON:  # its polygons follow, each with a head of its own
                continue
            for _ in range(rings):
                points = np.int64(few_octets(octets, at, 4))
                at, edge = _read_ring(octets, at + 4, points, doubles, words, edge)
        offsets[shape + 1] = edge
    return edge


@part
def _read_ring(
    octets: Octets, at: int, points: np.int64, doubles: Floats, words: npt.NDArray[np.uint64], edge: int
) -> tuple[int, int]:
    """Write a ring's edges, and give where the next ring begins and the number of edges."""
    x, y = np.uint64(0), np.uint64(0)
    for point in range(points):
        next_x, next_y = few_octets(octets, at, 8), few_octets(octets, at + 8, 8)
        at += POINT_BYTES
        if point > 0:
            to = 4 * edge
            words[to], words[to + 1], words[to + 2], words[to + 3] = x, y, next_x, next_y
            if doubles[to] != doubles[to + 2] or doubles[to + 1] != doubles[to + 3]:
                edge += 1
        x, y = next_x, next_y
    return at, edge
