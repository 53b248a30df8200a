"""Which devices were seen on which local day, wherever they were: one record of a device, day and batch."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from footfall.schema import SEEN
from footfall.shuffle.batches import record_rows
from footfall.shuffle.fingerprints import fingerprints
from footfall.shuffle.records import MARK, Longs


def sightings(devices: pa.Array, day: Longs, parts: int) -> Iterator[pa.RecordBatch]:
    """SHUFFLED with the tally SEEN: MARK whose `at` is a local day since 1970, and whose `mark` is of a device.

    Args:
        devices: The device of each ping, as it is compared.
        day: The local day of each ping, counted since 1970.
        parts: How many parts there are; all records of a device have the same.
    """
    who = fingerprints(devices)[0]
    order = np.lexsort((who, day))
    day, who = day[order], who[order]
    first = np.ones(len(day), np.bool_)
    first[1:] = (day[1:] != day[:-1]) | (who[1:] != who[:-1])
    records = np.empty(int(np.count_nonzero(first)), MARK)
    records["at"], records["mark"] = day[first], who[first]
    part = ((who[first] & np.uint64(0xFFFFFFFF)) * np.uint64(parts)) >> np.uint64(32)
    by_part = np.argsort(part, kind="stable")
    ends = np.cumsum(np.bincount(part.astype(np.int64), minlength=parts))
    yield from record_rows(SEEN, (records[by_part], ends))
