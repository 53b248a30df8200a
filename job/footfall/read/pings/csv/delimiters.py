"""Compiled code that takes a line of CSV apart."""

import numpy as np
import numpy.typing as npt

from footfall.compiled import part

Bytes = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]

_PLAIN, _DELIMITER, _QUOTE, _BREAK, _WIDE = range(5)
"""What a byte is: a letter like others, or one that means something, or part of a letter beyond ASCII."""


def classes_of(delimiter: str) -> Bytes:
    """What each byte is; nothing separates fields where the delimiter has more than one byte."""
    classes = np.full(256, _PLAIN, np.uint8)
    classes[128:] = _WIDE
    classes[ord('"')] = _QUOTE
    classes[[ord("\n"), ord("\r")]] = _BREAK
    if delimiter.isascii():
        classes[ord(delimiter)] = _DELIMITER
    return classes


@part
def take_apart(data: Bytes, start: int, classes: Bytes, fields: Longs) -> tuple[int, int]:
    """Take a line apart; gives the number of its fields, and its end.

    The number is 0 or more than there is room for where it is no row of fields, and the end a place in the line.
    A field is `"..."`, with quotes in it doubled, or holds no quote. `fields` gets the bounds of each, without its
    quotes, and whether it holds doubled quotes or letters beyond ASCII.
    """
    at, count, end = start, 0, len(data)
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
                return 0, at
            begin, at, stop, rare = _quoted(data, at + 1, classes)
            kind = _BREAK if at == end else classes[data[at]]
            if stop < 0 or (kind != _BREAK and kind != _DELIMITER):
                return 0, at
        if count == len(fields):
            return count + 1, at
        fields[count, 0], fields[count, 1], fields[count, 2] = begin, stop, rare
        count += 1
        if kind == _BREAK:
            return count, at
        at += 1


@part
def _quoted(data: Bytes, begin: int, classes: Bytes) -> tuple[int, int, int, bool]:
    """The field behind a quote: where it begins, the byte behind its last quote, its end, and whether it is rare.

    The end is negative where the line ends first.
    """
    at, rare = begin, False
    while at < len(data):
        kind = classes[data[at]]
        if kind == _BREAK:
            break
        if kind == _QUOTE:
            if at + 1 == len(data) or classes[data[at + 1]] != _QUOTE:
                return begin, at + 1, at, rare
            at += 1
        rare |= kind != _PLAIN and kind != _DELIMITER
        at += 1
    return begin, at, -1, rare
