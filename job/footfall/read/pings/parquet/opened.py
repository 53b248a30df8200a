"""Parquet files that are open for reading, wherever they are."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from footfall import stores
from footfall.read.pings.files import DataFile, unreadable
from footfall.stores.errors import changed
from footfall.stores.ranges import Range, RangedFile

_BUFFER = 1 << 20
"""So many bytes of each column are read at once: a row group is never held whole, however large it is."""

_UNREADABLE = "The file cannot be read"


@dataclass(frozen=True)
class Opened:
    """A Parquet file, and what it reads from where that is far."""

    parquet: pq.ParquetFile
    far: RangedFile | None = None

    def expect(self, groups: Sequence[int], columns: Sequence[str]) -> None:
        """Request the columns of these row groups ahead, in the order in which they will be read."""
        if self.far is None:
            return
        leaves = [leaf for leaf in (leaf_of(self.parquet, name) for name in columns) if leaf is not None]
        for number in groups:
            group = self.parquet.metadata.row_group(number)
            self.far.expect([_range(group.column(leaf)) for leaf in leaves])


def leaf_of(parquet: pq.ParquetFile, name: str) -> int | None:
    """The number of a plain column among all that are stored; None for another, or where two have the same path."""
    schema = parquet.schema
    found = [i for i in range(len(schema.names)) if schema.column(i).path == name]
    return found[0] if len(found) == 1 else None


@contextmanager
def opened(file: DataFile, failing: str = _UNREADABLE) -> Iterator[Opened]:
    """Open a Parquet file; what Arrow raises inside the block becomes one error.

    Args:
        file: The file as it was when the plan was made.
        failing: The sentence of the error if Arrow fails.

    Raises:
        InputError: The file is missing, was changed since the plan was made, is not Parquet, or is damaged.
        InfrastructureError: The store does not answer.
    """
    try:
        with _from_here(file.local, file.bytes) if file.local else _from_afar(file) as there:
            yield there
    except (OSError, pa.ArrowException, UnicodeDecodeError) as failure:  # the last of names in a footer
        raise unreadable(file.path, failure, failing) from failure


@contextmanager
def _from_here(path: str, size: int) -> Iterator[Opened]:
    """A local file, which Arrow itself reads; raises an error if it changes inside the block."""
    before = Path(path).stat()
    if before.st_size != size:
        raise changed(path)
    with _parquet(path) as parquet:
        yield Opened(parquet)
    after = Path(path).stat()
    if (after.st_size, after.st_mtime_ns) != (size, before.st_mtime_ns):
        raise changed(path)


@contextmanager
def _from_afar(file: DataFile) -> Iterator[Opened]:
    store = stores.of(file.path)
    with (
        closing(store.open(file.path, file.bytes, file.version)) as stored,
        RangedFile(stored) as far,
        _parquet(far) as parquet,
    ):
        yield Opened(parquet, far)


def _parquet(source: str | RangedFile) -> pq.ParquetFile:
    # nanoseconds of timestamps of 96 bits would end in 2262
    return pq.ParquetFile(
        source,
        pre_buffer=False,
        buffer_size=_BUFFER,
        coerce_int96_timestamp_unit="us",
        page_checksum_verification=True,  # Spark writes checksums; without them this costs nothing
    )


def _range(chunk: pq.ColumnChunkMetaData) -> Range:
    """Where a column of a row group is stored."""
    begin = chunk.data_page_offset
    if chunk.has_dictionary_page and chunk.dictionary_page_offset is not None:
        begin = min(begin, chunk.dictionary_page_offset)
    return begin, chunk.total_compressed_size
