"""From degrees to the drawing: equirectangular, corrected by the cosine of the middle latitude."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, floor, log10, radians

from footfall.report.words import number

WIDTH = 38_400
"""The drawing is this many units wide, so that whole units are fine enough for a map enlarged 32 times."""

PIXEL = WIDTH // 960
"""So many units are a pixel where all of the drawing is seen on a large screen."""

FLATTEST, TALLEST = 0.42, 0.72
SMALLEST_DEGREES = 0.0008
MARGIN = 0.04
KM_PER_DEGREE = 111.32
LEAST_COSINE = 0.02


@dataclass(frozen=True)
class Canvas:
    """A drawing and its place on the Earth.

    Attributes:
        lon: Longitude of the middle, degrees.
        lat: Latitude of the middle, degrees.
        lon_units: Units per degree of longitude.
        lat_units: Units per degree of latitude.
        height: Height in units; the width is `WIDTH`.
        seam: Longitudes west of it are drawn 360 degrees further east; none are when it is -180.
    """

    lon: float
    lat: float
    lon_units: float
    lat_units: float
    height: int
    seam: float

    def point(self, lon: float, lat: float) -> tuple[int, int]:
        """Place a position on the drawing, in units from the upper left corner."""
        east = lon + 360 if lon < self.seam else lon
        x = WIDTH / 2 + (east - self.lon) * self.lon_units
        y = self.height / 2 - (lat - self.lat) * self.lat_units
        return round(x), round(y)


@dataclass(frozen=True)
class ScaleBar:
    """A round distance and how much of the drawing's width it takes, from 0 to 1."""

    label: str
    part: float


def canvas(bounds: Sequence[float], lons: Iterable[float] = ()) -> Canvas:
    """Fit places into a drawing that is neither a strip nor a tower.

    Args:
        bounds: lon0, lat0, lon1, lat1 of all places.
        lons: The longitudes to be drawn; if they are closer together across the antimeridian, it is crossed.
    """
    lon0, lat0, lon1, lat1 = bounds
    seam = -180.0
    moved = [lon + 360 if lon < 0 else lon for lon in lons] if lon1 - lon0 > 180 else []
    if moved and max(moved) - min(moved) < lon1 - lon0:
        lon0, lon1, seam = min(moved), max(moved), 0.0
    lat = (lat0 + lat1) / 2
    squeeze = max(cos(radians(lat)), LEAST_COSINE)
    wide = max((lon1 - lon0) * squeeze, SMALLEST_DEGREES)
    high = max(lat1 - lat0, SMALLEST_DEGREES)
    margin = 2 * MARGIN * max(wide, high)
    wide, high = wide + margin, high + margin
    wide = max(wide, high / TALLEST)
    high = max(high, wide * FLATTEST)
    units = WIDTH / wide
    return Canvas((lon0 + lon1) / 2, lat, units * squeeze, units, round(units * high), seam)


def scale_bar(drawn: Canvas) -> ScaleBar:
    """Choose the longest of 1, 2, 5, 10 ... that takes at most a quarter of the width."""
    across = WIDTH / drawn.lat_units * KM_PER_DEGREE
    power = 10 ** floor(log10(across / 4))
    km = next(base * power for base in (5, 2, 1) if base * power <= across / 4)
    label = f"{number(km)} km" if km >= 1 else f"{number(km * 1000)} m"
    far = drawn.height / drawn.lat_units > 10
    return ScaleBar(f"{label} at mid-height" if far else label, km / across)
