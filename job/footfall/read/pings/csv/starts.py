"""Finds where rows begin in the middle of a file, where a line may be the rest of a row of several lines."""

import numpy as np

from footfall.compiled import kernel
from footfall.read.pings.csv.breaks import LONGEST_QUOTED, Bytes, line_end, next_line
from footfall.read.pings.csv.delimiters import ON_A_LINE, Longs, take_apart
from footfall.stores.store import File

_ZONE = LONGEST_QUOTED + 3
"""A row begins within so many bytes, which are more than one of several lines may have, or its line is as long."""


def row_start(file: File, first: int, line: int, classes: Bytes, fields: int) -> int:
    """The first place from a line's beginning on at which a row begins.

    It is looked for from further and further back, until whatever came before makes no difference.

    Args:
        file: A file of CSV.
        first: Where its first row begins.
        line: Where the line begins.
        classes: What each byte is, by `classes_of`.
        fields: How many fields a row has.

    Raises:
        InputError: The file was changed.
    """
    room = np.empty((fields, 3), np.int64)
    back, end = 2 * _ZONE, min(file.size, line + 2 * _ZONE)
    while True:
        begin = max(first, line - back)
        data = np.frombuffer(file.read(begin, end - begin), np.uint8)
        is_start = np.zeros(len(data) + 1, np.uint8)
        is_start[0] = begin == first
        found = _certain_start(data, line - begin, classes, room, is_start)
        if found >= 0:
            return begin + found
        back *= 4


@kernel("u1[] i8 u1[] i8[,]! u1[]!", "i8")
def _certain_start(data: Bytes, wanted: int, classes: Bytes, fields: Longs, is_start: Bytes) -> int:
    """The first position from `wanted` on at which a row begins; -1 if it depends on bytes before the data.

    Args:
        data: Bytes.
        wanted: The beginning of a line.
        classes: The class of each byte.
        fields: (fields of the header, 3) scratch array.
        is_start: Scratch array, one flag per position; the first must say whether a row is known to begin at 0.
    """
    if not is_start[0]:
        line = next_line(data, line_end(data, 0, len(data)), len(data))
        is_start[line] = 1
        while line < min(_ZONE, wanted):
            is_start[line] = 1
            line = next_line(data, line_end(data, line, len(data)), len(data))
    found = -1
    for start in range(min(wanted, len(data))):
        if is_start[start]:
            count, stop, extent = take_apart(data, start, classes, fields)
            if count != len(fields):
                stop = line_end(data, stop if extent == ON_A_LINE else start, len(data))
            behind = next_line(data, stop, len(data))
            if behind >= wanted:
                if found >= 0 and found != behind:
                    return -1
                found = behind
            is_start[min(behind, len(data))] = 1
    return found if found >= 0 or not is_start[wanted] else wanted
