"""Compares visits that were found with those of the diaries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from bench.truth.town import DAY, FIRST_SECOND, Stay

Key = tuple[int, int]
"""A person and a place."""


@dataclass
class Score:
    """How visits of diaries were found; each is one of right, missed, merged, split.

    `right`: one found visit overlaps it and no other visit of the diary. `missed`: none does. `split`: several do.
    `merged`: one does, and overlaps another visit of the diary as well. `false` are found visits that overlap none.
    `errors` are found minus true dwell in seconds, of right ones of more than one ping.
    """

    true: int = 0
    found: int = 0
    right: int = 0
    missed: int = 0
    merged: int = 0
    split: int = 0
    false: int = 0
    true_devices: int = 0
    found_devices: int = 0
    errors: list[float] = field(default_factory=list)

    def quartiles(self) -> tuple[float, float, float] | None:
        """The quartiles of the errors of dwell; None of none."""
        if not self.errors:
            return None
        low, middle, high = np.percentile(self.errors, [25, 50, 75]).tolist()
        return low, middle, high


def score(diary: Iterable[Stay], found: Iterable[Stay]) -> Score:
    """Compare; both are visits of the same kind of places."""
    true_of, found_of = _by_key(diary), _by_key(found)
    whole = Score(
        true_devices=_device_days(true_of),
        found_devices=_device_days(found_of),
    )
    for key in true_of.keys() | found_of.keys():
        _add(whole, true_of.get(key, []), found_of.get(key, []))
    return whole


def _add(whole: Score, true: Sequence[Stay], found: Sequence[Stay]) -> None:
    """Add one person in one place."""
    over = [[f for f, visit in enumerate(found) if _overlap(visit, stay)] for stay in true]
    holds = [sum(f in each for each in over) for f in range(len(found))]
    whole.true += len(true)
    whole.found += len(found)
    whole.false += holds.count(0)
    for stay, visits in zip(true, over, strict=True):
        if not visits:
            whole.missed += 1
        elif len(visits) > 1:
            whole.split += 1
        elif holds[visits[0]] > 1:
            whole.merged += 1
        else:
            whole.right += 1
            visit = found[visits[0]]
            if visit.end > visit.start:
                whole.errors.append((visit.end - visit.start) - (stay.end - stay.start))


def _overlap(one: Stay, other: Stay) -> bool:
    """Whether they share an instant."""
    return max(one.start, other.start) <= min(one.end, other.end)


def _by_key(visits: Iterable[Stay]) -> dict[Key, list[Stay]]:
    found: dict[Key, list[Stay]] = defaultdict(list)
    for visit in visits:
        found[visit.person, visit.place].append(visit)
    return found


def _device_days(visits: dict[Key, list[Stay]]) -> int:
    """Devices per place and day of the start, added up."""
    return len(
        {(*key, (visit.start - FIRST_SECOND) // DAY) for key, some in visits.items() for visit in some}
    )
