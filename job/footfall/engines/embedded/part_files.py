"""Files that carry the rows of parts from one stage to the next: written by one worker, mapped by others."""

from collections.abc import Iterator, Sequence
from typing import BinaryIO

import numpy as np
import pyarrow as pa

Stretches = Sequence[tuple[int, int]]
"""Where batches stand in a file: first byte and end of each."""

_ALIGNMENT = 64
"""Batches begin at multiples of this, so that their columns can be used where they are mapped."""


_STRETCH = 1 << 18
"""A stretch of so many bytes is long enough: it is written while it is still in a core's caches."""


class PartFile:
    """Writes batches, those of each part together; what is held in memory is written when it passes a limit.

    Args:
        file: Where to.
        schema: The columns; one of them is `part`.
        limit: Bytes.
    """

    def __init__(self, file: BinaryIO, schema: pa.Schema, limit: int) -> None:
        self.stretches: dict[int, list[tuple[int, int]]] = {}
        self._file, self._schema, self._limit = file, schema, limit
        self._held: dict[int, list[pa.RecordBatch]] = {}
        self._bytes = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Add a batch with rows of any parts."""
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
        if self._bytes > min(self._limit, _STRETCH * len(self._held)):
            self.flush()

    def flush(self) -> None:
        """Write all that is held."""
        for part, batches in sorted(self._held.items()):
            for whole in pa.Table.from_batches(batches, self._schema).combine_chunks().to_batches():
                begin = self._file.tell()
                begin += self._file.write(b"\0" * (-begin % _ALIGNMENT))
                message = whole.serialize()
                self._file.write(message)
                self.stretches.setdefault(part, []).append((begin, begin + message.size))
        self._held, self._bytes = {}, 0


def read_part(files: Sequence[tuple[str, Stretches]], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The batches that stand in these stretches of files, mapped and not copied."""
    for path, stretches in files:
        with pa.memory_map(path) as mapped:
            for begin, end in stretches:
                mapped.seek(begin)
                yield pa.ipc.read_record_batch(mapped.read_buffer(end - begin), schema)
