"""Counts the pings and devices of a place and day by local hour, with the code that counts days."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from footfall.aggregate.room import Room
from footfall.aggregate.sums import DEVICES, PINGS, PlaceSums, VisitRules, contents_of
from footfall.aggregate.visits import Clock, visits
from footfall.engines import Batches
from footfall.local_time import LocalTime
from footfall.shuffle.records import PING, Longs, Records

HOURS = 24

BY_HOUR = pa.schema(
    [
        pa.field("hour", pa.int32(), nullable=False),
        pa.field("pings", pa.int64(), nullable=False),
        pa.field("devices", pa.int64(), nullable=False),
    ]
)
"""The distinct pings and devices of a part by local hour."""

_FAR = 2**62


@dataclass(frozen=True)
class SumHours:
    """The second stage: turns all pings of some devices into sums by hour.

    Args:
        place: The number of the place.
        day: The local day, counted from 1970.
        rules: The rules of visits, and the clock of days.
        room: The memory that it may use.
    """

    place: int
    day: int
    rules: VisitRules
    room: Room

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """BY_HOUR, from SHUFFLED with all rows of one part or several."""
        records: list[Records] = []
        for batch in batches:
            tallies = batch.column("tally").to_pylist()
            for tally, packed in zip(tallies, contents_of(batch.column("records")), strict=True):
                if tally is None and packed is not None:
                    pings = np.frombuffer(packed, PING)
                    mine = pings[pings["place"] == self.place]
                    if len(mine):
                        records.append(mine)
        for share in self.room.shares(records):
            if share:
                yield self._summed(share)

    def _summed(self, pings: Sequence[Records]) -> pa.RecordBatch:
        """The sums by hour of some pings.

        They are counted with a clock that runs 24 times as fast, on which an hour is a day, so that the code that
        finds repeats and devices of days does so for hours.
        """
        fast = [_faster(each) for each in pings]
        stays, found, _ = visits(fast, self.rules.gap, self.rules.horizon, _fast(self.rules.clock), self.room)
        counted = PlaceSums(stays, found)
        hour = counted.day.astype(np.int64) - HOURS * self.day
        of_day = (hour >= 0) & (hour < HOURS)
        sums = np.zeros((HOURS, 2), np.int64)
        np.add.at(sums, hour[of_day], counted.sums[of_day][:, [PINGS, DEVICES]])
        columns = [pa.array(np.arange(HOURS, dtype=np.int32)), *map(pa.array, sums.T.copy())]
        return pa.RecordBatch.from_arrays(columns, schema=BY_HOUR)


@dataclass(frozen=True)
class Hour:
    """The distinct pings and devices of an hour; None if they are withheld because of few devices."""

    pings: int | None
    devices: int | None


def hours_of(batches: Iterable[pa.RecordBatch], k: int) -> tuple[Hour, ...]:
    """The 24 hours, summed over BY_HOUR of all parts.

    Args:
        batches: BY_HOUR. All pings of a device are in one part, so devices can be summed over parts.
        k: Hours with fewer devices, but at least one, are withheld. If that is a single hour, the hour with the next
            fewest devices is withheld as well, because the sum of the day is known.
    """
    sums = np.zeros((HOURS, 2), np.int64)
    for batch in batches:
        sums[:, 0] += batch.column("pings").to_numpy()
        sums[:, 1] += batch.column("devices").to_numpy()
    hidden = (sums[:, 1] > 0) & (sums[:, 1] < k)
    others = np.flatnonzero((sums[:, 1] > 0) & ~hidden)
    if np.count_nonzero(hidden) == 1 and len(others):
        hidden[others[np.argmin(sums[others, 1])]] = True
    return tuple(
        Hour(None, None) if is_hidden else Hour(int(pings), int(devices))
        for (pings, devices), is_hidden in zip(sums.tolist(), hidden.tolist(), strict=True)
    )


def visit_rules(gap: int, horizon: int, zone: str) -> VisitRules:
    """The rules of visits in microseconds, with the clock of a zone."""
    clock = LocalTime.of(zone)
    return VisitRules(gap, horizon, (clock.since, clock.ahead, clock.turns))


def day_number(day: date) -> int:
    """The number of a day, counted from 1970-01-01."""
    return (day - date(1970, 1, 1)).days


def _faster(pings: Records) -> Records:
    fast = pings.copy()
    fast["at"] *= HOURS
    return fast


def _fast(clock: Clock) -> Clock:
    since, ahead, turns = (_times_24(each) for each in clock)
    return since, ahead, turns


def _times_24(instants: Longs) -> Longs:
    most = _FAR // HOURS
    scaled: Longs = np.clip(instants, -most, most) * HOURS
    return scaled
