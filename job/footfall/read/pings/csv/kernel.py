"""The compiled loop over lines of CSV: where the fields of a ping stand, and its time, if both are written as usual."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from footfall.read.pings.csv.times import UNKNOWN, is_digit, moment

Bytes = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]

USUAL, RARE, TORN = 0, 1, 2
"""The kinds of lines: read here; to be read by `csv_lines`; no row of fields, or too long."""

DEVICE, LAT, LON, ACCURACY = range(4)
"""The numbers of the parts of a ping that have spans; those of times follow in `csv_times`."""

_LF, _CR, _SPACE, _QUOTE, _DASH, _DOT = (ord(c) for c in '\n\r "-.')
_LONGEST_NUMBER = 30


class Lines(NamedTuple):
    """What is known of each line: its kind, its first byte and end, where parts stand, its time, and whether that is a
    wall time, in microseconds since 1970."""

    kind: Bytes
    bounds: Longs
    spans: Longs
    at: Longs
    is_wall: npt.NDArray[np.bool_]

    @classmethod
    def room(cls, rows: int) -> "Lines":
        """Room for so many lines."""
        return cls(
            np.empty(rows, np.uint8),
            np.empty((rows, 2), np.int64),
            np.zeros((rows, 4, 2), np.int64),
            np.empty(rows, np.int64),
            np.empty(rows, np.bool_),
        )

    def first(self, rows: int) -> "Lines":
        """What is known of so many lines."""
        kind, bounds, spans, at, is_wall = self
        return Lines(kind[:rows], bounds[:rows], spans[:rows], at[:rows], is_wall[:rows])


@njit(cache=True, inline="always")
def _line_end(data: Bytes, start: int, end: int) -> Any:
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
def _is_blank(data: Bytes, start: int, end: int) -> Any:
    at = start
    while at < end and data[at] <= _SPACE:
        at += 1
    return at == end


@njit(cache=True)
def _fields(data: Bytes, start: int, end: int, delimiter: int, fields: Longs) -> int:
    """Take a line apart; gives the number of its fields, more than there is room for or 0 where it cannot be.

    A field is `"..."`, with quotes in it doubled, or holds no quote. `fields` gets the bounds of each, without its
    quotes, and whether it holds doubled quotes.
    """
    at, count = start, 0
    while True:
        quoted = at < end and data[at] == _QUOTE
        begin, doubled = at + quoted, False
        at = begin
        if quoted:
            while at < end and (data[at] != _QUOTE or (at + 1 < end and data[at + 1] == _QUOTE)):
                doubled |= data[at] == _QUOTE
                at += 1 + (data[at] == _QUOTE)
            if at >= end:
                return 0
        else:
            while at < end and data[at] != delimiter:
                if data[at] == _QUOTE:
                    return 0
                at += 1
        if count == len(fields):
            return count + 1
        fields[count, 0], fields[count, 1], fields[count, 2] = begin, at, doubled
        count += 1
        at += quoted
        if at == end:
            return count
        if data[at] != delimiter:
            return 0
        at += 1


@njit(cache=True)
def after_header(data: Bytes) -> int:
    """Where the first line that is not blank ends, behind its line break; 0 if the data ends before."""
    start = 0
    while start < len(data):
        stop = _line_end(data, start, len(data))
        if not _is_blank(data, start, stop):
            return stop + 1 if stop < len(data) else 0
        start = stop + 1
    return 0


@njit(cache=True)
def _is_number(data: Bytes, begin: int, end: int) -> bool:
    """Whether it is an optional minus, digits, and perhaps a dot and digits."""
    at = begin + (begin < end and data[begin] == _DASH)
    first = at
    while at < end and is_digit(data[at]):
        at += 1
    if at == first or end - begin > _LONGEST_NUMBER:
        return False
    if at < end and data[at] == _DOT:
        at += 1
        first = at
        while at < end and is_digit(data[at]):
            at += 1
        return at == end and at > first
    return at == end


@njit(cache=True)
def _is_plain_device(data: Bytes, begin: int, end: int) -> bool:
    """Whether it is ASCII and does not begin with a space."""
    if begin == end or data[begin] <= _SPACE:
        return False
    for at in range(begin, end):  # noqa: SIM110  (numba knows no generators)
        if data[at] >= 128:
            return False
    return True


@njit(cache=True)
def _read_line(  # noqa: PLR0913  (numba takes arrays and tuples, not objects)
    data: Bytes, row: int, fields: Longs, delimiter: int, columns: Longs, style: int, lines: Lines
) -> int:
    """Fill the spans and the time of a line; gives its kind."""
    count = _fields(data, lines.bounds[row, 0], lines.bounds[row, 1], delimiter, fields)
    if count != len(fields):
        return TORN
    for part in range(7):
        if columns[part] >= 0 and fields[columns[part], 2]:
            return RARE
    for part in range(4):
        if columns[part] >= 0:
            begin, end = fields[columns[part], 0], fields[columns[part], 1]
            lines.spans[row, part, 0], lines.spans[row, part, 1] = begin, end
            if part == DEVICE:
                if not _is_plain_device(data, begin, end):
                    return RARE
            elif not (_is_number(data, begin, end) or (part == ACCURACY and begin == end)):
                return RARE
    lines.at[row], lines.is_wall[row] = moment(data, fields, columns, style)
    return RARE if lines.at[row] == UNKNOWN else USUAL


@njit(cache=True, nogil=True)
def scan(  # noqa: PLR0913  (numba takes arrays and tuples, not objects)
    data: Bytes,
    start: int,
    fields: Longs,
    delimiter: int,
    columns: Longs,
    style: int,
    longest: int,
    lines: Lines,
) -> tuple[int, int]:
    """Read lines until the data ends or there is no more room.

    Args:
        data: Bytes.
        start: Where to begin: at the beginning of a line.
        fields: (fields of the header, 3) room for the bounds of fields.
        delimiter: The byte between fields.
        columns: The number of the field of each part of a ping, negative where it is not mapped.
        style: How times are written.
        longest: The bytes of a line from which on it is torn.
        lines: Room for what is found. Blank lines are passed over.

    Returns:
        How many lines are filled, and where to go on.
    """
    row, end = 0, len(data)
    while start < end and row < len(lines.kind):
        stop = _line_end(data, start, end)
        if not _is_blank(data, start, stop):
            lines.bounds[row, 0], lines.bounds[row, 1] = start, stop
            too_long = stop - start > longest
            lines.kind[row] = (
                TORN if too_long else _read_line(data, row, fields, delimiter, columns, style, lines)
            )
            row += 1
        start = stop + 1
    return row, start


@njit(cache=True, nogil=True)
def copied(data: Bytes, spans: Longs, offsets: npt.NDArray[np.int32], out: Bytes) -> None:
    """Copy the bytes of (n, 2) spans one behind the other; `offsets` says where each goes."""
    for row in range(len(spans)):
        at = np.int64(offsets[row])
        for i in range(spans[row, 0], spans[row, 1]):
            out[at] = data[i]
            at += 1
