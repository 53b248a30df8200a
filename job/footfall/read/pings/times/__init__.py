"""Reads times: from columns of text, numbers, dates or timestamps to instants."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.local_time import LocalTime

Mask = npt.NDArray[np.bool_]


class Instants(NamedTuple):
    """When pings were sent.

    Args:
        at: Type INSTANT; null where nothing could be read, where it is outside the calendar, and where `never`.
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
    raise NotImplementedError


def instants_of_parts(dates: pa.Array, times: pa.Array, time_format: str, zone: LocalTime) -> Instants:
    """The instants of two columns, `date` and `time`, read together with a space between them.

    Args:
        dates: Text, whole numbers such as 20230301, dates, or timestamps without a zone.
        times: Text, whole numbers, or times of day.
        time_format: As for `instants`; `auto` means `iso`.
        zone: As for `instants`.
    """
    raise NotImplementedError


def check_format(time_format: str) -> None:
    """Make sure that a format can be read, before any row is.

    Raises:
        SettingsError: It is a pattern without a year, or with a letter that means nothing, or one that loses what it
            reads.
    """
    raise NotImplementedError
