"""Kernels to test with, in a module that the compiler's processes can import."""

from typing import Any

import numpy as np
import numpy.typing as npt

from footfall.compiled import kernel, part

Longs = npt.NDArray[np.int64]

STEP = 10


@part
def raised(number: int, by: int) -> int:
    """A number and a step more."""
    return number + STEP * by


@kernel("i8[] (i8 f8) i8[]! f8[,]!", "i8 i8")
def add(
    numbers: Longs, more: tuple[int, float], out: Longs, table: npt.NDArray[np.float64]
) -> tuple[int, int]:
    """Fill `out` with raised numbers and `table` with what is given; gives how many there are, and their sum."""
    by, value = more
    total = 0
    for i in range(len(numbers)):
        out[i] = raised(numbers[i], by)
        total += out[i]
    for row in range(table.shape[0]):
        for column in range(table.shape[1]):
            table[row, column] = value + column
    return len(numbers), total


@kernel("u1[] b1[]!")
def mark(data: npt.NDArray[np.uint8], found: npt.NDArray[np.bool_]) -> None:
    """Mark the letter a."""
    for i in range(len(data)):
        found[i] = data[i] == 97


@kernel("i8", "i8")
def broken(number: int) -> Any:
    """What numba cannot compile: it allocates."""
    return np.arange(number).sum()
