"""The compiled loops over ids of devices: which are spelled otherwise than they are compared, and how they are then."""

import numpy as np
import numpy.typing as npt

from footfall.compiled import kernel, part
from footfall.compiled.octets import Word, eight_octets

Bytes = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

CHANGED, DOUBTFUL, IS_UUID = 1, 2, 4
"""What is noted of a text: it is compared in another spelling; it may be one that stands for no device; it is a UUID
with dashes and nothing else."""

_SPACE, _DASH, _DOT, _ZERO, _NINE, _OPEN, _CLOSE = (ord(c) for c in " -.09{}")
_LOW_A, _LOW_F, _HIGH_A, _HIGH_F = (ord(c) for c in "afAF")
_TO_LOW = ord("a") - ord("A")
DIGITS, _UUID_TEXT = 32, 36
"""The fewest hexadecimal digits that are compared in one case and without dashes; the letters of a UUID with them."""

SIZES = 72
"""Longer words are looked for together."""

_ONES, _TOP_BITS, _LOW_CASE = (0x0101010101010101 * byte for byte in (0x01, 0x80, _TO_LOW))
_FROM_ZERO, _BEYOND_NINE, _FROM_A, _BEYOND_F = (
    _ONES * (0x80 - first) for first in (_ZERO, _NINE + 1, _LOW_A, _LOW_F + 1)
)
"""Added to eight bytes, each sets the top bit of those bytes that are this letter or a later one."""


@part
def _trimmed(data: Bytes, begin: int, end: int) -> tuple[int, int]:
    """Without the spaces and control characters around it."""
    while begin < end and data[np.uintp(begin)] <= _SPACE:
        begin += 1
    while end > begin and data[np.uintp(end - 1)] <= _SPACE:
        end -= 1
    return begin, end


@part
def _is_digit(byte: int) -> bool:
    return _ZERO <= byte <= _NINE


@part
def _whole_end(data: Bytes, begin: int, end: int) -> int:
    """Where the whole number ends that a text is, such as 1000 or 1000.00; its end where it is none."""
    at = begin + (end - begin > 1 and data[begin] == _DASH)
    first = at
    while at < end and _is_digit(data[at]):
        at += 1
    whole = at
    if whole == first or whole + 1 >= end or data[whole] != _DOT:
        return end
    at = whole + 1
    while at < end and data[at] == _ZERO:
        at += 1
    return whole if at == end else end


@part
def _put_eight(out: Bytes, to: int, eight: Word) -> None:
    at = np.uintp(to)
    for byte in range(8):
        out[at + np.uintp(byte)] = np.uint8((eight >> np.uint64(8 * byte)) & np.uint64(0xFF))


@part
def _two_fours(data: Bytes, first: Word, second: Word) -> Word:
    """Two groups of four bytes of the data as one number of eight bytes, the first group the lower half."""
    four = np.uint64(0xFFFFFFFF)
    return (eight_octets(data, first) & four) | (eight_octets(data, second) << np.uint64(32))


@part
def _are_digits(eight: Word) -> bool:
    """Whether eight bytes are hexadecimal digits."""
    low = eight | np.uint64(_LOW_CASE)
    number = (eight + np.uint64(_FROM_ZERO)) & ~(eight + np.uint64(_BEYOND_NINE))
    letter = (low + np.uint64(_FROM_A)) & ~(low + np.uint64(_BEYOND_F))
    return bool(((number | letter) & ~eight & np.uint64(_TOP_BITS)) == np.uint64(_TOP_BITS))


@part
def _is_uuid(data: Bytes, begin: int) -> bool:
    """Whether 36 letters are the digits and dashes of a UUID, in either case."""
    at = np.uintp(begin)
    dashes = (data[at + np.uintp(8)] == _DASH) & (data[at + np.uintp(13)] == _DASH)
    dashes &= (data[at + np.uintp(18)] == _DASH) & (data[at + np.uintp(23)] == _DASH)
    return bool(
        dashes
        and _are_digits(eight_octets(data, at))
        and _are_digits(_two_fours(data, at + np.uintp(9), at + np.uintp(14)))
        and _are_digits(_two_fours(data, at + np.uintp(19), at + np.uintp(24)))
        and _are_digits(eight_octets(data, at + np.uintp(28)))
    )


@part
def _is_plain(data: Bytes, begin: int, end: int) -> bool:
    """Whether 32 letters or more are digits in lower case without dashes: most ids are known by this."""
    last = eight_octets(data, end - 8)
    sound = _are_digits(last)
    low = last & np.uint64(_LOW_CASE)
    for at in range(begin, end - 8, 8):
        eight = eight_octets(data, at)
        sound &= _are_digits(eight)
        low &= eight
    return bool(sound and (low & np.uint64(_LOW_CASE)) == np.uint64(_LOW_CASE))


@part
def _is_spelled_otherwise(data: Bytes, begin: int, end: int) -> bool:
    """Whether a text of 32 letters or more is hexadecimal digits with capitals, dashes or braces."""
    in_braces = data[begin] == _OPEN and data[end - 1] == _CLOSE
    first, behind = begin + in_braces, end - in_braces
    dashes, high = 0, 0
    for at in range(first, behind):
        byte = data[at]
        if byte == _DASH:
            dashes += 1
        elif _HIGH_A <= byte <= _HIGH_F:
            high += 1
        elif not (_is_digit(byte) or _LOW_A <= byte <= _LOW_F):
            return False
    is_long = behind - first - dashes >= DIGITS
    return bool(is_long and (in_braces or high > 0 or dashes > 0))


@kernel("u1[] i8[] b1[,] b1[,] u1[]!")
def look(data: Bytes, offsets: Longs, first: Mask, last: Mask, notes: Bytes) -> None:
    """Note of each text whether it is respelled to be compared, and whether it may stand for no device.

    Args:
        data: The bytes of all texts.
        offsets: Where each begins and ends.
        first: By their length, with which bytes the words begin that stand for no device.
        last: With which they end.
        notes: Gets what is noted.
    """
    for row in range(len(notes)):
        begin, end = _trimmed(data, offsets[row], offsets[row + 1])
        size = end - begin
        note = 0
        if size == _UUID_TEXT and _is_uuid(data, begin):
            note = CHANGED | IS_UUID
        elif size >= DIGITS and not _is_plain(data, begin, end):
            note = CHANGED * _is_spelled_otherwise(data, begin, end)
        if size != offsets[row + 1] - offsets[row]:
            note = CHANGED
        if size > 2 and data[np.uintp(end - 1)] == _ZERO and _whole_end(data, begin, end) != end:
            note = CHANGED
        of_size = min(size, SIZES - 1)
        if size == 0 or (first[of_size, data[np.uintp(begin)]] and last[of_size, data[np.uintp(end - 1)]]):
            note |= DOUBTFUL
        notes[row] = note


@part
def _put_uuid(data: Bytes, begin: int, out: Bytes, to: int) -> None:
    """Write the 32 digits of a UUID with dashes in lower case; digits have the bit of lower case anyway."""
    at, low = np.uintp(begin), np.uint64(_LOW_CASE)
    _put_eight(out, to, eight_octets(data, at) | low)
    _put_eight(out, to + 8, _two_fours(data, at + np.uintp(9), at + np.uintp(14)) | low)
    _put_eight(out, to + 16, _two_fours(data, at + np.uintp(19), at + np.uintp(24)) | low)
    _put_eight(out, to + 24, eight_octets(data, at + np.uintp(28)) | low)


@part
def _put_respelled(data: Bytes, begin: int, end: int, out: Bytes, to: int) -> int:
    """Write a text as it is compared; gives how many bytes that takes."""
    begin, end = _trimmed(data, begin, end)
    if end - begin < DIGITS or not _is_spelled_otherwise(data, begin, end):
        end = _whole_end(data, begin, end)
        for at in range(begin, end):
            out[to + at - begin] = data[at]
        return end - begin
    written = 0
    for at in range(begin, end):
        byte = data[at]
        if byte != _DASH and byte != _OPEN and byte != _CLOSE:
            out[to + written] = byte + _TO_LOW if _HIGH_A <= byte <= _HIGH_F else byte
            written += 1
    return written


@kernel("u1[] i8[] u1[] u1[]! i4[]!")
def respell(data: Bytes, offsets: Longs, notes: Bytes, out: Bytes, ends: npt.NDArray[np.int32]) -> None:
    """Write the texts one behind the other, those that are noted as changed in the spelling that is compared."""
    to = 0
    for row in range(len(notes)):
        begin, end = offsets[row], offsets[row + 1]
        if notes[row] & IS_UUID and end - begin == _UUID_TEXT:
            _put_uuid(data, begin, out, to)
            to += DIGITS
        elif notes[row] & CHANGED:
            to += _put_respelled(data, begin, end, out, to)
        else:
            for at in range(end - begin):
                out[np.uintp(to + at)] = data[np.uintp(begin + at)]
            to += end - begin
        ends[row + 1] = to
