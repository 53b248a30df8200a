"""The compiled loop over lines of CSV: where the fields of a ping stand, and its time, if they are written as usual."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from footfall.read.pings.csv.breaks import is_blank, line_end, next_line
from footfall.read.pings.times.kernel import OTHER, UNKNOWN, is_digit, moment, moment_of_parts

Bytes = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]

USUAL, RARE, TORN = 0, 1, 2
"""The kinds of lines: read here; to be read by `lines`; no row of fields, or too long."""

PARTS = ("device", "lat", "lon", "accuracy", "at", "date", "time")
DEVICE, LAT, LON, ACCURACY, AT, DATE, TIME = range(7)
"""The numbers of the parts of a ping."""

NO_BYTE = 256
"""Stands for a delimiter that is more than one byte: then all lines are rare."""

_SPACE, _QUOTE, _DASH, _DOT = (ord(c) for c in ' "-.')
_LONGEST_NUMBER = 30


class Lines(NamedTuple):
    """What is known of each line.

    Args:
        kind: USUAL, RARE or TORN.
        number: Its number.
        bounds: Its first byte and its end.
        spans: Where the parts of a usual line stand; those of its time only where `at` is UNKNOWN.
        at: The time of a usual line in microseconds since 1970, or UNKNOWN where it is written in a rarer way.
        is_wall: Whether that is a wall time.
    """

    kind: Bytes
    number: Longs
    bounds: Longs
    spans: Longs
    at: Longs
    is_wall: npt.NDArray[np.bool_]

    @classmethod
    def room(cls, rows: int) -> "Lines":
        """Room for so many lines."""
        return cls(
            np.empty(rows, np.uint8),
            np.empty(rows, np.int64),
            np.empty((rows, 2), np.int64),
            np.zeros((rows, len(PARTS), 2), np.int64),
            np.empty(rows, np.int64),
            np.empty(rows, np.bool_),
        )

    def first(self, rows: int) -> "Lines":
        """What is known of so many lines."""
        kind, number, bounds, spans, at, is_wall = self
        return Lines(kind[:rows], number[:rows], bounds[:rows], spans[:rows], at[:rows], is_wall[:rows])

    def again(self) -> "Lines":
        """The same room once more; numbers and bounds of before stay as they are."""
        return self._replace(number=np.empty_like(self.number), bounds=np.empty_like(self.bounds))


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
    if columns[AT] >= 0:
        begin, end = fields[columns[AT], 0], fields[columns[AT], 1]
        lines.at[row], lines.is_wall[row] = moment(data, begin, end, style)
    else:
        date, time = columns[DATE], columns[TIME]
        lines.at[row], lines.is_wall[row] = UNKNOWN, True
        if style != OTHER:
            lines.at[row] = moment_of_parts(
                data, fields[date, 0], fields[date, 1], fields[time, 0], fields[time, 1]
            )
    if lines.at[row] == UNKNOWN:
        for part in range(AT, 7):
            if columns[part] >= 0:
                lines.spans[row, part, 0] = fields[columns[part], 0]
                lines.spans[row, part, 1] = fields[columns[part], 1]
    return USUAL


@njit(cache=True, nogil=True)
def scan(  # noqa: PLR0913  (numba takes arrays and tuples, not objects)
    data: Bytes,
    place: tuple[int, int],
    fields: Longs,
    delimiter: int,
    columns: Longs,
    style: int,
    longest: int,
    lines: Lines,
) -> tuple[int, tuple[int, int]]:
    """Read lines until the data ends or there is no more room.

    Args:
        data: Bytes.
        place: Where to begin, at the beginning of a line, and the number of that line.
        fields: (fields of the header, 3) room for the bounds of fields.
        delimiter: The byte between fields, or NO_BYTE.
        columns: The number of the field of each of PARTS, negative where it is not mapped.
        style: How times are written.
        longest: The bytes of a line from which on it is torn.
        lines: Room for what is found. Blank lines are passed over, but counted.

    Returns:
        How many lines are filled, and the place to go on.
    """
    start, number = place
    row, end = 0, len(data)
    while start < end and row < len(lines.kind):
        stop = line_end(data, start, end)
        if not is_blank(data, start, stop):
            lines.number[row] = number
            lines.bounds[row, 0], lines.bounds[row, 1] = start, stop
            if stop - start > longest:
                lines.kind[row] = TORN
            elif delimiter == NO_BYTE:
                lines.kind[row] = RARE
            else:
                lines.kind[row] = _read_line(data, row, fields, delimiter, columns, style, lines)
            row += 1
        start = next_line(data, stop, end)
        number += 1
    return row, (start, number)


@njit(cache=True, nogil=True)
def copied(data: Bytes, spans: Longs, offsets: npt.NDArray[np.int32], out: Bytes) -> None:
    """Copy the bytes of (n, 2) spans one behind the other; `offsets` says where each goes."""
    for row in range(len(spans)):
        at = np.int64(offsets[row])
        for i in range(spans[row, 0], spans[row, 1]):
            out[at] = data[i]
            at += 1
