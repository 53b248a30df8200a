"""The box around all places: how far pings lie from it, as they are and with longitude and latitude exchanged."""

from dataclasses import dataclass
from math import cos, radians

import numpy as np
import numpy.typing as npt

from footfall.geometry.overlaps import KILOMETRES
from footfall.schema import AWAY, MIRRORED

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

NEAR = 10
"""Kilometres: a ping so close to the extent of the places is near them."""

SMALL = 10
"""Degrees: in an extent that is no wider and no higher, a ping is near its mirror image by mistake alone."""

MARGIN, BEYOND = 0.1, 1.0
"""Degrees: a row whose axes are exchanged lies so close to the extent the other way round, and farther off as it is."""


@dataclass(frozen=True)
class Extent:
    """The box around all places, in degrees; a little larger than need be.

    Places on both sides of the antimeridian have one that reaches around the world.
    """

    west: float
    south: float
    east: float
    north: float

    @property
    def is_small(self) -> bool:
        """Whether single rows can be judged by it: over a continent, real pings lie where others are mirrored to."""
        return max(self.east - self.west, self.north - self.south) <= SMALL

    @property
    def square_kilometres(self) -> float:
        """The area of the extent and of all that is near it, roughly."""
        width = (self.east - self.west) * KILOMETRES * cos(radians((self.south + self.north) / 2))
        height = (self.north - self.south) * KILOMETRES
        return (width + 2 * NEAR) * (height + 2 * NEAR)

    def holds(self, lon: Floats, lat: Floats, margin: float = 0.0) -> Bools:
        """Which points lie in the extent, or at most so many degrees beside it; none where a value is missing."""
        inside: Bools = (self.west - margin <= lon) & (lon <= self.east + margin)
        inside &= self.south - margin <= lat
        inside &= lat <= self.north + margin
        return inside

    def mirrored(self, lon: Floats, lat: Floats) -> Bools:
        """Which points lie at the places only with longitude and latitude exchanged: far from them as they are."""
        found = self.holds(lat, lon, MARGIN)
        if found.any():
            found &= ~self.holds(lon, lat, BEYOND)
        return found

    def kilometres(self, lon: Floats, lat: Floats) -> Floats:
        """About how far points lie from the extent; 0 inside."""
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
        """How many points lie so many kilometres off, to two digits, and how many are near only the other way round."""
        as_it_is, exchanged = self.kilometres(lon, lat), self.kilometres(lat, lon)
        step = np.where(as_it_is >= 1000, 100, np.where(as_it_is >= 100, 10, 1))
        away, counts = np.unique((as_it_is // step * step).astype(np.int64), return_counts=True)
        possible = (np.abs(lon) <= 90) & (exchanged < NEAR) & (as_it_is >= NEAR)
        found = {f"{AWAY}{km}": int(n) for km, n in zip(away.tolist(), counts.tolist(), strict=True)}
        return {**found, MIRRORED: int(np.count_nonzero(possible))}
