"""128 bits for each device id, and 64 for a ping: equal where the text is equal, else as good as never."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.compiled import kernel, part

Bits = npt.NDArray[np.uint64]
Word = Any
"""64 bits in compiled code."""

_C1, _C2 = 0x87C37B91114253D5, 0x4CF5AD432745937F


def fingerprints(devices: pa.Array) -> tuple[Bits, Bits]:
    """Two numbers of 64 bits for each text: MurmurHash3 x64 128 of its bytes, seed 0.

    Args:
        devices: Texts without nulls, or a dictionary of them.
    """
    if pa.types.is_dictionary(devices.type):
        each, number = fingerprints(devices.dictionary), devices.indices.to_numpy(zero_copy_only=False)
        return each[0][number], each[1][number]
    wide = pa.types.is_large_string(devices.type) or pa.types.is_large_binary(devices.type)
    _, places, content = devices.buffers()
    ends = np.frombuffer(places, np.int64 if wide else np.int32)[devices.offset :][: len(devices) + 1]
    data = np.frombuffer(content, np.uint8) if content else np.empty(0, np.uint8)
    high, low = np.empty(len(devices), np.uint64), np.empty(len(devices), np.uint64)
    _murmur3(data, ends.astype(np.int64), high, low)
    return high, low


@part
def mixed(bits: Word) -> Word:
    """A number whose bits all depend on all bits of the given one (murmur3's finalizer)."""
    bits = np.uint64(bits)
    bits = (bits ^ (bits >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    bits = (bits ^ (bits >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return bits ^ (bits >> np.uint64(33))


@part
def _rotated(bits: Word, by: int) -> Word:
    return (bits << np.uint64(by)) | (bits >> np.uint64(64 - by))


@part
def _bytes(data: npt.NDArray[np.uint8], start: int, count: int) -> Word:
    """Up to eight bytes as a number, the first the lowest."""
    found = np.uint64(0)
    for i in range(count):
        found |= np.uint64(data[start + i]) << np.uint64(8 * i)
    return found


@part
def _word(data: npt.NDArray[np.uint8], start: int) -> Word:
    """Eight bytes as a number, written so that the compiler makes one load of it.

    A number without a sign cannot count from the end, of which the compiler would have to think for each byte.
    """
    at = np.uintp(start)
    return (
        np.uint64(data[at])
        | np.uint64(data[at + np.uintp(1)]) << np.uint64(8)
        | np.uint64(data[at + np.uintp(2)]) << np.uint64(16)
        | np.uint64(data[at + np.uintp(3)]) << np.uint64(24)
        | np.uint64(data[at + np.uintp(4)]) << np.uint64(32)
        | np.uint64(data[at + np.uintp(5)]) << np.uint64(40)
        | np.uint64(data[at + np.uintp(6)]) << np.uint64(48)
        | np.uint64(data[at + np.uintp(7)]) << np.uint64(56)
    )


@part
def _equal(data: npt.NDArray[np.uint8], one: int, other: int, length: int) -> bool:
    """Whether so many bytes are the same in two places."""
    i = 0
    while i + 8 <= length:
        if _word(data, one + i) != _word(data, other + i):
            return False
        i += 8
    return bool(_bytes(data, one + i, length - i) == _bytes(data, other + i, length - i))


@kernel("u1[] i8[] u8[]! u8[]!")
def _murmur3(data: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int64], high: Bits, low: Bits) -> None:
    """MurmurHash3 x64 128 (Austin Appleby's reference, public domain); equal neighbours are hashed once."""
    c1, c2 = np.uint64(_C1), np.uint64(_C2)
    before, size_before, first_before = 0, -1, np.uint64(0)
    for i in range(len(offsets) - 1):
        start, end = offsets[i], offsets[i + 1]
        size = end - start
        first = _word(data, start) if size >= 8 else _bytes(data, start, size)
        if size == size_before and first == first_before and _equal(data, before, start, size):
            high[i], low[i] = high[i - 1], low[i - 1]
            continue
        before, size_before, first_before = start, size, first
        h1, h2 = np.uint64(0), np.uint64(0)
        while start + 16 <= end:
            h1 ^= _rotated(_word(data, start) * c1, 31) * c2
            h1 = (_rotated(h1, 27) + h2) * np.uint64(5) + np.uint64(0x52DCE729)
            h2 ^= _rotated(_word(data, start + 8) * c2, 33) * c1
            h2 = (_rotated(h2, 31) + h1) * np.uint64(5) + np.uint64(0x38495AB5)
            start += 16
        if end - start > 8:
            h2 ^= _rotated(_bytes(data, start + 8, end - start - 8) * c2, 33) * c1
        if end > start:
            h1 ^= _rotated(_bytes(data, start, min(end - start, 8)) * c1, 31) * c2
        h1, h2 = h1 ^ np.uint64(size), h2 ^ np.uint64(size)
        h1 += h2
        h2 += h1
        h1, h2 = mixed(h1), mixed(h2)
        h1 += h2
        h2 += h1
        high[i], low[i] = h1, h2
