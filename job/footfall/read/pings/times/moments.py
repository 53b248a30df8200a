"""Times as they were read, before a time zone is asked."""

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
    """The same of many rows; what stands where nothing is `known` means nothing."""

    micros: Longs
    is_wall: Mask
    known: Mask

    @classmethod
    def of(cls, moments: list[Moment | None]) -> "Moments":
        """Those of a list, None where nothing is known."""
        found = [each or Moment(0, False) for each in moments]
        return cls(
            np.array([each.micros for each in found], np.int64),
            np.array([each.is_wall for each in found], np.bool_),
            np.array([each is not None for each in moments], np.bool_),
        )

    @classmethod
    def all_of(cls, micros: Longs, known: Mask, *, is_wall: bool) -> "Moments":
        """Those of one kind."""
        return cls(micros, np.full(len(micros), is_wall), known)
