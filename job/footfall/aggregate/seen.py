"""How many devices were seen on each local day, and in each week or month, wherever they were."""

from collections.abc import Sequence

import numpy as np

from footfall.aggregate.room import Room
from footfall.aggregate.sums import Days
from footfall.periods import Kind, numbers, period_numbered
from footfall.schema import SEEN, SEEN_IN
from footfall.shuffle.records import Longs, Records


def count_seen(sightings: Sequence[Records], kind: Kind | None, room: Room, tallies: Days) -> None:
    """Count the devices of each day, and of each period, once.

    Args:
        sightings: MARK of SEEN, all of a device.
        kind: Weeks or months; None where they are not asked for.
        room: What memory there is.
        tallies: Get SEEN by day, and SEEN_IN with the name of a period behind it.
    """
    for share in room.shares(sightings):
        if not len(share):
            continue
        records: Records = np.concatenate(share)
        day, who = records["at"].astype(np.int64), records["mark"].view(np.int64)
        for number, n in _distinct(day, who):
            tallies[SEEN, number] += n
        if kind is not None:
            for number, n in _distinct(numbers(kind, day), who):
                tallies[SEEN_IN + period_numbered(kind, number).name, None] += n


def _distinct(number: Longs, who: Longs) -> list[tuple[int, int]]:
    """Each number, and how many different devices have it."""
    order = np.lexsort((who, number))
    number, who = number[order], who[order]
    first = np.ones(len(number), np.bool_)
    first[1:] = (number[1:] != number[:-1]) | (who[1:] != who[:-1])
    found, counts = np.unique(number[first], return_counts=True)
    return list(zip(found.tolist(), counts.tolist(), strict=True))
