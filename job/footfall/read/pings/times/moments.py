"""Times as they were read, before a time zone is applied."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Longs = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Moment(NamedTuple):
    """Microseconds since 1970, and whether they are a wall time, which is what clocks of the zone showed."""

    micros: int
    is_wall: bool


class Moments(NamedTuple):
    """The same for many rows, as arrays; values of rows that are not `known` have no meaning."""

    micros: Longs
    is_wall: Mask
    known: Mask

    @classmethod
    def of(cls, moments: list[Moment | None]) -> "Moments":
        """The Moments of a list, in which None means unknown."""
        found = [each or Moment(0, False) for each in moments]
        return cls(
            np.array([each.micros for each in found], np.int64),
            np.array([each.is_wall for each in found], np.bool_),
            np.array([each is not None for each in moments], np.bool_),
        )

    @classmethod
    def all_of(cls, micros: Longs, known: Mask, *, is_wall: bool) -> "Moments":
        """The Moments of arrays that are all wall times, or all instants."""
        return cls(micros, np.full(len(micros), is_wall), known)
