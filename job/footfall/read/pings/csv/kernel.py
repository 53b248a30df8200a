"""The compiled loop over lines of CSV: reads the fields of pings that are written in the usual ways."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.compiled import kernel, part
from footfall.read.pings.csv.breaks import breaks_in, is_blank, line_end, next_line
from footfall.read.pings.csv.delimiters import ON_A_LINE, ON_LINES, OPEN, take_apart
from footfall.read.pings.times.dates import UNKNOWN, is_digit
from footfall.read.pings.times.kernel import AUTO, ISO, moment, moment_of_parts

Bytes = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]

USUAL, RARE, MALFORMED = 0, 1, 2
"""The kinds of lines: read here; left to `lines`; and not a row of fields, or too long."""

PARTS = ("device", "lat", "lon", "accuracy", "at", "date", "time")
DEVICE, LAT, LON, ACCURACY, AT, DATE, TIME = range(7)
"""The numbers of the parts of a ping."""

_SPACE, _DASH, _ZERO = (ord(c) for c in " -0")
_EXACT_DIGITS = 15
"""A number of so many digits is below 2^53, as is ten to this power, so both are exact as floats."""


class Lines(NamedTuple):
    """What was read of each line.

    Args:
        kind: USUAL, RARE or MALFORMED.
        number: Its number.
        bounds: Its first byte and its end.
        device: The ids of usual lines, one behind the other.
        device_ends: Where the ids begin and end in `device`, one more than there are lines.
        degrees: (3, lines) `lat`, `lon` and `accuracy` of a usual line; NaN if that is written in a rarer way.
        at: The time of a usual line in microseconds since 1970, or UNKNOWN where it is written in a rarer way.
        is_wall: Whether that is a wall time.
        spans: (lines, 14) where parts of a usual line that are written in a rarer way begin and end.
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
            np.empty((rows, 2 * len(PARTS)), np.int64),
        )

    def first(self, rows: int) -> "Lines":
        """The first lines."""
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


class Rules(NamedTuple):
    """How lines are read.

    Args:
        classes: What each byte is, by `classes_of`.
        columns: The number of the field of each of PARTS, negative if it is not mapped.
        style: How times are written.
        steps: Those of the pattern of times.
        longest: Bytes; a longer line is malformed.
        no_row: The kind of lines that cannot be split.
        dot: The decimal separator, a byte.
    """

    classes: Bytes
    columns: Longs
    style: int
    steps: Longs
    longest: int
    no_row: int
    dot: int


@part
def _number(data: Bytes, begin: int, end: int, dot: int) -> float:
    """An optional minus, digits, and perhaps a dot and digits; NaN for anything else and where it is not exact.

    A whole number below 2^53, divided by a power of ten that is exact too, is correctly rounded.
    """
    at = begin + (begin < end and data[begin] == _DASH)
    first, whole = at, 0
    while at < end and is_digit(data[at]):
        whole = 10 * whole + int(data[at]) - _ZERO
        at += 1
    digits = at - first
    if digits == 0 or digits > _EXACT_DIGITS:
        return np.nan
    power = 1
    if at < end:
        if data[at] != dot or end - at - 1 + digits > _EXACT_DIGITS or at + 1 == end:
            return np.nan
        for place in range(at + 1, end):
            if not is_digit(data[place]):
                return np.nan
            whole = 10 * whole + int(data[place]) - _ZERO
            power *= 10
    number = whole / power
    return -number if data[begin] == _DASH else number


@part
def _note_span(spans: Longs, row: int, part_number: int, fields: Longs, column: int) -> None:
    spans[row, 2 * part_number], spans[row, 2 * part_number + 1] = fields[column, 0], fields[column, 1]


@part
def _read_time(data: Bytes, fields: Longs, columns: Longs, style: int, steps: Longs) -> tuple[int, bool]:
    if columns[AT] >= 0:
        return moment(data, fields[columns[AT], 0], fields[columns[AT], 1], style, steps)
    if style != AUTO and style != ISO:
        return UNKNOWN, True
    date, time = columns[DATE], columns[TIME]
    return moment_of_parts(data, fields[date, 0], fields[date, 1], fields[time, 0], fields[time, 1])


@part
def _read_line(data: Bytes, row: int, fields: Longs, rules: Rules, lines: Lines) -> int:
    """Fill in the values of a line whose fields were found; returns its kind."""
    _, columns, style, steps, _, _, dot = rules
    _, _, _, devices, device_ends, degrees, at, is_wall, spans = lines
    for number in range(7):
        if columns[number] >= 0 and fields[columns[number], 2]:
            return RARE
    begin, end = fields[columns[DEVICE], 0], fields[columns[DEVICE], 1]
    for number in range(LAT, ACCURACY + 1):
        if columns[number] >= 0:
            degree = _number(data, fields[columns[number], 0], fields[columns[number], 1], dot)
            degrees[number - 1, row] = degree
            if np.isnan(degree):
                _note_span(spans, row, number, fields, columns[number])
    at[row], is_wall[row] = _read_time(data, fields, columns, style, steps)
    if at[row] == UNKNOWN:
        for number in range(AT, TIME + 1):
            if columns[number] >= 0:
                _note_span(spans, row, number, fields, columns[number])
    to = device_ends[row]
    for place in range(end - begin):
        devices[to + place] = data[begin + place]
    device_ends[row + 1] = to + end - begin
    return USUAL


@kernel(
    "u1[] (i8 i8 i8 i8) i8[,]! (u1[] i8[] i8 i8[,] i8 i8 i8)"
    " (u1[]! i8[]! i8[,]! u1[]! i4[]! f8[,]! i8[]! b1[]! i8[,]!)",
    "i8 i8 i8",
)
def scan(
    data: Bytes, place: tuple[int, int, int, int], fields: Longs, rules: Rules, lines: Lines
) -> tuple[int, int, int]:
    """Read rows until the data ends or there is no more room.

    Args:
        data: Bytes.
        place: Where to begin, at the beginning of a row; the number of its line; where the last row has to begin
            before; and whether the file ends with the data, so that a row whose end is not there is no row.
        fields: (fields of the header, 3) room for the bounds of fields.
        rules: How lines are read.
        lines: Room for what is found. Blank lines are skipped, but counted.

    Returns:
        How many lines are filled, and the place to go on, which is before the end where the data ends within a row.
    """
    start, number, end, is_last = place
    classes, _, _, _, longest, no_row, _ = rules
    kind, numbers, bounds, _, device_ends, _, _, _, _ = lines
    row = 0
    while start < end and row < len(kind):
        count, stop, extent = take_apart(data, start, classes, fields)
        if extent == OPEN and not is_last:
            break
        if count != len(fields):
            stop = line_end(data, stop if extent == ON_A_LINE else start, len(data))
        if data[start] > _SPACE or not is_blank(data, start, stop):
            numbers[row] = number
            bounds[row, 0], bounds[row, 1] = start, stop
            device_ends[row + 1] = device_ends[row]
            if stop - start > longest:
                kind[row] = MALFORMED
            elif count != len(fields):
                kind[row] = no_row
            else:
                kind[row] = _read_line(data, row, fields, rules, lines)
            row += 1
        number += 1 + (breaks_in(data, start, stop) if extent == ON_LINES and count == len(fields) else 0)
        start = next_line(data, stop, len(data))
    return row, start, number


@kernel("u1[] i8[,] i4[] u1[]!")
def _copy(data: Bytes, spans: Longs, offsets: npt.NDArray[np.int32], out: Bytes) -> None:
    """Copy the bytes of (n, 2) spans one behind the other; `offsets` says where each goes."""
    for row in range(len(spans)):
        to = np.int64(offsets[row])
        for place in range(spans[row, 0], spans[row, 1]):
            out[to] = data[place]
            to += 1


def copies(data: Bytes, spans: Longs) -> pa.Array:
    """The bytes of (n, 2) spans, type binary."""
    offsets = np.concatenate([[0], np.cumsum(spans[:, 1] - spans[:, 0])]).astype(np.int32)
    out = np.empty(offsets[-1], np.uint8)
    _copy(data, spans, offsets, out)
    return pa.Array.from_buffers(pa.binary(), len(spans), [None, pa.py_buffer(offsets), pa.py_buffer(out)])
