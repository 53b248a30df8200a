"""The verdicts of the compiled loop by the edges of one cell, for many pings at once."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from footfall.locate import kernel

Floats = npt.NDArray[np.float64]

_crossings: Any = kernel._crossings.numba_function({})


def verdicts_of(points: Floats, edges: Floats, parity: int) -> list[int]:
    """INSIDE, OUTSIDE or UNDECIDED for each point by (n, 4) edges that lie in its cell or right of it."""
    found = np.empty(len(points), np.int64)
    _fill(np.ascontiguousarray(points), np.ascontiguousarray(edges).ravel(), len(edges), parity, found)
    numbers: list[int] = found.tolist()
    return numbers


@njit
def _fill(points: Floats, edges: Floats, count: int, parity: int, found: Any) -> None:
    """Fill the verdict of each point."""
    for i in range(len(points)):
        found[i] = _crossings(points[i, 0], points[i, 1], edges, 0, count, parity)
