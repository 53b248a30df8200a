"""The compiled reading of times in text, where they are written in one of the most frequent ways."""

import numpy as np
import numpy.typing as npt

from footfall.compiled import kernel, part
from footfall.read.pings.times.dates import UNKNOWN, clock, day_of, two, whole
from footfall.read.pings.times.steps import moment_by_steps

Bytes = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

AUTO, ISO, EPOCH_S, EPOCH_MS, PATTERN = range(5)
"""How times are written; a PATTERN is read by its steps."""

STYLES = {"auto": AUTO, "iso": ISO, "epoch_s": EPOCH_S, "epoch_ms": EPOCH_MS}

_FARTHEST = 18 * 60
_MINUTE = 60_000_000
_SPACE, _PLUS, _DASH, _SLASH, _COLON, _T, _Z = (ord(c) for c in " +-/:TZ")


@part
def _date(data: Bytes, begin: int) -> int:
    """The first microsecond of a day written as 2023-03-01 or 2023/03/01; UNKNOWN for any other text."""
    separator = data[begin + 4]
    if (separator != _DASH and separator != _SLASH) or data[begin + 7] != separator:
        return UNKNOWN
    return day_of(100 * two(data, begin) + two(data, begin + 2), two(data, begin + 5), two(data, begin + 8))


@part
def _ahead(data: Bytes, begin: int, end: int) -> int:
    """The microseconds that an offset (+05:30, +0530, +05 or Z, also after a space) is ahead of UTC."""
    at = begin + (data[begin] == _SPACE)
    length = end - at
    if length == 1 and data[at] == _Z:
        return 0
    if length < 3 or (data[at] != _PLUS and data[at] != _DASH):
        return UNKNOWN
    minutes = 0
    if length == 5:
        minutes = two(data, at + 3)
    elif length == 6 and data[at + 3] == _COLON:
        minutes = two(data, at + 4)
    elif length != 3:
        return UNKNOWN
    hours = two(data, at + 1)
    if hours < 0 or not 0 <= minutes < 60 or 60 * hours + minutes > _FARTHEST:
        return UNKNOWN
    ahead = (60 * hours + minutes) * _MINUTE
    return -ahead if data[at] == _DASH else ahead


@part
def moment_of_parts(data: Bytes, date: int, date_end: int, time: int, time_end: int) -> tuple[int, bool]:
    """The time of a date and a time of day, and whether it is a wall time."""
    if date_end - date != 10:
        return UNKNOWN, True
    day = _date(data, date)
    micros, at = clock(data, time, time_end)
    if day == UNKNOWN or micros == UNKNOWN:
        return UNKNOWN, True
    if at == time_end:
        return day + micros, True
    ahead = _ahead(data, at, time_end)
    return (UNKNOWN if ahead == UNKNOWN else day + micros - ahead), False


@part
def _epoch(number: int, style: int) -> int:
    """The microseconds that a whole number means, as in `epochs`."""
    if style == EPOCH_S:
        return number * 1_000_000 if number < 253_402_300_800 else UNKNOWN
    if style == EPOCH_MS:
        return number * 1000 if number < 253_402_300_800_000 else UNKNOWN
    return number * 1_000_000 if number < 10**11 else number * 1000 if number < 10**14 else number


@part
def moment(data: Bytes, begin: int, end: int, style: int, steps: Longs) -> tuple[int, bool]:
    """The time of a text and whether it is a wall time; UNKNOWN if it is written in a rarer way."""
    if style == PATTERN:
        return moment_by_steps(data, begin, end, steps), True
    if style != ISO:
        number = whole(data, begin, end)
        if number >= 0:
            return _epoch(number, style), False
        if style != AUTO:
            return UNKNOWN, False
    if end - begin < 16 or (data[begin + 10] != _T and data[begin + 10] != _SPACE):
        return UNKNOWN, True
    return moment_of_parts(data, begin, begin + 10, begin + 11, end)


@kernel("u1[] i8[] i8 i8[,] i8[]! b1[]!")
def moments(data: Bytes, offsets: Longs, style: int, steps: Longs, micros: Longs, is_wall: Mask) -> None:
    """Fill in the time of each text that lies between two offsets, and whether it is a wall time."""
    for row in range(len(micros)):
        micros[row], is_wall[row] = moment(data, offsets[row], offsets[row + 1], style, steps)
