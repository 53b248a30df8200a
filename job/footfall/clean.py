"""The step `clean`: which rows are kept, and why the others are not."""

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.local_time import LocalTime
from footfall.locate.extent import Extent
from footfall.read.pings.rows import Rows, Span
from footfall.schema import CALENDAR, OTHER_DAY, REASONS, SOUND
from footfall.settings import DayRange, Settings

_NEVER = -(2**63)
_MICRO = timedelta(microseconds=1)
_IMPLAUSIBLE, _SWAPPED, _OUT_OF_RANGE, _ZERO, _POOR = (
    REASONS.index(reason)
    for reason in (
        "implausible_time",
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
        mirrors: Whether rows that fit the places only with longitude and latitude exchanged are not kept.
        plausible: The instants that a ping can be of, in which `asked` and `near` lie.
    """

    asked: Span
    near: Span
    accuracy_limit: float
    mirrors: bool = True
    plausible: Span = CALENDAR

    @classmethod
    def of(cls, settings: Settings, now: datetime) -> "Rules":
        """The rules that the settings ask for; `now` is when the run begins."""
        limit = math.inf if settings.pings.accuracy_limit is None else settings.pings.accuracy_limit
        mirrors = settings.quality.swapped_axes == "refuse"
        zone = LocalTime.of(settings.day_zone)
        plausible = _span(zone, settings.plausible_days(now))
        if settings.days == "all":
            return cls(plausible, plausible, limit, mirrors, plausible)
        begin, end = _common(_span(zone, settings.days), plausible)
        near = begin - settings.visit_gap // _MICRO, end + settings.visit_horizon // _MICRO
        return cls((begin, end), _common(near, plausible), limit, mirrors, plausible)

    @property
    def unread(self) -> tuple[Span, Span]:
        """The spans of instants in which every row, sound or not, is of a day that was not asked for."""
        return (self.plausible[0], self.near[0]), (self.near[1], self.plausible[1])


def judge(rows: Rows, rules: Rules, extent: Extent | None = None) -> Reasons | None:
    """Say of each row whether it is kept, and of the others why not.

    Args:
        rows: The rows.
        rules: What they must satisfy.
        extent: That of the places, where rows that fit it only with longitude and latitude exchanged are not kept.

    Returns:
        The reasons; None where all rows are kept. A row of a day that was not asked for has OTHER_DAY, whatever else
        speaks against it; near the asked days only a row that could not be kept anyway. One whose time is not
        plausible is of no day.
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
    mirrored = None if extent is None else extent.mirrored(lon, lat)
    if mirrored is not None:
        sound &= ~mirrored
    kept = sound & _within(micros, rules.near)
    if kept.all():
        return None
    is_plausible = _within(micros, rules.plausible)
    other_day = is_plausible & ~(_within(micros, rules.asked) | kept)
    faults = _faults(lon, lat, poor, mirrored)
    faults[~is_plausible] = _IMPLAUSIBLE
    reasons = faults if rows.defect is None else np.where(rows.defect == SOUND, faults, rows.defect)
    return np.where(other_day, np.int8(OTHER_DAY), reasons).astype(np.int8)


def _faults(
    lon: npt.NDArray[np.float64],
    lat: npt.NDArray[np.float64],
    poor: npt.NDArray[np.bool_] | None,
    mirrored: npt.NDArray[np.bool_] | None,
) -> Reasons:
    """The first rule that the values of each row break."""
    east, north = np.abs(lon), np.abs(lat)
    found = np.full(len(lon), SOUND, np.int8)
    if poor is not None:
        found[poor] = _POOR
    found[(lon == 0) & (lat == 0)] = _ZERO
    found[~((east <= 180) & (north <= 90))] = _OUT_OF_RANGE
    found[(north > 90) & (north <= 180) & (east <= 90)] = _SWAPPED
    if mirrored is not None:
        found[mirrored] = _SWAPPED
    return found


def _span(zone: LocalTime, days: DayRange) -> Span:
    """The instants of some local days."""
    end = CALENDAR[1] if days.last == date.max else zone.midnight(days.last + timedelta(days=1))
    return zone.midnight(days.first), end


def _common(one: Span, other: Span) -> Span:
    """The instants that are in both; none of `other` where none is."""
    begin = min(max(one[0], other[0]), other[1])
    return begin, max(begin, min(one[1], other[1]))


def _within(micros: npt.NDArray[np.int64], span: Span) -> npt.NDArray[np.bool_]:
    return (span[0] <= micros) & (micros < span[1])


def _poor(rows: Rows, limit: float) -> npt.NDArray[np.bool_] | None:
    """Whether the accuracy is known and worse than the limit; None where there is nothing to compare."""
    if rows.accuracy is None or limit == math.inf:
        return None
    metres = rows.accuracy.to_numpy(zero_copy_only=False)
    worse: npt.NDArray[np.bool_] = metres > limit  # not where it is unknown: NaN is greater than nothing
    return worse
