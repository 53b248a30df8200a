"""Compiled parts of dates and times of day in text."""

import numpy as np
import numpy.typing as npt

from footfall.compiled import part

Bytes = npt.NDArray[np.uint8]

DAY = 86_400_000_000
"""Microseconds."""

UNKNOWN = -(2**62)
"""The value for no time, or one that is written in a rarer way."""

_DOT, _COLON, _ZERO = (ord(c) for c in ".:0")


@part
def is_digit(byte: int) -> bool:
    """Whether a byte is 0 to 9."""
    return _ZERO <= byte <= _ZERO + 9


@part
def whole(data: Bytes, begin: int, end: int) -> int:
    """The number of 1 to 16 digits; negative for any other text."""
    number = 0
    if not 0 < end - begin <= 16:
        return -1
    for at in range(begin, end):
        if not is_digit(data[at]):
            return -1
        number = 10 * number + int(data[at]) - _ZERO
    return number


@part
def two(data: Bytes, at: int) -> int:
    """The number of two digits; very negative for any other text."""
    tens, ones = int(data[at]) - _ZERO, int(data[at + 1]) - _ZERO
    return 10 * tens + ones if 0 <= tens <= 9 and 0 <= ones <= 9 else -10_000


@part
def day_of(year: int, month: int, day: int) -> int:
    """The first microsecond of a day (Howard Hinnant's days_from_civil); UNKNOWN if the calendar has no such day."""
    if not 1 <= year <= 9999 or not 1 <= month <= 12 or day < 1:
        return UNKNOWN
    if day > 28:
        leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0
        if day > (28 + leap if month == 2 else 30 if month in (4, 6, 9, 11) else 31):
            return UNKNOWN
    from_march, year = (month + 9) % 12, year - (month <= 2)
    era, of_era = year // 400, year % 400
    of_year = (153 * from_march + 2) // 5 + day - 1
    return (era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468) * DAY


@part
def fraction(data: Bytes, begin: int, end: int, most: int) -> tuple[int, int]:
    """The microseconds of at most `most` digits after a dot, finer ones cut off; and the position after them.

    Negative without any digit.
    """
    micros, at = 0, begin
    while at < end and at - begin < most and is_digit(data[at]):
        if at - begin < 6:
            micros = 10 * micros + int(data[at]) - _ZERO
        at += 1
    for _ in range(at - begin, 6):
        micros *= 10
    return (micros if at > begin else -1), at


@part
def clock(data: Bytes, begin: int, end: int) -> tuple[int, int]:
    """The microseconds of a time of day (09:05, 09:05:00 or 09:05:00.123456789), and the position after it."""
    if end - begin < 5 or data[begin + 2] != _COLON:
        return UNKNOWN, begin
    hour, minute, second, micros, at = two(data, begin), two(data, begin + 3), 0, 0, begin + 5
    if at + 3 <= end and data[at] == _COLON:
        second, at = two(data, at + 1), at + 3
        if at < end and data[at] == _DOT:
            micros, at = fraction(data, at + 1, end, 9)
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60) or micros < 0:
        return UNKNOWN, begin
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + micros, at
