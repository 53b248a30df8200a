"""Compiled code that splits a row of CSV into fields."""

import numpy as np
import numpy.typing as npt

from footfall.compiled import part
from footfall.read.pings.csv.breaks import LONGEST_QUOTED

Bytes = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]

_PLAIN, _DELIMITER, _QUOTE, _BREAK, _WIDE = range(5)
"""Classes of bytes: ordinary, delimiter, quote, line break, or part of a character beyond ASCII."""


def classes_of(delimiter: str) -> Bytes:
    """What each of the 256 bytes is: a quote, a break of lines, the delimiter, part of a longer character, or plain.

    A delimiter of more than one byte is none of them, so no field ends.
    """
    classes = np.full(256, _PLAIN, np.uint8)
    classes[128:] = _WIDE
    classes[ord('"')] = _QUOTE
    classes[[ord("\n"), ord("\r")]] = _BREAK
    if delimiter.isascii():
        classes[ord(delimiter)] = _DELIMITER
    return classes


ON_A_LINE, ON_LINES, OPEN = range(3)
"""How a row ends: with its line; after several lines; or not within the data, since a quoted field is open."""


@part
def take_apart(data: Bytes, start: int, classes: Bytes, fields: Longs) -> tuple[int, int, int]:
    """Split a row into fields; gives the number of fields, its end, and one of ON_A_LINE, ON_LINES and OPEN.

    The number is 0 or more than there is room for where it is no row of fields, and the end a place in it.
    A field is `"..."`, with quotes in it doubled, or holds no quote. `fields` gets the bounds of each, without its
    quotes, and whether it holds doubled quotes, line breaks or letters beyond ASCII.
    """
    at, count, end, extent = start, 0, len(data), ON_A_LINE
    while True:
        begin, rare, kind = at, False, _BREAK
        while at < end:
            kind = classes[data[at]]
            if kind != _PLAIN:
                if kind != _WIDE:
                    break
                rare = True
            at += 1
        if at == end:
            kind = _BREAK
        stop = at
        if kind == _QUOTE:
            if at != begin:
                return 0, at, extent
            begin, at, stop, rare, crossed = _quoted(data, at + 1, start, classes)
            if crossed:
                extent = ON_LINES
            kind = _BREAK if at == end else classes[data[at]]
            if stop < 0:
                return 0, at, OPEN if at == end else extent
            if kind != _BREAK and kind != _DELIMITER:
                return 0, at, extent
        if count == len(fields):
            return count + 1, at, extent
        fields[count, 0], fields[count, 1], fields[count, 2] = begin, stop, rare
        count += 1
        if kind == _BREAK:
            if extent == ON_LINES and at - start > LONGEST_QUOTED:
                count = 0
            return count, at, extent
        at += 1


@part
def _quoted(data: Bytes, begin: int, start: int, classes: Bytes) -> tuple[int, int, int, bool, bool]:
    """The field behind a quote: where it begins, the byte behind its last quote, its end, whether it is rare, and
    whether it goes over several lines.

    The end is negative if the data, or what a row may have, ends first; `start` is that of the row.
    """
    at, rare, crossed = begin, False, False
    while at < len(data):
        kind = classes[data[at]]
        if kind == _BREAK:
            crossed = True
        if crossed and at - start > LONGEST_QUOTED:
            break
        if kind == _QUOTE:
            if at + 1 == len(data) or classes[data[at + 1]] != _QUOTE:
                return begin, at + 1, at, rare, crossed
            at += 1
        rare |= kind != _PLAIN and kind != _DELIMITER
        at += 1
    return begin, at, -1, rare, crossed
