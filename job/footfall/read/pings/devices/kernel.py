"""The compiled loops over ids of devices: which are spelled otherwise than they are compared, and how they are then."""

from typing import Any

import numpy as np
import numpy.typing as npt

from footfall.compiled import kernel, part

Bytes = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

CHANGED, DOUBTFUL = 1, 2
"""What is noted of a text: it is compared in another spelling; it may be one that stands for no device."""

_SPACE, _DASH, _DOT, _ZERO, _NINE, _OPEN, _CLOSE = (ord(c) for c in " -.09{}")
_LOW, _HIGH = (ord("a"), ord("f")), (ord("A"), ord("F"))
_LOW_A, _LOW_F, _HIGH_A, _HIGH_F = *_LOW, *_HIGH
_TO_LOW = ord("a") - ord("A")
UUID, _UUID_TEXT = 32, 36
"""The hexadecimal digits of a UUID, and its letters with the dashes."""

_ONES, _TOP_BITS = 0x0101010101010101, 0x8080808080808080
_DASHES, _BIT_OF_LETTERS = _ONES * _DASH, _ONES * 0x40
"""Eight bytes at once; with the bit of letters and without the next lower one, a byte is a capital letter or a sign."""

SIZES = 72
"""Longer words are looked for together."""

_OTHER, _AS_COMPARED, _SPELLED_OTHERWISE = 0, 1, 2


@part
def _trimmed(data: Bytes, begin: int, end: int) -> tuple[int, int]:
    """Without the spaces and control characters around it."""
    while begin < end and data[begin] <= _SPACE:
        begin += 1
    while end > begin and data[end - 1] <= _SPACE:
        end -= 1
    return begin, end


@part
def _is_digit(byte: int) -> bool:
    return _ZERO <= byte <= _NINE


@part
def _is_letter(byte: int) -> bool:
    """Whether a byte is a to z or A to Z, or one of the signs behind Z."""
    return byte >= _HIGH_A and byte != _OPEN and byte != _CLOSE


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
def _digits(data: Bytes, begin: int, end: int) -> tuple[int, int]:
    """Whether a text of 32 letters or more is hexadecimal digits, and as they are compared; how many they are."""
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
            return _OTHER, 0
    digits = behind - first - dashes
    if digits < UUID:
        return _OTHER, 0
    if in_braces or high:
        return _SPELLED_OTHERWISE, digits
    if digits > UUID:
        return _AS_COMPARED if dashes == 0 else _SPELLED_OTHERWISE, digits
    in_place = dashes == 4 and data[begin + 8] == _DASH and data[begin + 13] == _DASH
    is_usual = in_place and data[begin + 18] == _DASH and data[begin + 23] == _DASH
    return _AS_COMPARED if is_usual else _SPELLED_OTHERWISE, digits


@part
def _eight(data: Bytes, at: Any) -> Any:
    """Eight bytes as a number; for a place without a sign the compiler makes one load of it."""
    found = np.uint64(0)
    for byte in range(8):
        found |= np.uint64(data[at + np.uint64(byte)]) << np.uint64(8 * byte)
    return found


@part
def _high(eight: Any) -> Any:
    """Not 0 where one of eight bytes is a capital letter."""
    return eight & ~(eight << np.uint64(1)) & np.uint64(_BIT_OF_LETTERS)


@part
def _dash(eight: Any) -> Any:
    """Not 0 where one of eight bytes is a dash."""
    rest = eight ^ np.uint64(_DASHES)
    return (rest - np.uint64(_ONES)) & ~rest & np.uint64(_TOP_BITS)


@part
def _is_plain(data: Bytes, begin: int, end: int) -> bool:
    """Whether 32 letters or more hold no capital letter, nor a dash but those of a UUID: most are told by this."""
    last = _eight(data, np.uint64(end - 8))
    high, dash = _high(last), _dash(last)
    for at in range(begin, end - 8, 8):
        eight = _eight(data, np.uint64(at))
        high, dash = high | _high(eight), dash | _dash(eight)
    if high != 0 or data[begin] == _OPEN or end - begin == UUID:
        return False
    if end - begin != _UUID_TEXT:
        return bool(dash == 0)
    in_place = data[begin + 8] == _DASH and data[begin + 13] == _DASH
    return bool(in_place and data[begin + 18] == _DASH and data[begin + 23] == _DASH)


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
        changed = begin != offsets[row] or end != offsets[row + 1]
        if size >= UUID and not _is_plain(data, begin, end):
            spelling, _ = _digits(data, begin, end)
            changed = changed or spelling == _SPELLED_OTHERWISE
        if size > 2 and data[end - 1] == _ZERO:
            changed = changed or _whole_end(data, begin, end) != end
        of_size = min(size, SIZES - 1)
        doubtful = size == 0 or (first[of_size, data[begin]] and last[of_size, data[end - 1]])
        notes[row] = CHANGED * changed + DOUBTFUL * doubtful


@kernel("u1[] i8[] u1[] u1[]! i4[]!")
def respell(data: Bytes, offsets: Longs, notes: Bytes, out: Bytes, ends: npt.NDArray[np.int32]) -> None:
    """Write the texts one behind the other, those that are noted as changed in the spelling that is compared."""
    to = 0
    for row in range(len(notes)):
        begin, end = offsets[row], offsets[row + 1]
        digits, spelling = 0, _OTHER
        if notes[row] & CHANGED:
            begin, end = _trimmed(data, begin, end)
            if end - begin >= UUID:
                spelling, digits = _digits(data, begin, end)
            if spelling == _OTHER:
                end = _whole_end(data, begin, end)
        written = 0
        for at in range(begin, end):
            byte = data[at]
            if spelling != _OTHER:
                if not (_is_digit(byte) or _is_letter(byte)):
                    continue
                if digits == UUID and 8 <= written <= 20 and written % 4 == 0:
                    out[to] = _DASH
                    to += 1
                if _HIGH_A <= byte <= _HIGH_F:
                    byte += _TO_LOW
                written += 1
            out[to] = byte
            to += 1
        ends[row + 1] = to
