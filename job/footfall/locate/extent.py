"""The box around all places: which pings lie in it or near it, as they are or with longitude and latitude exchanged."""

from dataclasses import dataclass
from math import cos, radians

import numpy as np
import numpy.typing as npt

from footfall.geometry.overlaps import KILOMETRES
from footfall.schema import AWAY, MIRRORED

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

NEAR = 10
"""Kilometres: a ping at most this far from the extent of the places is near them."""

SMALL = 10
"""Degrees: in an extent at most this wide and high, a ping lies at the mirror image of a place only by mistake."""

MARGIN, BEYOND = 0.1, 1.0
"""Degrees: exchanged coordinates lie within MARGIN of the extent once put right, and beyond BEYOND as they are."""


@dataclass(frozen=True)
class Extent:
    """The box around all places in degrees.

    Places on both sides of the antimeridian have a box that reaches around the world.
    """

    west: float
    south: float
    east: float
    north: float

    @property
    def is_small(self) -> bool:
        """Whether it is at most SMALL degrees wide and high, so that single rows can be judged by it."""
        return max(self.east - self.west, self.north - self.south) <= SMALL

    @property
    def square_kilometres(self) -> float:
        """The approximate area of the extent with a margin of NEAR."""
        width = (self.east - self.west) * KILOMETRES * cos(radians((self.south + self.north) / 2))
        height = (self.north - self.south) * KILOMETRES
        return (width + 2 * NEAR) * (height + 2 * NEAR)

    def holds(self, lon: Floats, lat: Floats, margin: float = 0.0) -> Bools:
        """Which points lie in the extent widened by `margin` degrees; false for NaN."""
        inside: Bools = (self.west - margin <= lon) & (lon <= self.east + margin)
        inside &= self.south - margin <= lat
        inside &= lat <= self.north + margin
        return inside

    def mirrored(self, lon: Floats, lat: Floats) -> Bools:
        """Which points lie at the extent only with longitude and latitude exchanged, and far from it as they are."""
        found = self.holds(lat, lon, MARGIN)
        if found.any():
            found &= ~self.holds(lon, lat, BEYOND)
        return found

    def kilometres(self, lon: Floats, lat: Floats) -> Floats:
        """The approximate distance of points from the extent in kilometres; 0 inside."""
        east, west = (lon - self.east) % 360, (self.west - lon) % 360
        beside = (lon < self.west) | (lon > self.east)
        aside = np.where(beside, np.minimum(east, west), 0.0)
        above = np.maximum(np.maximum(self.south - lat, lat - self.north), 0.0)
        nearest = np.radians(np.clip(lat, self.south, self.north))
        half = np.sin(np.radians(above) / 2) ** 2
        half += np.cos(np.radians(lat)) * np.cos(nearest) * np.sin(np.radians(aside) / 2) ** 2
        distance: Floats = 2 * np.arcsin(np.sqrt(np.minimum(half, 1.0))) * (KILOMETRES * 180 / np.pi)
        return distance

    def tallies(self, lon: Floats, lat: Floats) -> dict[str, int]:
        """Tallies: points at each distance in kilometres (two digits), and points that are near only if exchanged."""
        as_it_is, exchanged = self.kilometres(lon, lat), self.kilometres(lat, lon)
        step = np.where(as_it_is >= 1000, 100, np.where(as_it_is >= 100, 10, 1))
        away, counts = np.unique((as_it_is // step * step).astype(np.int64), return_counts=True)
        possible = (np.abs(lon) <= 90) & (exchanged < NEAR) & (as_it_is >= NEAR)
        found = {f"{AWAY}{km}": int(n) for km, n in zip(away.tolist(), counts.tolist(), strict=True)}
        return {**found, MIRRORED: int(np.count_nonzero(possible))}
