"""The step `clean`: which rows are kept, and why the others are not."""

import math
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.local_time import LocalTime
from footfall.read.pings.rows import Rows, Span
from footfall.schema import CALENDAR, OTHER_DAY, REASONS, SOUND
from footfall.settings import Settings

EVER: Span = (-(2**63) + 1, 2**63 - 1)
_NEVER = -(2**63)
_MICRO = timedelta(microseconds=1)
_SWAPPED, _OUT_OF_RANGE, _ZERO, _POOR = (
    REASONS.index(reason)
    for reason in (
        "coordinates_swapped",
        "coordinate_out_of_range",
        "coordinate_zero",
        "accuracy_too_poor",
    )
)

Reasons = npt.NDArray[np.int8]
"""For each row the number of the first of REASONS that speaks against it, or SOUND, or OTHER_DAY."""


@dataclass(frozen=True)
class Rules:
    """What a ping must satisfy to be kept.

    Args:
        asked: The instants of the days to count.
        near: These and those around them, from which visits reach over midnight.
        accuracy_limit: Metres.
    """

    asked: Span
    near: Span
    accuracy_limit: float

    @classmethod
    def of(cls, settings: Settings) -> "Rules":
        """The rules that the settings ask for."""
        limit = math.inf if settings.pings.accuracy_limit is None else settings.pings.accuracy_limit
        if settings.days == "all":
            return cls(EVER, EVER, limit)
        zone, one_day = LocalTime.of(settings.day_zone), timedelta(days=1)
        begin, end = zone.midnight(settings.days.first), zone.midnight(settings.days.last + one_day)
        before, after = settings.visit_gap // _MICRO, settings.visit_horizon // _MICRO
        return cls((begin, end), (begin - before, end + after), limit)

    @property
    def unread(self) -> tuple[Span, Span]:
        """The spans of instants in which every row, sound or not, is of a day that was not asked for."""
        return (CALENDAR[0], self.near[0]), (self.near[1], CALENDAR[1])


def judge(rows: Rows, rules: Rules) -> Reasons | None:
    """Say of each row whether it is kept, and of the others why not.

    Returns:
        The reasons; None where all rows are kept. A row of a day that was not asked for has OTHER_DAY, whatever else
        speaks against it; near the asked days only a row that could not be kept anyway.
    """
    lon, lat = (column.to_numpy(zero_copy_only=False) for column in (rows.lon, rows.lat))
    at = rows.at.view(pa.int64())
    micros = (at.fill_null(_NEVER) if at.null_count else at).to_numpy()
    sound = (np.abs(lon) <= 180) & (np.abs(lat) <= 90) & ((lon != 0) | (lat != 0))
    if rows.defect is not None:
        sound &= rows.defect == SOUND
    poor = _poor(rows, rules.accuracy_limit)
    if poor is not None:
        sound &= ~poor
    kept = sound & _within(micros, rules.near)
    if kept.all():
        return None
    here = _within(micros, rules.asked) | kept
    other_day = _within(micros, CALENDAR) & ~here
    faults = _faults(lon, lat, poor)
    reasons = faults if rows.defect is None else np.where(rows.defect == SOUND, faults, rows.defect)
    return np.where(other_day, np.int8(OTHER_DAY), reasons).astype(np.int8)


def _faults(
    lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64], poor: npt.NDArray[np.bool_] | None
) -> Reasons:
    """The first rule that the values of each row break."""
    east, north = np.abs(lon), np.abs(lat)
    found = np.full(len(lon), SOUND, np.int8)
    if poor is not None:
        found[poor] = _POOR
    found[(lon == 0) & (lat == 0)] = _ZERO
    found[~((east <= 180) & (north <= 90))] = _OUT_OF_RANGE
    found[(north > 90) & (north <= 180) & (east <= 90)] = _SWAPPED
    return found


def _within(micros: npt.NDArray[np.int64], span: Span) -> npt.NDArray[np.bool_]:
    return (span[0] <= micros) & (micros < span[1])


def _poor(rows: Rows, limit: float) -> npt.NDArray[np.bool_] | None:
    """Whether the accuracy is known and worse than the limit; None where there is nothing to compare."""
    if rows.accuracy is None or limit == math.inf:
        return None
    metres = rows.accuracy.to_numpy(zero_copy_only=False)
    worse: npt.NDArray[np.bool_] = metres > limit  # not where it is unknown: NaN is greater than nothing
    return worse
