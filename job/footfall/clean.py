"""The step `clean`: which rows are kept, and why the others are not."""

import math
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.local_time import DAY, LocalTime
from footfall.locate.extent import Bools, Extent, Floats
from footfall.read.pings.rows import Rows, Span
from footfall.schema import CALENDAR, OTHER_DAY, REASONS, SOUND
from footfall.settings import DayRange, JobSettings

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
"""For each row the number of the first of REASONS that applies to it, or SOUND, or OTHER_DAY."""


@dataclass(frozen=True)
class Rules:
    """The rules that a ping must satisfy to be kept.

    Args:
        asked: First and end instant of the days to count.
        near: The same with the time around them that visits over midnight or `look_back` need.
        accuracy_limit: Metres.
        mirrors: Whether to reject rows that fit the places only with longitude and latitude exchanged.
        plausible: First and end instant that a ping can have; `asked` and `near` lie within.
    """

    asked: Span
    near: Span
    accuracy_limit: float
    mirrors: bool = True
    plausible: Span = CALENDAR

    @classmethod
    def of(cls, settings: JobSettings, now: datetime) -> "Rules":
        """The rules of the settings; `now` is the beginning of the run."""
        limit = math.inf if settings.pings.accuracy_limit is None else settings.pings.accuracy_limit
        mirrors = settings.refuses_mirrored
        zone = LocalTime.of(settings.day_zone)
        plausible = _span(zone, settings.plausible_days(now))
        if settings.days == "all":
            return cls(plausible, plausible, limit, mirrors, plausible)
        begin, end = _common(_span(zone, settings.days), plausible)
        before, after = (each // _MICRO for each in settings.reach)
        near = begin - before, end + after
        if back := settings.look_back_days:
            first = settings.days.first - timedelta(days=min(back, settings.days.first.toordinal() - 1))
            near = min(near[0], zone.midnight(first)), near[1]
        return cls((begin, end), _common(near, plausible), limit, mirrors, plausible)

    def of_whole_days(self, zone: LocalTime) -> "Rules":
        """The same for the whole of all local days that `near` has a part of, which are then the asked ones."""
        first, last = zone.on_clocks(np.array([self.near[0], self.near[1] - 1])) // DAY
        days = (date(1970, 1, 1) + timedelta(days=int(day)) for day in (first, max(first, last)))
        begin, end = _span(zone, DayRange(*days))
        whole = _common((min(begin, self.near[0]), max(end, self.near[1])), self.plausible)
        return replace(self, asked=whole, near=whole)

    @property
    def unread(self) -> tuple[Span, Span]:
        """The spans of instants in which every row, sound or not, is of a day that was not asked for."""
        return (self.plausible[0], self.near[0]), (self.near[1], self.plausible[1])


def judge(rows: Rows, rules: Rules, extent: Extent | None = None) -> Reasons | None:
    """For each row the reason why it is not kept, if any.

    Args:
        rows: The rows.
        rules: What they must satisfy.
        extent: That of the places, to reject rows that fit it only with longitude and latitude exchanged; else None.

    Returns:
        The reasons; None if all rows are kept. A row of a day that was not asked for has OTHER_DAY, whatever else is
        wrong with it; near the asked days only a row with a defect has. A row whose time is not plausible is of no
        day.
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


def broken(rows: Rows, rules: Rules, extent: Extent | None = None) -> dict[str, Bools]:
    """The mask of rows that break each rule on values, by the rule's name and in the order of REASONS.

    Args:
        rows: The rows.
        rules: What they must satisfy.
        extent: As for `judge`.
    """
    lon, lat = (column.to_numpy(zero_copy_only=False) for column in (rows.lon, rows.lat))
    micros = rows.at.view(pa.int64()).fill_null(_NEVER).to_numpy()
    mirrored = None if extent is None else extent.mirrored(lon, lat)
    signs = _signs(lon, lat, _poor(rows, rules.accuracy_limit), mirrored)
    return {
        REASONS[_IMPLAUSIBLE]: ~_within(micros, rules.plausible),
        **{REASONS[reason]: mask for reason, mask in signs},
    }


def _faults(lon: Floats, lat: Floats, poor: Bools | None, mirrored: Bools | None) -> Reasons:
    """The first rule that the coordinates and the accuracy of each row break."""
    found = np.full(len(lon), SOUND, np.int8)
    for reason, mask in reversed(_signs(lon, lat, poor, mirrored)):
        found[mask] = reason
    return found


def _signs(lon: Floats, lat: Floats, poor: Bools | None, mirrored: Bools | None) -> list[tuple[int, Bools]]:
    """Which rows break each rule on coordinates and accuracy, in the order of REASONS."""
    east, north = np.abs(lon), np.abs(lat)
    swapped = (north > 90) & (north <= 180) & (east <= 90)
    if mirrored is not None:
        swapped |= mirrored
    return [
        (_SWAPPED, swapped),
        (_OUT_OF_RANGE, ~((east <= 180) & (north <= 90))),
        (_ZERO, (lon == 0) & (lat == 0)),
        *([] if poor is None else [(_POOR, poor)]),
    ]


def _span(zone: LocalTime, days: DayRange) -> Span:
    """First and end instant of some local days."""
    end = CALENDAR[1] if days.last == date.max else zone.midnight(days.last + timedelta(days=1))
    return zone.midnight(days.first), end


def _common(one: Span, other: Span) -> Span:
    """The intersection of two spans; an empty one within `other` if they do not overlap."""
    begin = min(max(one[0], other[0]), other[1])
    return begin, max(begin, min(one[1], other[1]))


def _within(micros: npt.NDArray[np.int64], span: Span) -> Bools:
    return (span[0] <= micros) & (micros < span[1])


def _poor(rows: Rows, limit: float) -> Bools | None:
    """The mask of rows whose accuracy is known and worse than the limit; None if none can be."""
    if rows.accuracy is None or limit == math.inf:
        return None
    metres = rows.accuracy.to_numpy(zero_copy_only=False)
    worse: Bools = metres > limit  # not where it is unknown: NaN is greater than nothing
    return worse
