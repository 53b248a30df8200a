"""Suggests reference systems for places without one."""

from collections.abc import Iterator

import numpy as np

from footfall.geometry import Floats

WGS84, WEB_MERCATOR = "EPSG:4326", "EPSG:3857"


def system_options(corners: Floats, points: Floats) -> Iterator[str]:
    """Reference systems that fit the coordinates: degrees, web Mercator, and UTM zones of the pings.

    Args:
        corners: (n, 4) the box around each place, in the unknown system.
        points: (n, 2) longitudes and latitudes of pings.
    """
    farthest = np.abs(corners).reshape(-1, 2, 2).max(axis=(0, 1), initial=0)
    if farthest[0] <= 180 and farthest[1] <= 90:
        yield WGS84
        return
    yield WEB_MERCATOR
    if len(points):
        lon, lat = np.median(points, axis=0)
        yield f"EPSG:{326 if lat >= 0 else 327}{utm_zone(float(lon)):02}"


def utm_zone(lon: float) -> int:
    """The UTM zone of a longitude in degrees, from 1 in the west to 60."""
    return int((lon + 180) % 360 // 6) + 1
