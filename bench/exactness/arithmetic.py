"""Decides by exact arithmetic which places hold a ping: no rounding, no tolerance.

A double is a whole number over a power of two. Coordinates are brought over one common power, so that the sign of a
determinant is one of whole numbers, which Python has without limit. Where plain doubles are sure of the sign by the
error bound of Shewchuk (Adaptive Precision Floating-Point Arithmetic, 1997, ccwerrboundA), they decide.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from bench.exactness.scenes import Floats
from bench.polygons import Polygons

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

EPSILON = 2.0**-53
BOUND = (3 + 16 * EPSILON) * EPSILON
"""Shewchuk's: the determinant is surely off by less than this share of the sum of its two products."""

SMALLEST_SURE = 2.0**-900
"""Products below may have lost bits by underflow, so that the bound does not hold."""

PAIRS_AT_ONCE = 4_000_000


class Verdicts(NamedTuple):
    """Pairs of ping and place whose box holds the ping; in order of `ping * places + place`.

    `open` is inside by OGC Contains, `closed` by OGC Covers, `half_open` by the crossing number of the polygon to the
    upper right (docs/definitions.md); `boundary` is on an edge or a vertex.
    """

    key: Ints
    open: Bools
    closed: Bools
    half_open: Bools
    boundary: Bools


def verdicts(shapes: Polygons, points: Floats) -> Verdicts:
    """What holds for each ping and each place whose box it is in."""
    ping, place = shapely.STRtree(shapes).query(shapely.points(points))
    order = np.lexsort([ping, place])
    ping, place = ping[order], place[order]
    starts = np.searchsorted(place, np.arange(len(shapes) + 1))
    odd, boundary = np.zeros(len(ping), bool), np.zeros(len(ping), bool)
    for number, shape in enumerate(shapes):
        edges = edges_of(shape)
        rows = max(1, PAIRS_AT_ONCE // len(edges))
        for start in range(starts[number], starts[number + 1], rows):
            some = slice(start, min(start + rows, starts[number + 1]))
            odd[some], boundary[some] = decided(edges, points[ping[some]])
    key = ping * len(shapes) + place
    order = np.argsort(key)
    odd, boundary = odd[order], boundary[order]
    return Verdicts(key[order], odd & ~boundary, odd | boundary, odd, boundary)


def decided(edges: Floats, points: Floats) -> tuple[Bools, Bools]:
    """Whether a ray to larger x from each point crosses an odd number of the edges, and whether it is on one.

    An edge takes part where one end is above y and the other is not; one through the point itself is not crossed.
    """
    x, y = points[:, :1], points[:, 1:]
    x1, y1, x2, y2 = edges.T
    spans = (y1 > y) != (y2 > y)
    crossed = spans & (x < np.minimum(x1, x2))
    near = (np.minimum(x1, x2) <= x) & (x <= np.maximum(x1, x2))
    near &= (np.minimum(y1, y2) <= y) & (y <= np.maximum(y1, y2))
    point, edge = np.nonzero(near)
    side = sides(edges[edge], points[point])
    crossed[point, edge] = (
        spans[point, edge] & (side != 0) & ((side > 0) == (edges[edge, 3] > edges[edge, 1]))
    )
    boundary = np.zeros(len(points), bool)
    boundary[point[side == 0]] = True
    return crossed.sum(axis=1) % 2 == 1, boundary


def sides(edges: Floats, points: Floats) -> Ints:
    """For each edge and point: 1 where the point lies left of the edge, -1 right, 0 in line with it."""
    left = (edges[:, 0] - points[:, 0]) * (edges[:, 3] - points[:, 1])
    right = (edges[:, 1] - points[:, 1]) * (edges[:, 2] - points[:, 0])
    determinant = left - right
    error = BOUND * (np.abs(left) + np.abs(right))
    sign = np.sign(determinant).astype(np.int64)
    unsure = (np.abs(determinant) <= error) | (error < SMALLEST_SURE)
    if unsure.any():
        sign[unsure] = _exact_sides(edges[unsure], points[unsure])
    return sign


def edges_of(shape: shapely.Geometry) -> Floats:
    """(n, 4) edges of all rings, those of no length left out."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    ends, ring = shapely.get_coordinates(rings, return_index=True)
    edges = np.hstack([ends[:-1], ends[1:]])[ring[1:] == ring[:-1]]
    return edges[(edges[:, :2] != edges[:, 2:]).any(axis=1)]


def _exact_sides(edges: Floats, points: Floats) -> Ints:
    x1, y1, x2, y2, x, y = _whole(np.hstack([edges, points])).T
    determinant = (x1 - x) * (y2 - y) - (y1 - y) * (x2 - x)
    return np.array([(n > 0) - (n < 0) for n in determinant], np.int64)


def _whole(values: Floats) -> npt.NDArray[np.object_]:
    """The values times one power of two that makes all of them whole."""
    mantissa, exponent = np.frexp(values)
    digits = (mantissa * 2.0**53).astype(np.int64)
    exponent = np.where(digits == 0, exponent.max(), exponent)
    whole: npt.NDArray[np.object_] = digits.astype(object) << (exponent - exponent.min()).astype(object)
    return whole
