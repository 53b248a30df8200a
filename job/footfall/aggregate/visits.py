"""Visits, dwell and devices of one part: all pings of some devices, in one pass over them in order.

A visit is a maximal run of one device's pings in one place with gaps of at most `gap`. It belongs to the local day of
its first ping, and is followed until `horizon` past the end of that day, so that the numbers of a day do not depend on
which other days the run counts. A ping elsewhere in between does not end it.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from footfall.aggregate.ordering import in_order
from footfall.local_time import SECOND
from footfall.shuffle.records import FIRST, Longs, Records

Clock = tuple[Longs, Longs, Longs]
"""`since`, `ahead` and `turns` of LocalTime."""

HOUR = 3600 * SECOND
DAY = 24 * HOUR
SINGLE = -1
"""The dwell of a visit of one ping: it is unknown."""


class Stays(NamedTuple):
    """Pings of one device in one place on one day: `pings` of them, `first` of these found in no place before, and
    `device` 1 where the device is new to the place on that day, else 0."""

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


def visits(pings: Sequence[Records], gap: int, horizon: int, clock: Clock) -> tuple[Stays, Visits, Repeats]:
    """Find the stays and visits of all devices, and the pings that are there twice.

    Args:
        pings: PING, in any order; all pings of a device.
        gap: Microseconds.
        horizon: Microseconds.
        clock: The zone of local days.
    """
    ordered = in_order(pings)
    repeats = np.empty(len(ordered), np.int32)
    kept, repeated = _drop_repeats(ordered, clock, repeats)
    once_each = ordered[:kept]
    stays = Stays(*_empty(kept, "i4", "i4", "i8", "i8", "i1"))
    found = Visits(*_empty(kept, "i4", "i4", "i1", "i8"))
    return (
        Stays(*_until(_fill_stays(once_each, clock, stays), stays)),
        Visits(*_until(_fill_visits(once_each, gap, horizon, clock, found), found)),
        repeats[:repeated],
    )


def _empty(size: int, *kinds: str) -> tuple[Any, ...]:
    return tuple(np.empty(size, kind) for kind in kinds)


def _until(end: int, columns: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(column[:end] for column in columns)


@njit(cache=True, inline="always")
def _period(at: int, since: Longs, near: Any) -> Any:
    """The number of the stretch of equal offset that an instant lies in; `near` is tried first."""
    if since[near] <= at and (near + 1 == len(since) or at < since[near + 1]):
        return near
    return np.searchsorted(since, at, side="right") - 1


@njit(cache=True, inline="always")
def end_of_day(day: int, clock: Clock) -> Any:
    """The instant at which a local day ends, as `LocalTime.midnight` of the next."""
    since, ahead, turns = clock
    local = (day + 1) * DAY
    before = np.searchsorted(turns, local, side="right")
    end = local - ahead[before]
    return min(end, since[before + 1]) if before + 1 < len(since) else end


@njit(cache=True, inline="always")
def _same(a: Any, b: Any) -> Any:
    """Whether two pings are of one device in one place."""
    return a.who == b.who and a.who2 == b.who2 and a.place == b.place


@njit(cache=True)
def _drop_repeats(pings: Records, clock: Clock, repeats: Repeats) -> tuple[int, int]:
    """Move pings that are not repeated to the front; gives how many they are, and how many repeats there were."""
    since, ahead, _ = clock
    near, kept, dropped = 0, 0, 0
    for i in range(len(pings)):
        ping, last = pings[i], pings[max(kept - 1, 0)]
        if kept and _same(ping, last) and ping.at == last.at and ping.spot == last.spot:
            if ping.spot & FIRST:
                near = _period(ping.at, since, near)
                repeats[dropped] = (ping.at + ahead[near]) // DAY
                dropped += 1
        else:
            pings[kept] = ping
            kept += 1
    return kept, dropped


@njit(cache=True)
def _fill_stays(pings: Records, clock: Clock, stays: Stays) -> int:
    """Fill the columns of stays; gives how many there are."""
    since, ahead, _ = clock
    near, count, older_day = 0, 0, 0
    for i in range(len(pings)):
        ping = pings[i]
        near = _period(ping.at, since, near)
        day = (ping.at + ahead[near]) // DAY
        same = i > 0 and _same(ping, pings[i - 1])
        if same and day == stays.day[count - 1]:
            stays.pings[count - 1] += 1
            stays.first[count - 1] += np.int64(ping.spot & FIRST)
            continue
        seen = same and day == older_day  # clocks set back over midnight: the day before goes on
        older_day = stays.day[count - 1] if same else day
        stays.place[count], stays.day[count] = ping.place, day
        stays.pings[count], stays.device[count] = 1, not seen
        stays.first[count] = np.int64(ping.spot & FIRST)
        count += 1
    return count


@njit(cache=True)
def _fill_visits(pings: Records, gap: int, horizon: int, clock: Clock, found: Visits) -> int:
    """Fill the columns of visits; gives how many there are."""
    since, ahead, _ = clock
    near, count, started, followed = 0, 0, 0, 0
    for i in range(len(pings)):
        ping = pings[i]
        if i > 0 and _same(ping, pings[i - 1]) and ping.at - pings[i - 1].at <= gap:
            if ping.at < followed:
                found.dwell[count - 1] = ping.at - started
            elif found.dwell[count - 1] == SINGLE:
                found.dwell[count - 1] = 0
            continue
        near = _period(ping.at, since, near)
        local = ping.at + ahead[near]
        started, followed = ping.at, end_of_day(local // DAY, clock) + horizon
        found.place[count], found.day[count] = ping.place, local // DAY
        found.hour[count], found.dwell[count] = (local % DAY) // HOUR, SINGLE
        count += 1
    return count


def once(marks: Records, clock: Clock) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
    """The local day of each MARK, and whether it is the first of its kind."""
    day, new = np.empty(len(marks), np.int32), np.empty(len(marks), np.bool_)
    seen = np.zeros(2 << len(marks).bit_length(), np.int64)
    _once(marks, seen, clock, day, new)
    return day, new


@njit(cache=True)
def _once(
    marks: Records, seen: Longs, clock: Clock, day: npt.NDArray[np.int32], new: npt.NDArray[np.bool_]
) -> None:
    """Fill `day` and `new`; `seen`, zeros for twice as many marks, becomes a hash table of the first ones."""
    since, ahead, _ = clock
    near, last = 0, len(seen) - 1
    for i in range(len(marks)):
        mark = marks[i]
        near = _period(mark.at, since, near)
        day[i] = (mark.at + ahead[near]) // DAY
        at = np.int64(mark.mark) & last
        while seen[at] and (marks[seen[at] - 1].mark != mark.mark or marks[seen[at] - 1].at != mark.at):
            at = (at + 1) & last
        new[i] = seen[at] == 0
        if new[i]:
            seen[at] = i + 1
