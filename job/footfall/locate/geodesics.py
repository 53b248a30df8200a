"""Distances of pings from edges of places by geodesics on the ellipsoid of WGS84 (Karney 2013), as PROJ has them."""

import numpy as np

from footfall.locate.circles import LEAST_RADIUS
from footfall.locate.index.cells import Floats

SAMPLES = 17
"""Points of an edge among which the nearest is looked for first; the nearest of all lies beside it."""

EXACT = 1e-8
"""Metres by which a distance may be too long; a geodesic itself is off by some nanometres."""

_GOLDEN = (np.sqrt(5.0) - 1) / 2
_MOST_STEPS = 100


def least_distances(lon: Floats, lat: Floats, metres: Floats, edges: Floats) -> Floats:
    """The distance in metres of each point from an edge, a straight line in degrees.

    Args:
        lon: Degrees.
        lat: Degrees.
        metres: So far away the edge is looked at; beyond, a distance is only known to be more.
        edges: (n, 4) ends in degrees, one edge for each point.
    """
    points = np.column_stack([lon, lat])
    low, high = _within(lat, metres, edges)
    share = np.linspace(low, high, SAMPLES)
    found = np.stack([_metres(points, edges, each) for each in share])
    nearest, every = np.argmin(found, axis=0), np.arange(len(lon))
    low = share[np.maximum(nearest - 1, 0), every]
    high = share[np.minimum(nearest + 1, SAMPLES - 1), every]
    least: Floats = np.minimum(found[nearest, every], _refined(points, edges, low, high))
    return least


def _refined(points: Floats, edges: Floats, low: Floats, high: Floats) -> Floats:
    """The least distance between two shares of each edge, by golden sections; there it falls first, and then rises."""
    least = np.full(len(points), np.inf)
    length = _metres(_on(edges, low), edges, high)
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = _metres(points, edges, left), _metres(points, edges, right)
    for _ in range(_MOST_STEPS):
        least = np.minimum(least, np.minimum(at_left, at_right))
        if np.all((length <= EXACT) | (length * length <= 8 * EXACT * least)):
            break
        is_left = at_left < at_right
        low, high = np.where(is_left, low, left), np.where(is_left, right, high)
        length = length * _GOLDEN
        fresh = np.where(is_left, high - _GOLDEN * (high - low), low + _GOLDEN * (high - low))
        found = _metres(points, edges, fresh)
        left, right = np.where(is_left, fresh, right), np.where(is_left, left, fresh)
        at_left, at_right = np.where(is_left, found, at_right), np.where(is_left, at_left, found)
    return least


def _within(lat: Floats, metres: Floats, edges: Floats) -> tuple[Floats, Floats]:
    """The first and last share of each edge that latitudes so near to the point have."""
    reach = np.degrees(metres / LEAST_RADIUS) + 1e-9
    rise = edges[:, 3] - edges[:, 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.stack([lat - reach - edges[:, 1], lat + reach - edges[:, 1]]) / rise
    low, high = np.sort(np.where(rise == 0, [[0.0], [1.0]], ends), axis=0)
    return np.clip(low, 0, 1), np.clip(high, 0, 1)


def _on(edges: Floats, share: Floats) -> Floats:
    """(n, 2): the point at a share of each edge."""
    points: Floats = edges[:, :2] + share[:, None] * (edges[:, 2:] - edges[:, :2])
    return points


def _metres(points: Floats, edges: Floats, share: Floats) -> Floats:
    """The lengths of the geodesics between points and the points at a share of each edge."""
    import pyproj  # here, as it takes longer to load than most runs need for all pings it is asked for

    to = _on(edges, share)
    metres: Floats = pyproj.Geod(ellps="WGS84").inv(points[:, 0], points[:, 1], to[:, 0], to[:, 1])[2]
    return metres
