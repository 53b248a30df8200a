"""Finds the days of devices, and of coordinates, that break the rules on devices, within one part."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.aggregate.room import Room
from footfall.aggregate.sums import contents_of
from footfall.engines import Batches
from footfall.local_time import SECOND
from footfall.schema import REASONS
from footfall.settings import Devices
from footfall.shuffle.fixes import BY_COORDINATE, BY_DEVICE, FIX, GROUP
from footfall.shuffle.records import Longs, Records

GROUPS = pa.schema([pa.field("groups", pa.binary(), nullable=False)])
"""What the stage gives: GROUP records, many in a row."""

EARTH = 6_371_008.8
"""Metres: the mean radius of the earth, R1 of the International Union of Geodesy and Geophysics (Moritz, Geodetic
Reference System 1980)."""

SHORTEST = SECOND
"""Microseconds: two pings at one instant, as in files of whole seconds, are so far apart in time."""

_MANY, _SHARED, _FAST = map(REASONS.index, ("too_many_pings", "shared_coordinate", "too_fast"))

AT_ONCE = 1 << 18
"""Records that are copied or compared at a time: those of a share may be in a file that is mapped."""

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class FindImplausible:
    """The second stage of the search for devices that cannot be.

    Args:
        devices: The rules.
        room: What memory there is, for records of pings.
    """

    devices: Devices
    room: Room

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """SHUFFLED with FIX records, all rows of one part or several, to GROUPS."""
        fixes: dict[str, list[Records]] = {BY_DEVICE: [], BY_COORDINATE: []}
        for batch in batches:
            tallies = batch.column("tally").to_pylist()
            for tally, packed in zip(tallies, contents_of(batch.column("records")), strict=True):
                if packed is not None:
                    fixes[tally].append(np.frombuffer(packed, FIX))
        half = max(1, self.room.records // 2)  # a FIX takes twice as much as a PING
        room = replace(self.room, records=half)
        for share in room.shares(fixes.pop(BY_DEVICE)):
            yield from self._of_devices(share, room)
        for share in room.shares(fixes.pop(BY_COORDINATE)):
            yield from self._of_coordinates(share, room)

    def _of_devices(self, share: Sequence[Records], room: Room) -> Iterator[pa.RecordBatch]:
        """Days of devices with too many distinct pings, or with two that are too far apart for their times."""
        ordered, follows = _distinct(share, ("who", "who2", "day"), ("at", "lon", "lat"), room)
        starts = np.flatnonzero(~follows)
        if self.devices.max_pings_per_day is not None:
            pings = np.diff(starts, append=len(ordered))
            yield _groups(_MANY, ordered[starts[pings > self.devices.max_pings_per_day]], ("who", "who2"))
        if self.devices.max_speed_kmh is not None:
            fast = _faster(ordered, follows, self.devices.max_speed_kmh)
            groups = np.unique(np.searchsorted(starts, fast, side="right") - 1)
            yield _groups(_FAST, ordered[starts[groups]], ("who", "who2"))

    def _of_coordinates(self, share: Sequence[Records], room: Room) -> Iterator[pa.RecordBatch]:
        """Days of coordinates from which too many devices sent."""
        limit = self.devices.max_devices_per_coordinate
        ordered, follows = _distinct(share, ("lon", "lat", "day"), ("who", "who2"), room)
        starts = np.flatnonzero(~follows)
        devices = np.diff(starts, append=len(ordered))
        if limit is not None:
            yield _groups(_SHARED, ordered[starts[devices > limit]], ("lon", "lat"))


def kilometres_per_hour(one: Records, other: Records) -> Floats:
    """The speed between pings and those that follow them, on a sphere, by the haversine formula; FIX in, km/h out."""
    lon, lat, lon2, lat2 = (np.radians(each[name]) for each in (one, other) for name in ("lon", "lat"))
    half = np.sin((lat2 - lat) / 2) ** 2 + np.cos(lat) * np.cos(lat2) * np.sin((lon2 - lon) / 2) ** 2
    metres = 2 * EARTH * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    speed: Floats = metres * 3.6 / (np.maximum(other["at"] - one["at"], SHORTEST) / SECOND)
    return speed


def _faster(ordered: Records, follows: Bools, limit: float) -> Longs:
    """The numbers of the pings that are too fast from the one before in their group; some at a time."""
    found = [np.empty(0, np.int64)]
    for start in range(1, len(ordered), AT_ONCE):
        end = min(start + AT_ONCE, len(ordered))
        speed = kilometres_per_hour(ordered[start - 1 : end - 1], ordered[start:end])
        found.append(start + np.flatnonzero(follows[start:end] & (speed > limit)))
    return np.concatenate(found)


def _distinct(
    share: Sequence[Records], group: tuple[str, ...], within: tuple[str, ...], room: Room
) -> tuple[Records, Bools]:
    """The records sorted by group and within it, each once, and which of them follow another one of their group."""
    records: Records = room.array(sum(map(len, share)), FIX)
    if len(records):
        np.concatenate(share, out=records)
    order = np.lexsort([records[name] for name in (*within[::-1], *group[::-1])])
    ordered = _taken(records, order, room)
    del records, order  # they are as large as the share
    follows = _as_before(ordered, group)
    repeats = follows & _as_before(ordered, within)
    if not repeats.any():
        return ordered, follows
    return _taken(ordered, np.flatnonzero(~repeats), room), follows[~repeats]


def _taken(records: Records, numbers: Longs, room: Room) -> Records:
    """The records of these numbers, in their order."""
    taken: Records = room.array(len(numbers), FIX)
    for start in range(0, len(numbers), AT_ONCE):
        taken[start : start + AT_ONCE] = records[numbers[start : start + AT_ONCE]]
    return taken


def _as_before(ordered: Records, names: tuple[str, ...]) -> Bools:
    """Which records have the same values as the one before them."""
    same = np.zeros(len(ordered), np.bool_)
    same[1:] = True
    for name in names:
        same[1:] &= ordered[name][1:] == ordered[name][:-1]
    return same


def _groups(reason: int, firsts: Records, names: tuple[str, str]) -> pa.RecordBatch:
    """One row of GROUPS for the groups that these records are of."""
    groups = np.empty(len(firsts), GROUP)
    groups["reason"], groups["day"] = reason, firsts["day"]
    for target, name in zip(("one", "other"), names, strict=True):
        groups[target] = np.ascontiguousarray(firsts[name]).view(np.uint64)
    return pa.RecordBatch.from_arrays([pa.array([groups.tobytes()], pa.binary())], schema=GROUPS)
