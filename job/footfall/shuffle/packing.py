"""Packs finds into records, those of each part together, in one pass of compiled code."""

import numpy as np
import numpy.typing as npt
from numba import njit, uint64

from footfall.shuffle.fingerprints import Bits, Word, mixed
from footfall.shuffle.records import FIRST, MARK, PING, Longs, Records

Numbers = npt.NDArray[np.int32]
"""Numbers of pings in their batch, or of places."""

Packed = tuple[Records, Longs]
"""Records sorted by part, and where each part ends."""


class Pings:
    """A batch of pings in columns: instants, 128 bits of the device, coordinates without -0.0."""

    def __init__(
        self, at: Longs, who: Bits, who2: Bits, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]
    ) -> None:
        self.columns = (at, who, who2, lon.view(np.uint64), lat.view(np.uint64))

    def found(self, ping: Numbers, place: Numbers, parts: int) -> Packed:
        """PING for each find."""
        records = np.empty(len(ping), PING)
        return records, _found(self.columns, ping, place, parts, records)

    def outside(self, ping: Numbers, parts: int) -> Packed:
        """MARK for each ping that is not among the finds, whose ping numbers are sorted."""
        at = self.columns[0]
        others = np.ones(len(at), np.bool_)
        others[ping] = False
        numbers = np.flatnonzero(others).astype(np.int32)
        return self.marked(numbers, np.zeros(len(numbers), np.int32), parts)

    def marked(self, ping: Numbers, place: Numbers, parts: int) -> Packed:
        """MARK for each pair of ping and place."""
        records = np.empty(len(ping), MARK)
        return records, _marked(self.columns, ping, place, parts, records)

    def some(self, every: int) -> Longs:
        """The numbers of one in so many pings, always the same ones."""
        return _some(self.columns, np.uint64(2**64 // every - 1))


@njit(cache=True, inline="always")
def _part(bits: int, parts: int) -> Word:
    """A number below `parts`, by the lower half of the bits: `aggregate` deals out a part by the upper ones."""
    return ((uint64(bits) & uint64(0xFFFFFFFF)) * uint64(parts)) >> uint64(32)


@njit(cache=True, inline="always")
def _mark(columns: tuple[Longs, Bits, Bits, Bits, Bits], i: int, place: int) -> Word:
    at, who, who2, lon, lat = columns
    bits = mixed(mixed(who[i] + uint64(at[i])) ^ who2[i])
    return mixed(mixed(mixed(bits + lon[i]) ^ lat[i]) + uint64(place))


@njit(cache=True)
def _ends(counts: Longs) -> Longs:
    """Where each part ends, from how many records it has; then `counts` holds where it starts."""
    end = 0
    ends = np.empty(len(counts), np.int64)
    for part in range(len(counts)):
        start = end
        end += counts[part]
        ends[part], counts[part] = end, start
    return ends


@njit(cache=True, nogil=True)
def _found(
    columns: tuple[Longs, Bits, Bits, Bits, Bits], ping: Numbers, place: Numbers, parts: int, out: Records
) -> Longs:
    at, who, who2, lon, lat = columns
    counts = np.zeros(parts, np.int64)
    for i in ping:
        counts[_part(who[i], parts)] += 1
    ends = _ends(counts)
    previous = -1
    for f in range(len(ping)):
        i = ping[f]
        part = _part(who[i], parts)
        record = out[counts[part]]
        record.at, record.who, record.who2 = at[i], who[i], who2[i] & uint64(0xFFFFFFFF)
        spot = mixed(mixed(lon[i]) + lat[i]) & ~FIRST
        record.place, record.spot = place[f], spot if i == previous else spot | FIRST
        counts[part] += 1
        previous = i
    return ends


@njit(cache=True, nogil=True)
def _marked(
    columns: tuple[Longs, Bits, Bits, Bits, Bits], ping: Numbers, place: Numbers, parts: int, out: Records
) -> Longs:
    at = columns[0]
    marks = np.empty(len(ping), np.uint64)
    counts = np.zeros(parts, np.int64)
    for f in range(len(ping)):
        marks[f] = _mark(columns, ping[f], place[f])
        counts[_part(marks[f], parts)] += 1
    ends = _ends(counts)
    for f in range(len(ping)):
        part = _part(marks[f], parts)
        out[counts[part]].at, out[counts[part]].mark = at[ping[f]], marks[f]
        counts[part] += 1
    return ends


@njit(cache=True, nogil=True)
def _some(columns: tuple[Longs, Bits, Bits, Bits, Bits], below: np.uint64) -> Longs:
    at, who, _, lon, _ = columns
    chosen = np.empty(len(at), np.int64)
    count = 0
    for i in range(len(at)):
        if mixed((who[i] ^ lon[i]) + uint64(at[i])) <= uint64(below):
            chosen[count] = i
            count += 1
    return chosen[:count]
