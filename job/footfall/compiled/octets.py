"""Numbers out of bytes that may begin anywhere, for compiled functions."""

from typing import Any

import numpy as np
import numpy.typing as npt

from footfall.compiled.kernel import part

Octets = npt.NDArray[np.uint8]
Word = Any
"""64 bits in compiled code."""


@part
def few_octets(data: Octets, at: int, count: int) -> Word:
    """Up to eight bytes as a number, the first the lowest."""
    found = np.uint64(0)
    for i in range(count):
        found |= np.uint64(data[at + i]) << np.uint64(8 * i)
    return found


@part
def eight_octets(data: Octets, at: Word) -> Word:
    """Eight bytes as a number, the first the lowest, written so that the compiler makes one load of it.

    A number without a sign cannot count from the end, of which the compiler would have to think for each byte.
    """
    start = np.uintp(at)
    found = np.uint64(data[start])
    for i in range(1, 8):
        found |= np.uint64(data[start + np.uintp(i)]) << np.uint64(8 * i)
    return found
