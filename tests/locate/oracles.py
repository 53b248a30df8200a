"""Who says what is right: GEOS, and fractions without any rounding."""

from fractions import Fraction

import numpy as np
import numpy.typing as npt
import shapely

from footfall.locate.finder import Finder
from footfall.locate.index.stored import Index

from .pings import Points

Pairs = npt.NDArray[np.int64]

RIGHT = Fraction(1, 2**2300)
"""A step to the right shorter than any distance between doubles, and much longer than its square."""

PREDICATES = {"open": "contains", "closed": "covers"}


def found(index: Index, points: Points, boundary: str) -> tuple[Pairs, Pairs]:
    """Our answer: (ping, place) pairs in order, and the pings on a boundary, once for each place."""
    lon, lat = np.ascontiguousarray(points.T)
    ping, place, edge_ping, _ = Finder(index, boundary).find(lon, lat)
    return _in_order(ping, place), np.sort(edge_ping)


def geos(shapes: list[shapely.Geometry], points: Points, boundary: str) -> Pairs:
    """GEOS' answer for `open` and `closed`: (ping, place) pairs in order."""
    tree = shapely.STRtree(shapely.points(points))
    place, ping = tree.query(np.array(shapes), predicate=PREDICATES[boundary])
    return _in_order(ping, place)


def without(pairs: Pairs, taken: Pairs) -> Pairs:
    """The pings of the pairs that are not among the others, in order."""
    places = 1 + max(pairs[:, 1].max(initial=0), taken[:, 1].max(initial=0))
    return np.setdiff1d(pairs @ (places, 1), taken @ (places, 1)) // places


def exact(shapes: list[shapely.Geometry], points: Points, boundary: str) -> Pairs:
    """The answer of fractions: (ping, place) pairs in order."""
    pairs = []
    for place, shape in enumerate(shapes):
        edges = _edges(shape)
        pairs += [(ping, place) for ping, p in enumerate(points) if _holds(edges, p, boundary)]
    ping, place = np.array(pairs, np.int64).reshape(-1, 2).T
    return _in_order(ping, place)


def _in_order(ping: Pairs, place: Pairs) -> Pairs:
    return np.column_stack([ping, place])[np.lexsort([place, ping])]


def _edges(shape: shapely.Geometry) -> Points:
    """(n, 4) edges of all rings."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    ends = [shapely.get_coordinates(ring) for ring in rings]
    return np.vstack([np.hstack([e[:-1], e[1:]]) for e in ends])


def _holds(edges: Points, point: Points, boundary: str) -> bool:
    """Whether a polygon holds a point; half-open: whether its inside holds the point moved right and a little up."""
    x, y = map(Fraction, point.tolist())
    if boundary == "half_open":
        return _inside(edges, point, x + RIGHT, y + RIGHT**2)
    if _on_an_edge(edges, point, x, y):
        return boundary == "closed"
    return _inside(edges, point, x, y)


def _on_an_edge(edges: Points, point: Points, x: Fraction, y: Fraction) -> bool:
    """Whether the point lies between the ends of an edge, in line with them."""
    low, high = np.minimum(edges[:, :2], edges[:, 2:]), np.maximum(edges[:, :2], edges[:, 2:])
    for edge in edges[((low <= point) & (point <= high)).all(axis=1)].tolist():
        x1, y1, x2, y2 = map(Fraction, edge)
        if (x - x1) * (y2 - y1) == (y - y1) * (x2 - x1):
            return True
    return False


def _inside(edges: Points, near: Points, x: Fraction, y: Fraction) -> bool:
    """Whether an odd number of edges passes straight above a point that is on none; `near` is its nearest double."""
    low, high = np.minimum(edges[:, 0], edges[:, 2]), np.maximum(edges[:, 0], edges[:, 2])
    above = 0
    for edge in edges[(low <= near[0]) & (near[0] <= high)].tolist():
        x1, y1, x2, y2 = map(Fraction, edge)
        if (x1 > x) != (x2 > x):
            above += y1 + (x - x1) * (y2 - y1) / (x2 - x1) > y
    return above % 2 == 1
