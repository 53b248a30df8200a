"""Rows of SHUFFLED: packed records of each part, and tallies."""

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa

from footfall.schema import SHUFFLED
from footfall.shuffle.packing import Packed


def record_rows(tally: str | None, packed: Packed) -> Iterator[pa.RecordBatch]:
    """One batch of SHUFFLED with a row for each part that has records; no batch where there are none.

    Args:
        tally: What the records are counted as; None for pings in places.
        packed: Records sorted by part, and where each part ends.
    """
    records, ends = packed
    counts = np.diff(ends, prepend=0)
    some = np.flatnonzero(counts)
    if len(some):
        offsets = np.concatenate([[0], ends[some]]) * records.itemsize
        buffers = [None, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(records)]
        columns = [
            pa.array(some, pa.int32()),
            pa.array([tally] * len(some), pa.string()),
            pa.array(counts[some]),
            pa.Array.from_buffers(pa.binary(), len(some), buffers),
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=SHUFFLED)


def tally_rows(numbers: Mapping[str, int]) -> pa.RecordBatch:
    """A batch of SHUFFLED with a row for each tally, without records, in part 0.

    Args:
        numbers: How many rows of the input each tally stands for.
    """
    rows = [{"part": 0, "tally": tally, "n": n, "records": None} for tally, n in numbers.items()]
    return pa.RecordBatch.from_pylist(rows, schema=SHUFFLED)
