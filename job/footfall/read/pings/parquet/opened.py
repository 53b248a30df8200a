"""Parquet files that are open for reading."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from footfall.read.pings.files import DataFile, unreadable
from footfall.read.pings.tasks import changed

_BUFFER = 1 << 20
"""So many bytes of each column are read at once: a row group is never held whole, however large it is."""

_UNREADABLE = "The file cannot be read"


@contextmanager
def opened(file: DataFile, failing: str = _UNREADABLE) -> Iterator[pq.ParquetFile]:
    """Open a Parquet file; what Arrow raises inside the block becomes one error.

    Args:
        file: As it was when it was looked at.
        failing: The sentence that says what is wrong where Arrow fails.

    Raises:
        InputError: The file is gone, was changed since it was looked at, is not Parquet, or is damaged.
    """
    try:
        if Path(file.path).stat().st_size != file.bytes:
            raise changed(file.path)
        with pq.ParquetFile(
            file.path,
            pre_buffer=False,
            buffer_size=_BUFFER,
            coerce_int96_timestamp_unit="us",  # nanoseconds would end in 2262
        ) as parquet:
            yield parquet
    except (OSError, pa.ArrowException) as failure:
        raise unreadable(file.path, failure, failing) from failure
