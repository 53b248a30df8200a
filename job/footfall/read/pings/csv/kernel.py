"""The compiled loop over lines of CSV: where the fields of a ping stand, and its time, if they are written as usual."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from footfall.read.pings.csv.breaks import is_blank, line_end, next_line
from footfall.read.pings.csv.delimiters import take_apart
from footfall.read.pings.times.kernel import OTHER, UNKNOWN, is_digit, moment, moment_of_parts

Bytes = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]

USUAL, RARE, TORN = 0, 1, 2
"""The kinds of lines: read here; to be read by `lines`; no row of fields, or too long."""

PARTS = ("device", "lat", "lon", "accuracy", "at", "date", "time")
DEVICE, LAT, LON, ACCURACY, AT, DATE, TIME = range(7)
"""The numbers of the parts of a ping."""

_SPACE, _DASH, _DOT, _ZERO = (ord(c) for c in " -.0")
_EXACT_DIGITS = 15
"""So many digits are a whole number below 2^53, and ten to the power of so many is exact too."""

_POWERS = np.array([float(f"1e{digits}") for digits in range(_EXACT_DIGITS + 1)])


class Lines(NamedTuple):
    """What is known of each line.

    Args:
        kind: USUAL, RARE or TORN.
        number: Its number.
        bounds: Its first byte and its end.
        device: The ids of usual lines, one behind the other.
        device_ends: Where the ids begin and end in `device`, one more than there are lines.
        degrees: (3, lines) `lat`, `lon` and `accuracy` of a usual line; NaN where that is written in a rarer way.
        at: The time of a usual line in microseconds since 1970, or UNKNOWN where it is written in a rarer way.
        is_wall: Whether that is a wall time.
        spans: Where parts of a usual line that are written in a rarer way stand.
    """

    kind: Bytes
    number: Longs
    bounds: Longs
    device: Bytes
    device_ends: npt.NDArray[np.int32]
    degrees: npt.NDArray[np.float64]
    at: Longs
    is_wall: npt.NDArray[np.bool_]
    spans: Longs

    @classmethod
    def room(cls, rows: int, width: int) -> "Lines":
        """Room for so many lines and so many bytes of ids."""
        return cls(
            np.empty(rows, np.uint8),
            np.empty(rows, np.int64),
            np.empty((rows, 2), np.int64),
            np.empty(width, np.uint8),
            np.zeros(rows + 1, np.int32),
            np.empty((3, rows)),
            np.empty(rows, np.int64),
            np.empty(rows, np.bool_),
            np.empty((rows, len(PARTS), 2), np.int64),
        )

    def first(self, rows: int) -> "Lines":
        """What is known of so many lines."""
        kind, number, bounds, device, ends, degrees, at, is_wall, spans = self
        return Lines(
            kind[:rows],
            number[:rows],
            bounds[:rows],
            device[: ends[rows]],
            ends[: rows + 1],
            degrees[:, :rows],
            at[:rows],
            is_wall[:rows],
            spans[:rows],
        )


@njit(cache=True)
def _number(data: Bytes, begin: int, end: int) -> float:
    """An optional minus, digits, and perhaps a dot and digits; NaN for anything else and where it is not exact.

    A whole number below 2^53, divided once by a power of ten that is exact too, is rounded as it must be.
    """
    at = begin + (begin < end and data[begin] == _DASH)
    first, whole = at, 0
    while at < end and is_digit(data[at]):
        whole = 10 * whole + int(data[at]) - _ZERO
        at += 1
    digits = at - first
    if digits == 0 or digits > _EXACT_DIGITS:
        return np.nan
    behind = 0
    if at < end:
        if data[at] != _DOT or end - at - 1 + digits > _EXACT_DIGITS or at + 1 == end:
            return np.nan
        behind = end - at - 1
        for place in range(at + 1, end):
            if not is_digit(data[place]):
                return np.nan
            whole = 10 * whole + int(data[place]) - _ZERO
    number: float = whole / _POWERS[behind]
    return -number if data[begin] == _DASH else number


@njit(cache=True)
def _note_span(lines: Lines, row: int, part: int, fields: Longs, column: int) -> None:
    lines.spans[row, part, 0], lines.spans[row, part, 1] = fields[column, 0], fields[column, 1]


@njit(cache=True)
def _read_line(data: Bytes, row: int, fields: Longs, columns: Longs, style: int, lines: Lines) -> int:
    """Fill in what a line that was taken apart says; gives its kind."""
    for part in range(7):
        if columns[part] >= 0 and fields[columns[part], 2]:
            return RARE
    begin, end = fields[columns[DEVICE], 0], fields[columns[DEVICE], 1]
    if begin == end or data[begin] <= _SPACE:
        return RARE
    for part in range(LAT, ACCURACY + 1):
        if columns[part] >= 0:
            number = _number(data, fields[columns[part], 0], fields[columns[part], 1])
            lines.degrees[part - 1, row] = number
            if np.isnan(number):
                _note_span(lines, row, part, fields, columns[part])
    if columns[AT] >= 0:
        at, at_end = fields[columns[AT], 0], fields[columns[AT], 1]
        lines.at[row], lines.is_wall[row] = moment(data, at, at_end, style)
    else:
        date, time = columns[DATE], columns[TIME]
        lines.at[row], lines.is_wall[row] = UNKNOWN, True
        if style != OTHER:
            lines.at[row] = moment_of_parts(
                data, fields[date, 0], fields[date, 1], fields[time, 0], fields[time, 1]
            )
    if lines.at[row] == UNKNOWN:
        for part in range(AT, TIME + 1):
            if columns[part] >= 0:
                _note_span(lines, row, part, fields, columns[part])
    to = lines.device_ends[row]
    for place in range(end - begin):
        lines.device[to + place] = data[begin + place]
    lines.device_ends[row + 1] = to + end - begin
    return USUAL


@njit(cache=True, nogil=True)
def scan(  # noqa: PLR0913  (numba takes arrays and tuples, not objects)
    data: Bytes,
    place: tuple[int, int],
    fields: Longs,
    classes: Bytes,
    columns: Longs,
    style: int,
    limits: tuple[int, int],
    lines: Lines,
) -> tuple[int, tuple[int, int]]:
    """Read lines until the data ends or there is no more room.

    Args:
        data: Bytes.
        place: Where to begin, at the beginning of a line, and the number of that line.
        fields: (fields of the header, 3) room for the bounds of fields.
        classes: What each byte is, by `classes_of`.
        columns: The number of the field of each of PARTS, negative where it is not mapped.
        style: How times are written.
        limits: The bytes of a line from which on it is torn, and the kind of lines that cannot be taken apart.
        lines: Room for what is found. Blank lines are passed over, but counted.

    Returns:
        How many lines are filled, and the place to go on.
    """
    start, number = place
    longest, no_row = limits
    row, end = 0, len(data)
    while start < end and row < len(lines.kind):
        count, stop = take_apart(data, start, classes, fields)
        if count != len(fields):
            stop = line_end(data, stop, end)
        if data[start] > _SPACE or not is_blank(data, start, stop):
            lines.number[row] = number
            lines.bounds[row, 0], lines.bounds[row, 1] = start, stop
            lines.device_ends[row + 1] = lines.device_ends[row]
            if stop - start > longest:
                lines.kind[row] = TORN
            elif count != len(fields):
                lines.kind[row] = no_row
            else:
                lines.kind[row] = _read_line(data, row, fields, columns, style, lines)
            row += 1
        start = next_line(data, stop, end)
        number += 1
    return row, (start, number)


@njit(cache=True, nogil=True)
def copied(data: Bytes, spans: Longs, offsets: npt.NDArray[np.int32], out: Bytes) -> None:
    """Copy the bytes of (n, 2) spans one behind the other; `offsets` says where each goes."""
    for row in range(len(spans)):
        to = np.int64(offsets[row])
        for place in range(spans[row, 0], spans[row, 1]):
            out[to] = data[place]
            to += 1
