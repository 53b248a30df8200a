"""Packs finds into records, those of each part together, in one pass of compiled code."""

import numpy as np
import numpy.typing as npt

from footfall.compiled import kernel, part
from footfall.compiled.octets import Word
from footfall.shuffle.fingerprints import Bits, mixed
from footfall.shuffle.records import MARK, PING, WORDS, Longs, Records

Numbers = npt.NDArray[np.int32]
"""Numbers of pings in their batch, or of places."""

Words = npt.NDArray[np.uint64]
"""Records as rows of 64 bits."""

Packed = tuple[Records, Longs]
"""Records sorted by part, and where each part ends."""


Columns = tuple[Longs, Bits, Bits, Bits, Bits]
"""Instants, two numbers of the device, and the bits of longitude and latitude."""

_COLUMNS = "(i8[] u8[] u8[] u8[] u8[])"


class Pings:
    """A batch of pings in columns: instants, 128 bits of the device, coordinates without -0.0."""

    def __init__(
        self, at: Longs, who: Bits, who2: Bits, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]
    ) -> None:
        self.columns = (at, who, who2, lon.view(np.uint64), lat.view(np.uint64))

    def found(self, ping: Numbers, place: Numbers, parts: int) -> Packed:
        """PING for each find; the finds of a ping are side by side."""
        records, ends = np.empty(len(ping), PING), np.zeros(parts, np.int64)
        _found(self.columns, ping, place, ends, records.view(np.uint64).reshape(-1, WORDS))
        return records, ends

    def uncertain(self, ping: Numbers, place: Numbers, inside: npt.NDArray[np.bool_], parts: int) -> Packed:
        """PING for each pair of ping and place, with the last bit set in those that the place holds."""
        records, ends = np.empty(len(ping), PING), np.zeros(parts, np.int64)
        _uncertain(self.columns, ping, place, inside, ends, records.view(np.uint64).reshape(-1, WORDS))
        return records, ends

    def outside(self, ping: Numbers, parts: int) -> Packed:
        """Records of type MARK for the pings that no place holds: those that are not among the finds."""
        others = np.ones(len(self.columns[0]), np.bool_)
        others[ping] = False
        numbers = np.flatnonzero(others).astype(np.int32)
        return self.marked(numbers, np.zeros(len(numbers), np.int32), parts)

    def marked(self, ping: Numbers, place: Numbers, parts: int) -> Packed:
        """MARK for each pair of ping and place."""
        records, ends = np.empty(len(ping), MARK), np.zeros(parts, np.int64)
        marks = np.empty(len(ping), np.uint64)
        _marked(self.columns, ping, place, ends, marks, records.view(np.uint64).reshape(-1, 2))
        return records, ends

    def some(self, every: int) -> Longs:
        """The numbers of about one in `every` pings, chosen by their content, so always the same ones."""
        chosen = np.empty(len(self.columns[0]), np.int64)
        return chosen[: _some(self.columns, (2**64 // every - 1) >> 1, chosen)]


@part
def _part(bits: Word, parts: int) -> Word:
    """A number below `parts` from the lower half of the bits: `aggregate` divides a part by the upper half."""
    return np.int64(((np.uint64(bits) & np.uint64(0xFFFFFFFF)) * np.uint64(parts)) >> np.uint64(32))


@part
def _mark(columns: Columns, i: int, place: int) -> Word:
    at, who, who2, lon, lat = columns
    bits = mixed(mixed(who[i] + np.uint64(at[i])) ^ who2[i])
    return mixed(mixed(mixed(bits + lon[i]) ^ lat[i]) + np.uint64(place))


@part
def _write(columns: Columns, i: int, place: int, last: int, out: Words, record: int) -> None:
    """Fill the words of a PING record, with its last bit."""
    at, who, who2, lon, lat = columns
    spot = mixed(mixed(lon[i]) + lat[i]) & np.uint64(0xFFFFFFFFFFFFFFFE)
    out[record, 0], out[record, 1] = np.uint64(at[i]), who[i]
    out[record, 2] = who2[i] & np.uint64(0xFFFFFFFF) | np.uint64(place) << np.uint64(32)
    out[record, 3] = spot | np.uint64(last)


@part
def _begin(ends: Longs) -> None:
    """Turn how many records each part has into where it begins; as records are added, that becomes where it ends."""
    begin = 0
    for i in range(len(ends)):
        count = ends[i]
        ends[i] = begin
        begin += count


@kernel(f"{_COLUMNS} i4[] i4[] i8[]! u8[,]!")
def _found(columns: Columns, ping: Numbers, place: Numbers, ends: Longs, out: Words) -> None:
    """Fill the words of PING records, those of each part together, and where each part ends."""
    who = columns[1]
    for i in ping:
        ends[_part(who[i], len(ends))] += 1
    _begin(ends)
    previous = -1
    for f in range(len(ping)):
        i = int(ping[f])
        part_of_who = _part(who[i], len(ends))
        record = ends[part_of_who]
        ends[part_of_who] = record + 1
        _write(columns, i, int(place[f]), int(i != previous), out, int(record))
        previous = i


@kernel(f"{_COLUMNS} i4[] i4[] b1[] i8[]! u8[,]!")
def _uncertain(
    columns: Columns,
    ping: Numbers,
    place: Numbers,
    inside: npt.NDArray[np.bool_],
    ends: Longs,
    out: Words,
) -> None:
    """As `_found`, with the last bit where the ping is inside."""
    who = columns[1]
    for i in ping:
        ends[_part(who[i], len(ends))] += 1
    _begin(ends)
    for f in range(len(ping)):
        i = int(ping[f])
        part_of_who = _part(who[i], len(ends))
        record = ends[part_of_who]
        ends[part_of_who] = record + 1
        _write(columns, i, int(place[f]), int(inside[f]), out, int(record))


@kernel(f"{_COLUMNS} i4[] i4[] i8[]! u8[]! u8[,]!")
def _marked(columns: Columns, ping: Numbers, place: Numbers, ends: Longs, marks: Bits, out: Words) -> None:
    """Fill the words of MARK records, those of each part together, and where each part ends."""
    at = columns[0]
    for f in range(len(ping)):
        marks[f] = _mark(columns, int(ping[f]), int(place[f]))
        ends[_part(marks[f], len(ends))] += 1
    _begin(ends)
    for f in range(len(ping)):
        part_of_mark = _part(marks[f], len(ends))
        record = ends[part_of_mark]
        ends[part_of_mark] = record + 1
        out[record, 0], out[record, 1] = np.uint64(at[ping[f]]), marks[f]


@kernel(f"{_COLUMNS} i8 i8[]!", "i8")
def _some(columns: Columns, most: int, chosen: Longs) -> int:
    """Fill the numbers of pings whose 63 bits are at most `most`; gives how many they are."""
    at, who, _, lon, _ = columns
    count = 0
    for i in range(len(at)):
        if int(mixed((who[i] ^ lon[i]) + np.uint64(at[i])) >> np.uint64(1)) <= most:
            chosen[count] = i
            count += 1
    return count
