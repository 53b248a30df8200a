"""Lengths, directions and areas on the ellipsoid of WGS84, by PROJ's geodesics (Karney 2013) in pyproj."""

import numpy as np
import pyproj

from footfall.geometry.nearest import Outline, Ring, rings
from footfall.geometry.rings import Floats

MEASURED_BY = f"geodesic on WGS84, pyproj {pyproj.__version__}"
"""A text on how distances are measured."""

SLIVER = 1.0
"""Metres: a part of a place, or of an overlap, that is narrower on average is a sliver."""

_EARTH = pyproj.Geod(ellps="WGS84")
_SIDES = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


def distances(start: Floats, end: Floats) -> tuple[Floats, Floats]:
    """The distances in metres between pairs of points, and the azimuths at the start, in degrees from north.

    Args:
        start: (n, 2) longitudes and latitudes.
        end: (n, 2) longitudes and latitudes.
    """
    azimuth, _, metres = _EARTH.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    return metres, azimuth


def side(azimuth: float) -> str:
    """The name of an azimuth in degrees from north, such as `north-east`."""
    return _SIDES[round(azimuth / 45) % len(_SIDES)]


def away(outline: Outline, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """The distances of points from a polygon in metres, 0 inside, and the azimuths from the polygon to them."""
    return distances(outline.nearest(lon, lat), np.column_stack([lon, lat]))


def square_metres(wkb: bytes) -> float:
    """The area of a polygon without its holes, in square metres; edges are taken as geodesics."""
    return sum(area for area, _ in _parts(wkb))


def widths(wkb: bytes) -> list[float]:
    """The mean width of each part of a polygon in metres: twice its area divided by the length of its outer ring."""
    return [2 * area / max(length, 1e-9) for area, length in _parts(wkb)]


def _parts(wkb: bytes) -> list[tuple[float, float]]:
    """For each part, its square metres without holes, and the metres of its outer ring."""
    areas: dict[int, float] = {}
    lengths: dict[int, float] = {}
    for ring in rings(wkb):
        area, length = _area_and_length(ring)
        areas[ring.part] = areas.get(ring.part, 0.0) + (-area if ring.is_hole else area)
        lengths.setdefault(ring.part, length)
    return [(area, lengths[part]) for part, area in areas.items()]


def _area_and_length(ring: Ring) -> tuple[float, float]:
    area, length = _EARTH.polygon_area_perimeter(ring.lon, ring.lat)
    return abs(float(area)), float(length)
