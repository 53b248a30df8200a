"""Visits, dwell and devices of one part: all pings of some devices in some places, in one pass over them in order.

A visit is a maximal run of one device's pings in one place with gaps of at most `gap`. It belongs to the local day of
its first ping, and is followed until `horizon` past the end of that day, so that the numbers of a day do not depend on
which other days the run counts. A ping elsewhere in between does not end it.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from footfall.aggregate.ordering import AT, SPOT, WHERE, WHO, Words, in_order
from footfall.aggregate.room import Room
from footfall.compiled import kernel, part
from footfall.local_time import DAY, SECOND
from footfall.shuffle.records import Longs, Records

Clock = tuple[Longs, Longs, Longs]
"""`since`, `ahead` and `turns` of LocalTime."""

HOUR = 3600 * SECOND
IS_NEW, CONTINUES = 1, 2
SINGLE = -1
"""The dwell of a visit of one ping: it is unknown."""


class Stays(NamedTuple):
    """Pings of one device in one place on one day: `pings` of them, `first` of these found in no place before.

    `device` has the bit IS_NEW where the device is new to the place on that day, and CONTINUES where the stay before is
    of the same device and place.
    """

    place: npt.NDArray[np.int32]
    day: npt.NDArray[np.int32]
    pings: Longs
    first: Longs
    device: npt.NDArray[np.int8]


class Visits(NamedTuple):
    """Visits: place, local day and hour of the first ping, and dwell in microseconds or SINGLE."""

    place: npt.NDArray[np.int32]
    day: npt.NDArray[np.int32]
    hour: npt.NDArray[np.int8]
    dwell: Longs


Repeats = npt.NDArray[np.int32]
"""The local days of repeated pings, one for each."""


def visits(
    pings: Sequence[Records], gap: int, horizon: int, clock: Clock, room: Room
) -> tuple[Stays, Visits, Repeats]:
    """Find the stays and visits of all devices, and the pings that are there twice.

    Args:
        pings: PING, in any order; all pings of a device in a place.
        gap: Microseconds.
        horizon: Microseconds.
        clock: The zone of local days.
        room: What memory there is.
    """
    ordered = in_order(pings, room)
    stays = Stays(*_empty(len(ordered), "i4", "i4", "i8", "i8", "i1"))
    found = Visits(*_empty(len(ordered), "i4", "i4", "i1", "i8"))
    repeats = room.array(len(ordered), np.int32)
    ends = _walk(ordered, gap, horizon, clock, (stays, found, repeats))
    return Stays(*_until(ends[0], stays)), Visits(*_until(ends[1], found)), repeats[: ends[2]]


def _empty(size: int, *kinds: str) -> tuple[Any, ...]:
    return tuple(np.empty(size, kind) for kind in kinds)


def _until(end: int, columns: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(column[:end] for column in columns)


@part
def _until_after(numbers: Longs, value: int) -> int:
    """How many of the sorted numbers are at most the value."""
    low, high = 0, len(numbers)
    while low < high:
        middle = (low + high) >> 1
        if numbers[middle] <= value:
            low = middle + 1
        else:
            high = middle
    return low


@part
def stretch_of(at: int, since: Longs, near: int) -> int:
    """The number of the stretch of equal offset that an instant lies in; `near` is tried first."""
    if since[near] <= at and (near + 1 == len(since) or at < since[near + 1]):
        return near
    return _until_after(since, at) - 1


@part
def end_of_day(day: int, clock: Clock) -> int:
    """The instant at which a local day ends, as `LocalTime.midnight` of the next."""
    since, ahead, turns = clock
    local = (day + 1) * DAY
    before = _until_after(turns, local)
    end: int = local - ahead[before]
    return min(end, since[before + 1]) if before + 1 < len(since) else end


@kernel(
    "i8[,] i8 i8 (i8[] i8[] i8[]) ((i4[]! i4[]! i8[]! i8[]! i1[]!) (i4[]! i4[]! i1[]! i8[]!) i4[]!)",
    "i8 i8 i8",
)
def _walk(
    pings: Words, gap: int, horizon: int, clock: Clock, out: tuple[Stays, Visits, Repeats]
) -> tuple[int, int, int]:
    """Go through pings in order, and fill stays, visits and repeats; gives how many there are of each."""
    since, ahead, _ = clock
    stays, found, repeats = out
    near, older_day, last_day, started, followed = 0, 0, 0, 0, 0
    stay, visit, repeated = -1, -1, 0
    for i in range(len(pings)):
        at, first = pings[i, AT], pings[i, SPOT] & 1
        near = stretch_of(at, since, near)
        local = at + ahead[near]
        day = local // DAY
        same = i > 0 and pings[i, WHO] == pings[i - 1, WHO] and pings[i, WHERE] == pings[i - 1, WHERE]
        if same and at == pings[i - 1, AT] and pings[i, SPOT] == pings[i - 1, SPOT]:
            repeats[repeated] = day
            repeated += first
            continue
        if same and day == last_day:
            stays[2][stay] += 1
            stays[3][stay] += first
        else:
            seen = same and day == older_day  # clocks set back over midnight: the day before goes on
            older_day, last_day = last_day if same else day, day
            stay += 1
            stays[0][stay], stays[1][stay] = pings[i, WHERE] >> 32, day
            stays[2][stay], stays[3][stay] = 1, first
            stays[4][stay] = CONTINUES * same + IS_NEW * (not seen)
        if same and at - pings[i - 1, AT] <= gap:
            if at < followed:
                found[3][visit] = at - started
            elif found[3][visit] == SINGLE:
                found[3][visit] = 0
        else:
            started, followed = at, end_of_day(day, clock) + horizon
            visit += 1
            found[0][visit], found[1][visit] = pings[i, WHERE] >> 32, day
            found[2][visit], found[3][visit] = (local % DAY) // HOUR, SINGLE
    return stay + 1, visit + 1, repeated


def once(
    pieces: Sequence[Records], clock: Clock, room: Room
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
    """The local day of each MARK, and whether it is the first of its kind."""
    size = sum(map(len, pieces))
    marks = room.array(2 * size, np.int64)
    np.concatenate([piece.view(np.int64) for piece in pieces], out=marks)
    day, new = room.array(size, np.int32), room.array(size, np.bool_)
    seen = room.array(2 << size.bit_length(), np.int64)
    seen[:] = 0
    _once(marks.reshape(-1, 2), seen, clock, day, new)
    return day, new


@kernel("i8[,] i8[]! (i8[] i8[] i8[]) i4[]! b1[]!")
def _once(
    marks: Longs, seen: Longs, clock: Clock, day: npt.NDArray[np.int32], new: npt.NDArray[np.bool_]
) -> None:
    """Fill `day` and `new`; `seen`, zeros for twice as many marks, becomes a hash table of the first ones."""
    since, ahead, _ = clock
    near, last = 0, len(seen) - 1
    for i in range(len(marks)):
        at, mark = marks[i, 0], marks[i, 1]
        near = stretch_of(at, since, near)
        day[i] = (at + ahead[near]) // DAY
        slot = mark & last
        while seen[slot] and (marks[seen[slot] - 1, 1] != mark or marks[seen[slot] - 1, 0] != at):
            slot = (slot + 1) & last
        new[i] = seen[slot] == 0
        if new[i]:
            seen[slot] = i + 1
