"""Finds the rows of data files that are deleted by the values of some columns (Iceberg's equality deletes)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from footfall.read.pings.files import DataFile
from footfall.read.pings.parquet.footers import Group, Stored
from footfall.read.pings.parquet.opened import opened
from footfall.read.pings.parquet.values import plain
from footfall.read.pings.rows import Ints

_ROWS_PER_BATCH = 1 << 18


@dataclass(frozen=True)
class KeyColumn:
    """A column that tells deleted rows: in the data file, in the file of deletions, and its type in the table."""

    data: Stored
    deletion: Stored
    type: pa.DataType


@dataclass(frozen=True)
class DeletedKeys:
    """Deletes rows of a data file whose columns have the values of a row in a file of deletions; null equals null."""

    file: DataFile
    columns: tuple[KeyColumn, ...]

    def rows(self, parquet: pq.ParquetFile, groups: Sequence[Group]) -> Ints:
        """The deleted rows of some row groups, sorted, counted as the groups' `before`.

        Raises:
            InputError: The file of deletions is gone, or is damaged.
        """
        found = [np.empty(0, np.int64)]
        names = [column.data.column for column in self.columns if column.data.column is not None]
        for group in groups:
            before = group.before
            for batch in parquet.iter_batches(_ROWS_PER_BATCH, [group.number], names, use_threads=False):
                found.append(before + np.flatnonzero(self._hit(batch)))
                before += len(batch)
        return np.concatenate(found)

    def _hit(self, batch: pa.RecordBatch) -> np.ndarray:
        """Which rows of a batch are deleted: each row and each deletion is one number made of those of its values."""
        deletions = _deletions(self)
        rows, deleted = np.zeros(len(batch), np.int64), np.zeros(len(deletions[0]), np.int64)
        known = np.ones(len(batch), np.bool_)
        for column, values in zip(self.columns, deletions, strict=True):
            distinct = values.unique()
            index = pc.index_in(_typed(batch, column.data, column.type), distinct)
            known &= index.is_valid().to_numpy(zero_copy_only=False)
            rows = rows * len(distinct) + index.fill_null(0).to_numpy()
            deleted = deleted * len(distinct) + pc.index_in(values, distinct).to_numpy()
            deleted, rows = _renumbered(deleted, rows)
            known &= rows >= 0
        return known


def _renumbered(deleted: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """The same with small numbers, those of rows that are not among the deletions being -1."""
    distinct, small = np.unique(deleted, return_inverse=True)
    place = np.minimum(np.searchsorted(distinct, rows), max(len(distinct) - 1, 0))
    return small, np.where(distinct[place] == rows, place, -1) if len(distinct) else np.full(len(rows), -1)


@lru_cache(maxsize=4)
def _deletions(keys: DeletedKeys) -> list[pa.Array]:
    """The columns of a file of deletions; cached, so that a worker reads it once."""
    with opened(keys.file) as there:
        return [pa.concat_arrays(list(_parts(there.parquet, column))) for column in keys.columns]


def _parts(parquet: pq.ParquetFile, column: KeyColumn) -> Iterator[pa.Array]:
    yield plain(pa.nulls(0, column.type), column.deletion.meaning)
    for batch in parquet.iter_batches(_ROWS_PER_BATCH, columns=[column.deletion.column], use_threads=False):
        yield _typed(batch, column.deletion, column.type)


def _typed(batch: pa.RecordBatch, stored: Stored, kind: pa.DataType) -> pa.Array:
    """A column by the type of the table: one that was widened later is narrower in older files."""
    target = plain(pa.nulls(0, kind), stored.meaning).type
    if stored.column is None:
        return plain(pa.repeat(stored.value, len(batch)), stored.meaning).cast(target)
    return plain(batch.column(stored.column), stored.meaning).cast(target)
