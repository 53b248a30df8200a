"""Lengths, directions and areas on the ellipsoid of WGS84, by PROJ's geodesics (Karney 2013, as pyproj has them)."""

import numpy as np
import pyproj

from footfall.geometry.nearest import Outline, Ring, rings
from footfall.geometry.rings import Floats

MEASURED_BY = f"geodesic on WGS84, pyproj {pyproj.__version__}"
"""How distances are measured, for people."""

SLIVER = 1.0
"""Metres: a part of a place, or of what two share, that is not as wide on average."""

_EARTH = pyproj.Geod(ellps="WGS84")
_SIDES = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


def distances(start: Floats, end: Floats) -> tuple[Floats, Floats]:
    """Metres from points to others, and the azimuths at which these leave, in degrees from north.

    Args:
        start: (n, 2) longitudes and latitudes.
        end: As `start`.
    """
    azimuth, _, metres = _EARTH.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    return metres, azimuth


def side(azimuth: float) -> str:
    """The side that an azimuth in degrees from north leads to, as in `north-east`."""
    return _SIDES[round(azimuth / 45) % len(_SIDES)]


def away(outline: Outline, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """How many metres points lie from a polygon, 0 inside, and the azimuths at which they lie from it."""
    return distances(outline.nearest(lon, lat), np.column_stack([lon, lat]))


def square_metres(wkb: bytes) -> float:
    """The area of a polygon without its holes; edges are taken as geodesics, which in a town makes no difference."""
    return sum(area for area, _ in _parts(wkb))


def widths(wkb: bytes) -> list[float]:
    """How many metres each part of a polygon is wide on average: twice its area by the length of its edge."""
    return [2 * area / max(length, 1e-9) for area, length in _parts(wkb)]


def _parts(wkb: bytes) -> list[tuple[float, float]]:
    """Square metres without holes, and metres of the outer edge, of each part."""
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
