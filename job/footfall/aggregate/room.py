"""The memory that a part may take while it is summed, and the disk that takes what is larger."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit, uint64

from footfall.shuffle.fingerprints import Bits, Word, mixed
from footfall.shuffle.records import MARK, Records, pings_at_once


@dataclass(frozen=True)
class Room:
    """How many records of a part are summed at a time, so that one device with very many pings needs no more memory.

    Args:
        records: So many PING or MARK.
        scratch: The folder for arrays of more; None for the system's.
    """

    records: int
    scratch: str | None = None

    @classmethod
    def of(cls, memory: int | None, scratch: str | None) -> "Room":
        """The room that a worker has in so many bytes; None where they are not known, as on other machines.

        Then `scratch`, a folder of this machine, is not used.
        """
        return cls(pings_at_once(memory), scratch if memory is not None else None)

    def shares(self, records: Sequence[Records]) -> Iterator[Sequence[Records]]:
        """All records, each once, some at a time: all PING of a device in a place together, and all equal MARK.

        A share is larger than this room only where these alone are.
        """
        size = sum(map(len, records))
        if size <= self.records:
            yield records
            return
        shares = -(-2 * size // self.records)
        for number in range(shares):
            chosen = [some[_chosen(_bits(some), number, shares)] for some in records]
            yield [some for some in chosen if len(some)]

    def array(self, size: int, kind: npt.DTypeLike) -> npt.NDArray[Any]:
        """An empty array; of more elements than this room has records, in a file that is mapped.

        The system can write such memory out, where it would end a process that asks for more of its own.

        Raises:
            OSError: The disk is full.
        """
        if size <= self.records:
            return np.empty(size, kind)
        with TemporaryFile(dir=self.scratch) as file:
            if hasattr(os, "posix_fallocate"):  # else a disk that is full would end the process as it writes
                os.posix_fallocate(file.fileno(), 0, size * np.dtype(kind).itemsize)
            return np.memmap(file, kind, "r+", shape=(size,)).view(np.ndarray)


def _bits(records: Records) -> tuple[Bits, Bits]:
    """What a share is chosen by: equal for all pings of a device in a place, or for equal marks."""
    if records.dtype == MARK:
        return records["mark"], records["mark"]
    return records["who"], records["place"].astype(np.uint64)


@njit(cache=True)
def _chosen(bits: tuple[Bits, Bits], number: int, shares: int) -> npt.NDArray[np.bool_]:
    """Which records belong to a share; a part was chosen by the lower half of a device's bits or of a mark."""
    one, other = bits
    found = np.empty(len(one), np.bool_)
    for i in range(len(one)):
        share: Word = ((mixed(one[i] ^ mixed(other[i])) >> uint64(32)) * uint64(shares)) >> uint64(32)
        found[i] = share == uint64(number)
    return found
