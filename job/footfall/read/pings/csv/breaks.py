"""Compiled code that finds where lines of text begin and end: at LF, CRLF or CR."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

Bytes = npt.NDArray[np.uint8]

_LF, _CR, _SPACE = (ord(c) for c in "\n\r ")


@njit(cache=True, inline="always")
def line_end(data: Bytes, start: int, end: int) -> Any:
    """The first line break from `start` on, `end` if there is none."""
    at = start
    while at < end and data[at] != _LF and data[at] != _CR:
        at += 1
    return at


@njit(cache=True)
def line_start(data: Bytes, at: int) -> int:
    """The first place from `at` on, which is not 0, at which a line begins; the end of the data if there is none."""
    while at < len(data):
        if data[at - 1] == _LF or (data[at - 1] == _CR and data[at] != _LF):
            return at
        at += 1
    return at


@njit(cache=True, inline="always")
def is_blank(data: Bytes, start: int, end: int) -> Any:
    """Whether there is nothing but spaces and control characters."""
    at = start
    while at < end and data[at] <= _SPACE:
        at += 1
    return at == end


@njit(cache=True, inline="always")
def next_line(data: Bytes, stop: int, end: int) -> Any:
    """Where the line behind a line break begins; CR and LF together are one break."""
    return stop + 1 + (stop + 1 < end and data[stop] == _CR and data[stop + 1] == _LF)


@njit(cache=True)
def after_header(data: Bytes) -> tuple[int, int]:
    """Where the first line that is not blank ends, behind its line break, and how many lines end before.

    Zeros if the data may end before: a CR that ends it could be half of a line break.
    """
    start, lines = 0, 0
    while start < len(data):
        stop = line_end(data, start, len(data))
        lines += 1
        if not is_blank(data, start, stop):
            return (next_line(data, stop, len(data)), lines) if stop + 1 < len(data) else (0, 0)
        start = next_line(data, stop, len(data))
    return 0, 0
