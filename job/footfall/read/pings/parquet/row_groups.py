"""Reads row groups in workers: only the columns of pings, in batches."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from footfall.errors import InputError
from footfall.read.pings.parquet.footers import Footer, Group
from footfall.read.pings.parquet.opened import opened
from footfall.read.pings.parquet.parts import Reader
from footfall.read.pings.rows import Ints, Rows, Span, Unread
from footfall.read.pings.tasks import chunks, share
from footfall.stores.errors import changed

ROWS_PER_BATCH = 1 << 18

FEWEST_ROWS, MOST_ROWS = 500_000, 4_000_000
"""The rows from which a task is worth its start; and the most of a task, since a failed one is repeated."""


OPENING = 100_000
"""The cost of opening a remote file, in rows."""


@dataclass(frozen=True)
class RowGroups:
    """A task: the footers of one or more files, of which it reads the row groups that are left in them."""

    pieces: tuple[Footer, ...]
    reader: Reader

    @property
    def rows(self) -> int | None:
        """The number of rows; None if it depends on equality deletes, which are known only when rows are read."""
        return None if any(piece.deletions for piece in self.pieces) else self.most

    @property
    def most(self) -> int:
        """The number of rows before equality deletes."""
        return sum(piece.rows for piece in self.pieces)

    def read(self, unread: Sequence[Span]) -> Iterator[Rows | Unread]:
        """Read all rows, except row groups whose instants all lie in one of the spans.

        Raises:
            InputError: A file is missing, was changed since the plan was made, or is damaged.
            InfrastructureError: A store does not answer.
        """
        for piece in self.pieces:
            known = () if piece.deletions else unread
            wanted = [group for group in piece.groups if not _lies_in(group, known)]
            passed_over = piece.rows - sum(group.rows for group in wanted)
            if passed_over:
                yield Unread(passed_over)
            if wanted:
                yield from self._read(piece, wanted)

    def _read(self, piece: Footer, wanted: Sequence[Group]) -> Iterator[Rows]:
        with opened(piece.file) as there:
            parquet = there.parquet
            columns = [each.column for each in piece.stored.values() if each.column is not None]
            _check_unchanged(piece, parquet, columns)
            for run in _runs(wanted):
                lines, deleted = run[0].before, _deleted(piece, parquet, run)
                numbers = [group.number for group in run]
                there.expect(numbers, columns)
                for batch in parquet.iter_batches(ROWS_PER_BATCH, numbers, columns, use_threads=False):
                    left, line = _left(batch, lines, deleted)
                    lines += len(batch)
                    if len(left):
                        yield self.reader.rows(piece, left, line)
                _check_all_read(piece, run, lines)


def deal(footers: Sequence[Footer], reader: Reader, workers: int) -> tuple[RowGroups, ...]:
    """Neighbouring row groups together in a task, and large tasks first, so that none is left over at the end.

    Args:
        footers: What the files say.
        reader: How their rows are read.
        workers: How many tasks run at once.
    """
    groups = [(footer, group) for footer in footers for group in footer.groups]
    sizes = [_cost(footer, group) for footer, group in groups]
    size = share(sum(sizes), FEWEST_ROWS, MOST_ROWS, workers)
    tasks = [RowGroups(tuple(_pieces(same)), reader) for same in chunks(groups, sizes, size)]
    return tuple(sorted(tasks, key=lambda task: -task.most))


def _cost(footer: Footer, group: Group) -> int:
    """The work of reading a row group, in rows; that of the first one of a remote file includes opening it."""
    opening = footer.file.local is None and group is footer.groups[0]
    return group.rows + (OPENING if opening else 0)


def _pieces(groups: Sequence[tuple[Footer, Group]]) -> Iterator[Footer]:
    """One Footer for each file, with only those of its row groups that are given; groups of a file are side by side."""
    for _, same in groupby(groups, lambda pair: id(pair[0])):
        of_file = list(same)
        yield replace(of_file[0][0], groups=tuple(group for _, group in of_file))


def _lies_in(group: Group, spans: Sequence[Span]) -> bool:
    return group.instants is not None and any(
        begin <= group.instants[0] and group.instants[1] <= end for begin, end in spans
    )


def _runs(groups: Sequence[Group]) -> Iterator[list[Group]]:
    """Lists of consecutive row groups that are read together: small ones share a batch."""
    for _, run in groupby(enumerate(groups), lambda pair: pair[1].number - pair[0]):
        yield [group for _, group in run]


def _deleted(piece: Footer, parquet: pq.ParquetFile, run: Sequence[Group]) -> Ints:
    """The rows that are deleted in neighbouring groups, sorted."""
    known = [group.deleted for group in run if group.deleted is not None]
    found = [deletions.rows(parquet, run) for deletions in piece.deletions]
    return np.unique(np.concatenate([np.empty(0, np.int64), *known, *found]))


def _left(batch: pa.RecordBatch, before: int, deleted: Ints) -> tuple[pa.RecordBatch, Callable[[Ints], Ints]]:
    """The rows of a batch that are not deleted, and a function from their numbers to lines.

    `before` is the number of rows before the batch; `deleted` counts on from it."""
    begin, end = np.searchsorted(deleted, (before, before + len(batch)))
    if begin == end:
        return batch, lambda rows: rows + (before + 1)
    there = np.delete(np.arange(len(batch)), deleted[begin:end] - before)
    return batch.take(pa.array(there)), lambda rows: there[rows] + (before + 1)


def _check_all_read(piece: Footer, run: Sequence[Group], behind: int) -> None:
    """Make sure that neighbouring row groups gave as many rows as the footer says; `behind` is the next row."""
    stated = sum(group.stored for group in run)
    if behind - run[0].before != stated:
        raise InputError(
            f"The file is damaged: it says that it has {stated:,} rows where it has {behind - run[0].before:,}",
            where=piece.file.path,
            fix="Write the file again.",
        )


def _check_unchanged(piece: Footer, parquet: pq.ParquetFile, columns: Sequence[str]) -> None:
    """Make sure that the file still has the rows and columns that were seen before."""
    metadata = parquet.metadata
    rows = [
        metadata.row_group(group.number).num_rows if group.number < metadata.num_row_groups else None
        for group in piece.groups
    ]
    if rows != [group.stored for group in piece.groups] or not set(columns) <= set(
        parquet.schema_arrow.names
    ):
        raise changed(piece.file.path)
