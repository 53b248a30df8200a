"""Parquet that is written and parsed once for equal content: most histories differ in order alone, not in rows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from footfall.publish import reading, writing
from tests.simulation.swaps import swapped

_parquet = writing._parquet


@cache
def _written(table: "_ByText") -> bytes:
    return _parquet(table.table)


class _ByText:
    """A table that is equal to all of the same text."""

    def __init__(self, table: pa.Table) -> None:
        self.table, self.text = table, f"{table.schema.names}{table.to_pydict()}"

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _ByText) and self.text == other.text


def _write(table: pa.Table) -> bytes:
    return _written(_ByText(table))


@cache
def _parsed(content: bytes) -> tuple[pa.Schema, pa.Table]:
    file = pq.ParquetFile(pa.BufferReader(content))
    return file.schema_arrow, file.read()


class _File:
    """pyarrow's ParquetFile, as far as the job asks it."""

    def __init__(self, source: Any) -> None:
        self.schema_arrow, self.table = _parsed(source.read())
        self.metadata = SimpleNamespace(metadata=self.schema_arrow.metadata)

    def iter_batches(self, size: int, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows."""
        yield from self.table.select(columns).to_batches(size)


class _Library:
    ParquetFile = _File


@contextmanager
def once() -> Iterator[None]:
    """Write and parse equal content once while the block runs."""
    with swapped((writing, "_parquet", _write), (reading, "pq", _Library)):
        yield


def rows(content: bytes) -> pa.Table:
    """The rows of a file."""
    return _parsed(content)[1]


@cache
def merged(*contents: bytes) -> bytes:
    """A file with the rows of these."""
    return _parquet(pa.concat_tables([_parsed(each)[1] for each in contents]))
