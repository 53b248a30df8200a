"""Numbers that Spark's hash partitioning sends to chosen partitions."""

import numpy as np
import numpy.typing as npt


def labels(parts: int) -> npt.NDArray[np.int32]:
    """For each of `parts` parts, a number that Spark's hash partitioning sends to the partition with the part's index.

    Spark takes murmur3 (32 bits, seed 42) of the number, modulo the number of partitions. The number of a part itself
    would send several parts to one partition and none to others.
    """
    found = np.full(parts, -1, np.int32)
    start = 0
    while (found < 0).any():
        numbers = np.arange(start, start + 4 * parts, dtype=np.int32)
        partition = _murmur3(numbers.view(np.uint32)).view(np.int32) % parts
        free = found[partition] < 0
        found[partition[free]] = numbers[free]
        start += 4 * parts
    return found


def _murmur3(numbers: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """MurmurHash3 x86 32 of one four-byte block each (Austin Appleby's reference, public domain)."""

    def rotated(bits: npt.NDArray[np.uint32], by: int) -> npt.NDArray[np.uint32]:
        return (bits << np.uint32(by)) | (bits >> np.uint32(32 - by))

    with np.errstate(over="ignore"):
        block = rotated(numbers * np.uint32(0xCC9E2D51), 15) * np.uint32(0x1B873593)
        mixed = rotated(np.uint32(42) ^ block, 13) * np.uint32(5) + np.uint32(0xE6546B64)
        mixed ^= np.uint32(4)
        mixed = (mixed ^ (mixed >> np.uint32(16))) * np.uint32(0x85EBCA6B)
        mixed = (mixed ^ (mixed >> np.uint32(13))) * np.uint32(0xC2B2AE35)
        return mixed ^ (mixed >> np.uint32(16))
