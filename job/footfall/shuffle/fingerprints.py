"""128 bits for each device id, and 64 for a ping: equal where the text is equal, else as good as never."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from numba import njit, uint64

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
    offsets = np.frombuffer(places, np.int64 if wide else np.int32)
    data = np.frombuffer(content, np.uint8) if content else np.empty(0, np.uint8)
    high, low = np.empty(len(devices), np.uint64), np.empty(len(devices), np.uint64)
    _murmur3(data, offsets[devices.offset : devices.offset + len(devices) + 1], high, low)
    return high, low


@njit(cache=True, inline="always")
def mixed(bits: Word) -> Word:
    """A number whose bits all depend on all bits of the given one (murmur3's finalizer)."""
    bits = uint64(bits)
    bits = (bits ^ (bits >> uint64(33))) * uint64(0xFF51AFD7ED558CCD)
    bits = (bits ^ (bits >> uint64(33))) * uint64(0xC4CEB9FE1A85EC53)
    return bits ^ (bits >> uint64(33))


@njit(cache=True, inline="always")
def _rotated(bits: Word, by: int) -> Word:
    return (bits << uint64(by)) | (bits >> uint64(64 - by))


@njit(cache=True, inline="always")
def _bytes(data: npt.NDArray[np.uint8], start: Word, count: Word) -> Word:
    """Up to eight bytes as a number, the first the lowest."""
    found = uint64(0)
    for i in range(count):
        found |= uint64(data[start + i]) << uint64(8 * i)
    return found


@njit(cache=True, inline="always")
def _word(data: npt.NDArray[np.uint8], start: Word) -> Word:
    """Eight bytes as a number, written so that the compiler makes one load of it."""
    return (
        uint64(data[start])
        | uint64(data[start + 1]) << uint64(8)
        | uint64(data[start + 2]) << uint64(16)
        | uint64(data[start + 3]) << uint64(24)
        | uint64(data[start + 4]) << uint64(32)
        | uint64(data[start + 5]) << uint64(40)
        | uint64(data[start + 6]) << uint64(48)
        | uint64(data[start + 7]) << uint64(56)
    )


@njit(cache=True, nogil=True)
def _murmur3(data: npt.NDArray[np.uint8], offsets: npt.NDArray[Any], high: Bits, low: Bits) -> None:
    """MurmurHash3 x64 128 (Austin Appleby's reference, public domain)."""
    c1, c2 = uint64(_C1), uint64(_C2)
    for i in range(len(offsets) - 1):
        start, end = np.int64(offsets[i]), np.int64(offsets[i + 1])
        length = uint64(end - start)
        h1, h2 = uint64(0), uint64(0)
        while start + 16 <= end:
            h1 ^= _rotated(_word(data, start) * c1, 31) * c2
            h1 = (_rotated(h1, 27) + h2) * uint64(5) + uint64(0x52DCE729)
            h2 ^= _rotated(_word(data, start + 8) * c2, 33) * c1
            h2 = (_rotated(h2, 31) + h1) * uint64(5) + uint64(0x38495AB5)
            start += 16
        if end - start > 8:
            h2 ^= _rotated(_bytes(data, start + 8, end - start - 8) * c2, 33) * c1
        if end > start:
            h1 ^= _rotated(_bytes(data, start, min(end - start, 8)) * c1, 31) * c2
        h1, h2 = h1 ^ length, h2 ^ length
        h1 += h2
        h2 += h1
        h1, h2 = mixed(h1), mixed(h2)
        h1 += h2
        h2 += h1
        high[i], low[i] = h1, h2
