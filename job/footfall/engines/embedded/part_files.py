"""Files that carry the rows of each part from one stage to the next: written by one worker, memory-mapped by others."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

import numpy as np
import pyarrow as pa

ByteRanges = Sequence[tuple[int, int]]
"""Where batches lie in a file: first byte and end of each."""

_ALIGNMENT = 64
"""Batches begin at multiples of this many bytes, so that mapped columns need no copy."""


_RANGE_BYTES = 1 << 18
"""Batches of a part are written once they have about this many bytes: they are still in a core's caches then."""


class PartFile:
    """Writes batches, those of each part side by side; the buffer is written once it exceeds a limit.

    Args:
        file: The file, open for writing.
        schema: The columns; one of them is `part`.
        limit: Bytes that may be buffered in memory.
    """

    def __init__(self, file: BinaryIO, schema: pa.Schema, limit: int) -> None:
        self.ranges: dict[int, list[tuple[int, int]]] = {}
        self._file, self._schema, self._limit = file, schema, limit
        self._held: dict[int, list[pa.RecordBatch]] = {}
        self._bytes = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Add a batch, whose rows may be of any parts."""
        if not len(batch):
            return
        part = batch.column("part").to_numpy()
        if (np.diff(part) < 0).any():
            order = np.argsort(part, kind="stable")
            batch, part = batch.take(pa.array(order)), part[order]
        starts = np.flatnonzero(np.diff(part, prepend=part[0] - 1))
        for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(part)], strict=True):
            self._held.setdefault(int(part[start]), []).append(batch.slice(start, end - start))
        self._bytes += batch.nbytes
        if self._bytes > min(self._limit, _RANGE_BYTES * len(self._held)):
            self.flush()

    def flush(self) -> None:
        """Write all buffered rows."""
        for part, batches in sorted(self._held.items()):
            for whole in pa.Table.from_batches(batches, self._schema).combine_chunks().to_batches():
                begin = self._file.tell()
                begin += self._file.write(b"\0" * (-begin % _ALIGNMENT))
                message = whole.serialize()
                self._file.write(message)
                self.ranges.setdefault(part, []).append((begin, begin + message.size))
        self._held, self._bytes = {}, 0


def read_part(files: Sequence[tuple[str, ByteRanges]], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The batches in these byte ranges of files, memory-mapped and not copied."""
    for path, ranges in files:
        with pa.memory_map(path) as mapped:
            for begin, end in ranges:
                mapped.seek(begin)
                yield pa.ipc.read_record_batch(mapped.read_buffer(end - begin), schema)
