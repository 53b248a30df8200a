"""Devices of a place in a week or month: how many, on how many days each was there, and which were there before."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.aggregate.sums import SUMMED, blobs
from footfall.aggregate.visits import CONTINUES, IS_NEW, Stays
from footfall.periods import Kind, first_days, numbers
from footfall.periods.columns import OFTEN
from footfall.shuffle.records import Longs

PRESENT = "present"
"""The tally of rows of SUMMED that hold, in `sums`, PRESENCES of the place and of the period whose number is `n`.

With `look_back`, so many numbers follow: the devices of each day before the period, the last day first.
"""

RETURNING, BY_DAYS = 0, 1
PRESENCES = BY_DAYS + len(OFTEN)
"""So many numbers stand in `sums`: devices that return, and devices by the number of their days."""


@dataclass(frozen=True)
class Presence:
    """Finds out who was there in each period.

    Args:
        kind: Weeks or months.
        look_back: Devices that were in the place on one of so many days before the period return to it; None where
            that is not asked.
    """

    kind: Kind
    look_back: int | None = None

    def of(self, stays: Stays) -> "Present":
        """The devices of each place and period, of stays in the order in which `visits` gives them."""
        own = (
            stays.device & IS_NEW
        ) > 0  # not where clocks set back over midnight lead to the same day again
        begins, place, day = (each[own] for each in (stays.device & CONTINUES == 0, stays.place, stays.day))
        if not len(day):
            none = np.empty(0, np.int64)
            return Present(none, none, np.empty((0, PRESENCES), np.int64))
        if (~begins[1:] & (np.diff(day) < 0)).any():  # clocks set back over midnight
            day = day[np.lexsort((day, np.cumsum(begins)))]
        period = numbers(self.kind, day)
        heads = np.flatnonzero(begins | (np.diff(period, prepend=period[0]) != 0))
        days = np.diff(heads, append=len(day))
        counted = np.zeros((len(heads), PRESENCES), np.int64)
        counted[np.arange(len(heads)), BY_DAYS + np.minimum(days, len(OFTEN)) - 1] = 1
        if self.look_back is not None:
            before = day[np.maximum(heads - 1, 0)]
            since = first_days(self.kind, period[heads]) - self.look_back
            counted[:, RETURNING] = ~begins[heads] & (before >= since)
        order = np.lexsort((place[heads], period[heads]))
        places, periods = place[heads][order], period[heads][order]
        firsts = np.flatnonzero(
            (np.diff(places, prepend=places[0] - 1) != 0) | (np.diff(periods, prepend=periods[0]) != 0)
        )
        sums = np.add.reduceat(counted[order], firsts)
        present = Present(places[firsts].astype(np.int64), periods[firsts], sums)
        return present if self.look_back is None else self._with_days_before(present, place, day)

    def _with_days_before(
        self, present: "Present", place: npt.NDArray[np.integer], day: npt.NDArray[np.integer]
    ) -> "Present":
        """The same, with the devices of each day that a period looks back on.

        Args:
            present: The devices of each place and period.
            place: The place of each device and day.
            day: The day of each device and day.
        """
        days_back = self.look_back or 0
        span = int(day.max()) - (least := int(day.min())) + 1
        keys, devices = np.unique(place.astype(np.int64) * span + (day - least), return_counts=True)
        places, days = keys // span, keys % span + least
        period, found = numbers(self.kind, days), [np.empty((4, 0), np.int64)]
        while True:
            period = period + 1
            before = first_days(self.kind, period) - days
            near = before <= days_back
            if not near.any():
                break
            found.append(np.stack([places, period, before, devices])[:, near])
        looked = np.concatenate(found, axis=1)
        pairs = np.concatenate([np.stack([present.place, present.period]), looked[:2]], axis=1)
        (places, periods), at = np.unique(pairs, axis=1, return_inverse=True)
        sums = np.zeros((len(places), PRESENCES + days_back), np.uint32)
        own, others = np.split(at.ravel(), [len(present.place)])
        sums[own, :PRESENCES] = present.sums
        sums[others, PRESENCES + looked[2] - 1] = looked[3]
        return Present(places, periods, sums)


@dataclass(frozen=True)
class Present:
    """PRESENCES of places and periods, a row for each; with `look_back` also the devices of the days before."""

    place: Longs
    period: Longs
    sums: npt.NDArray[np.integer]

    def rows(self, part: npt.NDArray[np.int32]) -> pa.RecordBatch:
        """SUMMED, in these parts."""
        size = len(part)
        sums = self.sums.astype(np.uint32)
        columns = [
            pa.array(part, pa.int32()),
            pa.array([PRESENT] * size, pa.string()),
            pa.array(self.place.astype(np.int32)),
            pa.nulls(size, pa.date32()),
            pa.array(self.period),
            blobs(sums, np.full(size, sums.shape[1] * sums.itemsize)),
            pa.nulls(size, pa.binary()),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=SUMMED)
