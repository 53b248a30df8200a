"""Who was where and when, of all kept pings in a place or not: what the rules on devices look at."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.shuffle.batches import record_rows
from footfall.shuffle.fingerprints import Bits
from footfall.shuffle.records import Longs

FIX = np.dtype(
    [
        ("mark", "<u8"),
        ("who", "<u8"),
        ("who2", "<u8"),
        ("day", "<i8"),
        ("at", "<i8"),
        ("lon", "<f8"),
        ("lat", "<f8"),
    ]
)
"""A ping: 64 bits that are equal for all pings of its device and day, or of its coordinate and day; 128 bits for the
device, the local day since 1970, microseconds since 1970 UTC, and degrees without -0.0."""

GROUP = np.dtype([("reason", "<i8"), ("one", "<u8"), ("other", "<u8"), ("day", "<i8")])
"""What is not kept: the number of the reason, the 128 bits of a device or of longitude and latitude, and the local day
since 1970."""

BY_DEVICE: Literal["by_device"] = "by_device"
BY_COORDINATE: Literal["by_coordinate"] = "by_coordinate"
"""Tallies of FIX: all pings of a device and day, or of a coordinate and day, are in one part."""

By = Literal["by_device", "by_coordinate"]


class Fixes(NamedTuple):
    """Kept pings in columns, as in FIX."""

    who: Bits
    who2: Bits
    day: Longs
    at: Longs
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]

    def named(self, by: By) -> tuple[Bits, Bits]:
        """The two numbers of the device, or of the coordinate."""
        if by == BY_DEVICE:
            return self.who, self.who2
        return self.lon.view(np.uint64), self.lat.view(np.uint64)

    def rows(self, by: By, parts: int) -> Iterator[pa.RecordBatch]:
        """SHUFFLED with FIX records, by device and day or by coordinate and day."""
        one, other = self.named(by)
        mark = _mixed(_mixed(_mixed(one) ^ other) + self.day.view(np.uint64))
        part = ((mark & np.uint64(0xFFFFFFFF)) * np.uint64(parts)) >> np.uint64(32)
        order = np.argsort(part, kind="stable")
        records = np.empty(len(mark), FIX)
        for name, column in zip(FIX.names or (), (mark, *self), strict=True):
            records[name] = column[order]
        ends = np.cumsum(np.bincount(part.astype(np.int64), minlength=parts))
        yield from record_rows(by, (records, ends))


def _mixed(bits: Bits) -> Bits:
    """Numbers whose bits all depend on all bits of the given ones (murmur3's finalizer)."""
    for mixer in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        bits = (bits ^ (bits >> np.uint64(33))) * np.uint64(mixer)
    mixed: Bits = bits ^ (bits >> np.uint64(33))
    return mixed
