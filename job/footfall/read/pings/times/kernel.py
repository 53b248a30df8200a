"""The compiled reading of times in text, where they are written in one of the most frequent ways."""

from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

from footfall.local_time import SECOND

Bytes = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

AUTO, ISO, EPOCH_S, EPOCH_MS, OTHER = range(5)
"""How times are written; OTHER is read by no compiled code."""

STYLES = {"auto": AUTO, "iso": ISO, "epoch_s": EPOCH_S, "epoch_ms": EPOCH_MS}

DAY = 86_400 * SECOND
"""Microseconds."""

UNKNOWN = -(2**62)
"""No time, or one that is written in a rarer way."""

_SPACE, _DASH, _DOT, _SLASH, _COLON, _T, _Z, _ZERO = (ord(c) for c in " -./:TZ0")


@njit(cache=True, inline="always")
def is_digit(byte: int) -> Any:
    """Whether a byte is 0 to 9."""
    return _ZERO <= byte <= _ZERO + 9


@njit(cache=True)
def _whole(data: Bytes, begin: int, end: int) -> int:
    """Digits as a number; negative where there are others, none or more than 16."""
    number = 0
    if not 0 < end - begin <= 16:
        return -1
    for at in range(begin, end):
        if not is_digit(data[at]):
            return -1
        number = 10 * number + int(data[at]) - _ZERO
    return number


@njit(cache=True, inline="always")
def _two(data: Bytes, at: int) -> int:
    """Two digits as a number; negative where there are others."""
    tens, ones = int(data[at]) - _ZERO, int(data[at + 1]) - _ZERO
    return 10 * tens + ones if 0 <= tens <= 9 and 0 <= ones <= 9 else -10_000


@njit(cache=True)
def _date(data: Bytes, begin: int) -> int:
    """The first microsecond of 2023-03-01 or 2023/03/01 (Howard Hinnant's days_from_civil)."""
    separator = data[begin + 4]
    if (separator != _DASH and separator != _SLASH) or data[begin + 7] != separator:
        return UNKNOWN
    year = 100 * _two(data, begin) + _two(data, begin + 2)
    month, day = _two(data, begin + 5), _two(data, begin + 8)
    if year < 1 or not 1 <= month <= 12 or day < 1:
        return UNKNOWN
    if day > 28:
        leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0
        if day > (28 + leap if month == 2 else 30 if month in (4, 6, 9, 11) else 31):
            return UNKNOWN
    from_march, year = (month + 9) % 12, year - (month <= 2)
    era, of_era = year // 400, year % 400
    of_year = (153 * from_march + 2) // 5 + day - 1
    return (era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468) * DAY


@njit(cache=True)
def _time(data: Bytes, begin: int, end: int) -> int:
    """The microseconds of 09:05:00, with up to nine digits after a dot, of which those below microseconds are cut."""
    if end - begin < 8 or data[begin + 2] != _COLON or data[begin + 5] != _COLON:
        return UNKNOWN
    hour, minute, second = _two(data, begin), _two(data, begin + 3), _two(data, begin + 6)
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        return UNKNOWN
    micros = ((hour * 60 + minute) * 60 + second) * 1_000_000
    if end - begin == 8:
        return micros
    digits = end - begin - 9
    fraction = _whole(data, begin + 9, end)
    if data[begin + 8] != _DOT or fraction < 0 or digits > 9:
        return UNKNOWN
    for _ in range(digits, 6):
        fraction *= 10
    for _ in range(6, digits):
        fraction //= 10
    return micros + fraction


@njit(cache=True)
def _epoch(number: int, style: int) -> int:
    """Microseconds, as `epochs` reckons a whole number."""
    if style == EPOCH_S:
        return number * 1_000_000 if number < 253_402_300_800 else UNKNOWN
    if style == EPOCH_MS:
        return number * 1000 if number < 253_402_300_800_000 else UNKNOWN
    return number * 1_000_000 if number < 10**11 else number * 1000 if number < 10**14 else number


@njit(cache=True)
def moment_of_parts(data: Bytes, date: int, date_end: int, time: int, time_end: int) -> int:
    """The wall time of a date and a time of day; unknown where it is written in a rarer way."""
    if date_end - date != 10:
        return UNKNOWN
    day, clock = _date(data, date), _time(data, time, time_end)
    return UNKNOWN if day == UNKNOWN or clock == UNKNOWN else day + clock


@njit(cache=True)
def moment(data: Bytes, begin: int, end: int, style: int) -> tuple[int, bool]:
    """The time that a text tells and whether it is a wall time; unknown where it is written in a rarer way."""
    if style == OTHER:
        return UNKNOWN, True
    if style != ISO:
        number = _whole(data, begin, end)
        if number >= 0:
            return _epoch(number, style), False
        if style != AUTO:
            return UNKNOWN, False
    if end - begin < 19 or (data[begin + 10] != _T and data[begin + 10] != _SPACE):
        return UNKNOWN, True
    is_utc = data[end - 1] == _Z
    day, clock = _date(data, begin), _time(data, begin + 11, end - is_utc)
    return (UNKNOWN if day == UNKNOWN or clock == UNKNOWN else day + clock), not is_utc


@njit(cache=True, nogil=True)
def moments(data: Bytes, offsets: Longs, style: int, micros: Longs, is_wall: Mask) -> None:
    """Fill in the time of each text that lies between two offsets."""
    for row in range(len(micros)):
        micros[row], is_wall[row] = moment(data, offsets[row], offsets[row + 1], style)
