"""How located pings travel from `locate` to `aggregate`: as packed records, grouped by device, not row by row.

A row of SHUFFLED holds thousands of pings: a row for each ping would cost as much as looking the ping up.
Devices are distinguished by 96 bits of their id: that two of a billion collide has a chance of 1e-11.
"""

import numpy as np
import numpy.typing as npt

Records = npt.NDArray[np.void]
Longs = npt.NDArray[np.int64]

PING = np.dtype([("at", "<i8"), ("who", "<u8"), ("who2", "<u4"), ("place", "<i4"), ("spot", "<u8")])
"""A ping in a place: microseconds since 1970 UTC, 96 bits for the device, the place's number, and 63 bits for the
coordinates, below which the last bit is set in the first place of the ping."""

UNCERTAIN = "uncertain"
"""The tally of PING whose circle of accuracy the outline of the place cuts: the last bit is set in those that the place
holds."""

RING, RINGED = "ring", "ringed"
"""The tallies of REACH; and of MARK, one for each ping in no place whose circle of accuracy reaches one."""

REACH = np.dtype([("day", "<i4"), ("place", "<i4"), ("other", "<i4")])
"""A local day, counted since 1970, on which the circle of a ping reaches a place that does not hold it; and a place
that holds it, or -1 where none does."""

WORDS = 4
"""Numbers of 64 bits in a PING; place and the last bits of the device share one."""

MARK = np.dtype([("at", "<i8"), ("mark", "<u8")])
"""A ping of which only the number matters: its instant, and 64 bits for device, instant and coordinates."""

LINES_RECORD = np.dtype([("file", "<i4"), ("range", "<i4"), ("lines", "<i8")])
"""How many lines a range of a file holds."""

PINGS_PER_PART = 1_000_000
MOST_PARTS = 32_768

BYTES_PER_PING = 6 * PING.itemsize
"""What a ping takes while its part is sorted and summed, at most."""


def parts_for(pings: int, memory: int | None = None) -> int:
    """The number of parts for so many pings, so that each can be sorted in the memory (bytes) of one task."""
    return min(MOST_PARTS, 1 + pings // min(PINGS_PER_PART, pings_at_once(memory)))


def pings_at_once(memory: int | None) -> int:
    """The number of pings that can be sorted and summed in so many bytes; that of some parts if `memory` is None."""
    return 4 * PINGS_PER_PART if memory is None else max(1, memory // BYTES_PER_PING)
