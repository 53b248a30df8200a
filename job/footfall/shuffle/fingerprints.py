"""Hashes: 128 bits for each device id, and 64 for a ping."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.compiled import kernel, part
from footfall.compiled.octets import Word, eight_octets, few_octets

Bits = npt.NDArray[np.uint64]

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
def _equal(data: npt.NDArray[np.uint8], one: int, other: int, length: int) -> bool:
    """Whether so many bytes are the same in two places."""
    i = 0
    while i + 8 <= length:
        if eight_octets(data, one + i) != eight_octets(data, other + i):
            return False
        i += 8
    return bool(few_octets(data, one + i, length - i) == few_octets(data, other + i, length - i))


@kernel("u1[] i8[] u8[]! u8[]!")
def _murmur3(data: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int64], high: Bits, low: Bits) -> None:
    """MurmurHash3 x64 128 (Austin Appleby's reference, public domain); equal neighbours are hashed once."""
    c1, c2 = np.uint64(_C1), np.uint64(_C2)
    before, size_before, first_before = 0, -1, np.uint64(0)
    for i in range(len(offsets) - 1):
        start, end = offsets[i], offsets[i + 1]
        size = end - start
        first = eight_octets(data, start) if size >= 8 else few_octets(data, start, size)
        if size == size_before and first == first_before and _equal(data, before, start, size):
            high[i], low[i] = high[i - 1], low[i - 1]
            continue
        before, size_before, first_before = start, size, first
        h1, h2 = np.uint64(0), np.uint64(0)
        while start + 16 <= end:
            h1 ^= _rotated(eight_octets(data, start) * c1, 31) * c2
            h1 = (_rotated(h1, 27) + h2) * np.uint64(5) + np.uint64(0x52DCE729)
            h2 ^= _rotated(eight_octets(data, start + 8) * c2, 33) * c1
            h2 = (_rotated(h2, 31) + h1) * np.uint64(5) + np.uint64(0x38495AB5)
            start += 16
        if end - start > 8:
            h2 ^= _rotated(few_octets(data, start + 8, end - start - 8) * c2, 33) * c1
        if end > start:
            h1 ^= _rotated(few_octets(data, start, min(end - start, 8)) * c1, 31) * c2
        h1, h2 = h1 ^ np.uint64(size), h2 ^ np.uint64(size)
        h1 += h2
        h2 += h1
        h1, h2 = mixed(h1), mixed(h2)
        h1 += h2
        h2 += h1
        high[i], low[i] = h1, h2
