"""Reads times: from columns of text, numbers, dates or timestamps to instants."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from footfall.errors import SettingsError
from footfall.local_time import LocalTime
from footfall.read.pings.times.epochs import MICROS_PER_UNIT, is_number, number_moments, timestamp_moments
from footfall.read.pings.times.moments import Mask, Moments
from footfall.read.pings.times.texts import reader, text_moments
from footfall.schema import CALENDAR, INSTANT


class Instants(NamedTuple):
    """When pings were sent.

    Args:
        at: Type INSTANT; null if nothing could be read, where it is outside the calendar, and where `never`.
        never: Where a wall time was read that the clocks of the zone skipped.
    """

    at: pa.Array
    never: Mask


def instants(values: pa.Array, time_format: str, zone: LocalTime) -> Instants:
    """The instants of a column `at`.

    Args:
        values: Text, whole numbers, floats, decimals or timestamps; spaces around text do not matter. Timestamps are
            taken as they are, whatever the format says: those with a zone are instants, the others wall times.
        time_format: `auto`, `iso`, `epoch_s`, `epoch_ms` or a pattern, as in the settings. `auto` takes text with a
            colon as ISO 8601, and everything else as a number: below 1e11 seconds, below 1e14 milliseconds, below
            1e17 microseconds, else nanoseconds. Finer digits than microseconds are cut off.
        zone: Where clocks showed the wall times. One that they showed twice is the first of both.
    """
    return placed(moments_of(values, time_format), zone)


def moments_of(values: pa.Array, time_format: str) -> Moments:
    """The times of a column `at`, as for `instants`, before a zone is asked."""
    if pa.types.is_timestamp(values.type):
        return timestamp_moments(values)
    if is_number(values.type) and time_format in ("auto", *MICROS_PER_UNIT):
        return number_moments(values, time_format)
    return text_moments(values, time_format)


def placed(moments: Moments, zone: LocalTime) -> Instants:
    """The instants of times, wall times being those of the zone; null if unknown, out of range or skipped."""
    micros, is_wall, known = moments
    if is_wall.any():
        placed = micros - zone.ahead[np.searchsorted(zone.turns, micros, side="right")]
        never = is_wall & (zone.on_clocks(placed) != micros)
        micros = np.where(is_wall, placed, micros)
    else:
        never = is_wall
    inside = known & (micros >= CALENDAR[0]) & (micros < CALENDAR[1])
    never = never & inside
    return Instants(pa.array(micros, pa.int64(), mask=~inside | never).view(INSTANT), never)


def instants_of_parts(dates: pa.Array, times: pa.Array, time_format: str, zone: LocalTime) -> Instants:
    """The instants of two columns, `date` and `time`, read together with a space between them.

    Args:
        dates: Text, whole numbers such as 20230301, dates, or timestamps without a zone.
        times: Text, whole numbers, or times of day.
        time_format: As for `instants`; `auto` means `iso`.
        zone: As for `instants`.
    """
    return placed(moments_of_parts(dates, times, time_format), zone)


def moments_of_parts(dates: pa.Array, times: pa.Array, time_format: str) -> Moments:
    """The times of the columns `date` and `time`, as for `instants_of_parts`, before a zone is asked."""
    text = pc.binary_join_element_wise(_written(dates), _written(times), " ")
    return text_moments(text, "iso" if time_format == "auto" else time_format)


def _written(part: pa.Array) -> pa.Array:
    """Dates as 2023-03-01, times of day as 09:05:00, everything else as it stands, without spaces around it."""
    if pa.types.is_timestamp(part.type):
        part = part.cast(pa.timestamp(part.type.unit)).cast(pa.date32(), safe=False)
    text = part.cast(pa.string())
    return pc.ascii_trim(text, " ")


def check_format(time_format: str) -> None:
    """Make sure that a format can be read, before any row is.

    Raises:
        SettingsError: It is a pattern without a year, or with a letter that means nothing, or one that loses what it
            reads.
    """
    try:
        reader(time_format)
    except ValueError as failure:
        raise SettingsError(
            f"The pattern {time_format!r} {failure}",
            where="pings.time_format",
            fix="Use auto, iso, epoch_s, epoch_ms or a datetime pattern, such as dd/MM/yyyy HH:mm:ss.",
        ) from failure
