"""Pings whose circle of accuracy the outline of a place cuts: how many, per place and day."""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from footfall.aggregate.ordering import AT, SPOT, WHERE, WHO, Words, in_order
from footfall.aggregate.room import Room
from footfall.aggregate.sums import PINGS, SUMMED, blobs, numbers_of
from footfall.aggregate.visits import Clock, stretch_of
from footfall.compiled import kernel
from footfall.local_time import DAY
from footfall.shuffle.records import REACH, RING, UNCERTAIN, Longs, Records

INSIDE, OUTSIDE, DEVICES = 0, 1, 2
CUT = 3
"""So many numbers stand in `sums` of the tally UNCERTAIN: pings that the place holds, pings that it does not hold, and
devices of the latter."""

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int32]
PartOf = Callable[[Numbers, Numbers], Numbers]
"""Gives the part of the third stage for days and places."""


@dataclass(frozen=True)
class Cut:
    """The numbers of CUT of each place and day, a row for each."""

    place: npt.NDArray[np.int32]
    day: npt.NDArray[np.int32]
    sums: Longs

    def rows(self, part: npt.NDArray[np.int32]) -> pa.RecordBatch:
        """SUMMED, in these parts."""
        size, sums = len(part), self.sums.astype(np.uint32)
        columns = [
            pa.array(part, pa.int32()),
            pa.array([UNCERTAIN] * size, pa.string()),
            pa.array(self.place, pa.int32()),
            pa.array(self.day, pa.int32()).cast(pa.date32()),
            pa.array(np.zeros(size, np.int64)),
            blobs(sums, np.full(size, CUT * sums.itemsize)),
            pa.nulls(size, pa.binary()),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=SUMMED)


def sum_cut(pings: Sequence[Records], clock: Clock, room: Room) -> Cut:
    """Sum up PING records of UNCERTAIN, all of a device in a place; of repeated ones each counts once."""
    ordered = in_order(pings, room)
    place, day = (room.array(len(ordered), np.int32) for _ in range(2))
    numbers = room.array(CUT * len(ordered), np.int8).reshape(-1, CUT)
    count = _walk(ordered, clock, (place, day, numbers))
    keys, at = np.unique(np.stack([place[:count], day[:count]]), axis=1, return_inverse=True)
    sums = np.zeros((keys.shape[1], CUT), np.int64)
    np.add.at(sums, at.ravel(), numbers[:count].astype(np.int64))
    return Cut(keys[0], keys[1], sums)


@kernel("i8[,] (i8[] i8[] i8[]) (i4[]! i4[]! i1[,]!)", "i8")
def _walk(pings: Words, clock: Clock, out: tuple[Any, ...]) -> int:
    """Fill place, day and numbers of each distinct ping; gives how many there are.

    A device counts with its first ping of a day that the place does not hold. Where clocks are set back over midnight,
    the day before goes on: so two days are kept in mind.
    """
    since, ahead, _ = clock
    place, days, numbers = out
    count, near = 0, 0
    last_day, older_day = 0, 0
    last_seen, older_seen = False, False
    for i in range(len(pings)):
        same = i > 0 and pings[i, WHO] == pings[i - 1, WHO] and pings[i, WHERE] == pings[i - 1, WHERE]
        at = pings[i, AT]
        if same and at == pings[i - 1, AT] and pings[i, SPOT] == pings[i - 1, SPOT]:
            continue
        near = stretch_of(at, since, near)
        day = (at + ahead[near]) // DAY
        if not same:
            last_day, older_day, last_seen, older_seen = day, day, False, False
        elif day != last_day:
            seen = older_seen and day == older_day
            older_day, older_seen = last_day, last_seen
            last_day, last_seen = day, seen
        inside = pings[i, SPOT] & 1
        place[count], days[count] = pings[i, WHERE] >> 32, day
        numbers[count, 0], numbers[count, 1] = inside, 1 - inside
        numbers[count, 2] = (1 - inside) & (not last_seen)
        last_seen = last_seen or inside == 0
        count += 1
    return count


@dataclass(frozen=True)
class Circles:
    """What circles of accuracy say of one day, or of several together, a row for each place.

    Args:
        certain: Pings whose whole circle is inside.
        possible: Pings that are inside, or whose circle reaches the place.
        withheld: Where too few devices sent the pings that are possibly inside and not inside.
    """

    certain: Longs
    possible: Longs
    withheld: Mask

    def __add__(self, other: "Circles") -> "Circles":
        """Both together."""
        return Circles(
            self.certain + other.certain, self.possible + other.possible, self.withheld | other.withheld
        )


def ring_rows(reaches: Sequence[Records], part_of: PartOf) -> pa.RecordBatch:
    """SUMMED with the tally RING for REACH of a part, each once: `n` is the other place, or -1."""
    found = np.unique(np.concatenate([np.empty(0, REACH), *reaches]))
    day, place = (np.ascontiguousarray(found[name]) for name in ("day", "place"))
    columns = [
        pa.array(part_of(day, place), pa.int32()),
        pa.array([RING] * len(found), pa.string()),
        pa.array(place),
        pa.array(day).cast(pa.date32()),
        pa.array(found["other"].astype(np.int64)),
        pa.nulls(len(found), pa.binary()),
        pa.nulls(len(found), pa.binary()),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=SUMMED)


Pairs = npt.NDArray[np.int32]
"""(n, 2): a place, and one that holds pings whose circles reach it, or -1 for pings in no place."""


def rings(batches: Sequence[pa.RecordBatch]) -> Iterator[tuple[int, int, str]]:
    """The days of rows of SUMMED with the tally RING, how many pairs each has, and these as text for `pairs_of`."""
    tables = [batch.filter(pc.equal(batch.column("tally"), RING)) for batch in batches]
    rows = pa.Table.from_batches(tables, SUMMED)
    day = rows["day"].combine_chunks().view(pa.int32()).to_numpy()
    pairs = np.column_stack([rows["place"].to_numpy(), rows["n"].to_numpy()]).astype("<i4")
    for number in np.unique(day).tolist():
        mine = np.ascontiguousarray(pairs[day == number])
        yield number, len(mine), b64encode(mine.tobytes()).decode()


def pairs_of(note: str) -> Pairs:
    """The pairs in a text of `rings`."""
    return np.frombuffer(b64decode(note), "<i4").reshape(-1, 2)


class AllCut:
    """Rows of SUMMED with the tally UNCERTAIN, by day and chunk of places."""

    def __init__(self, batches: Sequence[pa.RecordBatch], chunk: int) -> None:
        self._chunk = chunk
        self._found: dict[tuple[int, int], list[tuple[Longs, Longs]]] = {}
        for batch in batches:
            rows = batch.filter(pc.equal(batch.column("tally"), UNCERTAIN))
            if not len(rows):
                continue
            place = rows.column("place").to_numpy().astype(np.int64)
            day = rows.column("day").view(pa.int32()).to_numpy().astype(np.int64)
            sums = numbers_of(rows.column("sums"), np.uint32)[0].reshape(-1, CUT)
            keys, at = np.unique(np.stack([day, place // chunk]), axis=1, return_inverse=True)
            for number, key in enumerate(keys.T.tolist()):
                mine = at.ravel() == number
                self._found.setdefault((key[0], key[1]), []).append((place[mine], sums[mine]))

    def circles(self, day: int, chunk: int, counted: Longs, k: int) -> Circles:
        """What circles say of the places of a chunk.

        Args:
            day: Counted in days since 1970.
            chunk: The number of the chunk.
            counted: SUMS of its places on that day.
            k: Fewer devices, but at least one, are too few.
        """
        cut = np.zeros((len(counted), CUT), np.int64)
        for place, sums in self._found.get((day, chunk), ()):
            np.add.at(cut, place - chunk * self._chunk, sums.astype(np.int64))
        pings, devices = counted[:, PINGS], cut[:, DEVICES]
        return Circles(pings - cut[:, INSIDE], pings + cut[:, OUTSIDE], (devices > 0) & (devices < k))
