"""The memory that a part may take while it is summed, and the disk that takes what is larger."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any

import numpy as np
import numpy.typing as npt

from footfall.shuffle.records import Longs, Records, pings_at_once

_MIXERS = np.array([0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53], np.uint64)


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
        """All records, each once, some at a time: all PING of a device in a place, and all of one `mark`, together.

        A share is larger than this room only where these alone are.
        """
        size = sum(map(len, records))
        if size <= self.records:
            yield records
            return
        shares = -(-2 * size // self.records)
        sizes = np.zeros(shares, np.int64)
        for some in records:
            sizes += np.bincount(_share(some, shares).astype(np.int64), minlength=shares)
        for number in np.flatnonzero(sizes).tolist():
            yield [self._chosen(records, number, sizes)]

    def _chosen(self, records: Sequence[Records], number: int, sizes: Longs) -> Records:
        """The records of a share."""
        chosen, end = self.array(int(sizes[number]), records[0].dtype), 0
        for some in records:
            mine = some[_share(some, len(sizes)) == number]
            chosen[end : end + len(mine)] = mine
            end += len(mine)
        return chosen

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


def _share(records: Records, shares: int) -> npt.NDArray[np.uint64]:
    """The number of each record's share: equal for all pings of a device in a place, and for equal marks."""
    bits = (
        records["mark"]
        if "mark" in (records.dtype.names or ())
        else records["who"] ^ (records["place"].astype(np.uint64) * _MIXERS[0])
    )
    for mixer in _MIXERS:  # of a part, bits have a lower half of a few values
        bits = (bits ^ (bits >> np.uint64(33))) * mixer
    number: npt.NDArray[np.uint64] = ((bits >> np.uint64(32)) * np.uint64(shares)) >> np.uint64(32)
    return number
