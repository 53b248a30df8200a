"""Finds where lines of text begin and end: at LF, CRLF or CR."""

import re

import numpy as np
import numpy.typing as npt

from footfall.compiled import part

Bytes = npt.NDArray[np.uint8]

_LF, _CR, _SPACE = (ord(c) for c in "\n\r ")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_BREAK = re.compile(rb"\n|\r(?=[^\n])")
_BLANK = bytes(range(33))

LONGEST_QUOTED = 1 << 16
"""So many bytes a row may have at most that goes over several lines."""


def line_start(data: bytes | memoryview) -> int:
    """The first place behind the first byte at which a line begins; the end of the data if there is none."""
    found = _BREAK.search(data)
    return len(data) if found is None else found.end()


def after_header(head: bytes) -> tuple[int, int]:
    """Where the first row that is not blank ends, behind its line break, and how many lines end before.

    It goes over several lines where quotes that are open at the end of the first one are closed within 64 KiB. Zeros if
    the bytes may end before: a CR that ends them could be half of a line break.
    """
    first, begin, quotes, start = (0, 0), -1, 0, 0
    for lines, found in enumerate(_LINE_END.finditer(head), 1):
        line, start = head[start : found.start()], found.end()
        if begin < 0 and not line.strip(_BLANK):
            continue
        begin = start - len(line) if begin < 0 else begin
        here = (start, lines) if start < len(head) or found[0] != b"\r" else (0, 0)
        first = first if quotes else here
        quotes += line.count(b'"')
        if quotes % 2 == 0:
            return here
        if start - begin > LONGEST_QUOTED:
            break
    return first


@part
def line_end(data: Bytes, start: int, end: int) -> int:
    """The first line break from `start` on, `end` if there is none."""
    at = start
    while at < end and data[at] != _LF and data[at] != _CR:
        at += 1
    return at


@part
def is_blank(data: Bytes, start: int, end: int) -> bool:
    """Whether there is nothing but spaces and control characters."""
    at = start
    while at < end and data[at] <= _SPACE:
        at += 1
    return at == end


@part
def breaks_in(data: Bytes, start: int, end: int) -> int:
    """How many lines end between two places."""
    found, at = 0, line_end(data, start, end)
    while at < end:
        found, at = found + 1, line_end(data, next_line(data, at, end), end)
    return found


@part
def next_line(data: Bytes, stop: int, end: int) -> int:
    """Where the line behind a line break begins; CR and LF together are one break."""
    return stop + 1 + (stop + 1 < end and data[stop] == _CR and data[stop + 1] == _LF)
