"""Reads row groups in workers: only the columns of pings, in batches."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import pyarrow.parquet as pq

from footfall.read.pings.files import DataFile
from footfall.read.pings.parquet.footers import Footer, Group, Stored
from footfall.read.pings.parquet.opened import opened
from footfall.read.pings.parquet.parts import Reader
from footfall.read.pings.rows import Ints, Rows, Span, Unread
from footfall.read.pings.tasks import changed, dealt, share

ROWS_PER_BATCH = 1 << 18

FEWEST_ROWS, MOST_ROWS = 500_000, 4_000_000
"""From so many rows on a task is worth its start; above the second, too much is lost where one has to be repeated."""


@dataclass(frozen=True)
class Piece:
    """Row groups of a file that one task reads."""

    file: DataFile
    number: int
    stored: Mapping[str, Stored]
    groups: tuple[Group, ...]

    @property
    def rows(self) -> int:
        """How many rows they have."""
        return sum(group.rows for group in self.groups)


@dataclass(frozen=True)
class RowGroups:
    """A task: row groups of one or more files."""

    pieces: tuple[Piece, ...]
    reader: Reader

    @property
    def rows(self) -> int:
        """How many rows there are, as the files say."""
        return sum(piece.rows for piece in self.pieces)

    def read(self, unread: Sequence[Span]) -> Iterator[Rows | Unread]:
        """Read all rows, but for those of row groups whose instants all lie in one of the spans.

        Raises:
            InputError: A file is gone, was changed since it was looked at, or is damaged.
            InfrastructureError: A store does not answer.
        """
        for piece in self.pieces:
            wanted = [group for group in piece.groups if not _lies_in(group, unread)]
            passed_over = piece.rows - sum(group.rows for group in wanted)
            if passed_over:
                yield Unread(passed_over)
            if wanted:
                yield from self._read(piece, wanted)

    def _read(self, piece: Piece, wanted: Sequence[Group]) -> Iterator[Rows]:
        with opened(piece.file) as parquet:
            columns = [each.column for each in piece.stored.values() if each.column is not None]
            _check_unchanged(piece, parquet, columns)
            for run in _runs(wanted):
                before = run[0].before
                numbers = [group.number for group in run]
                for batch in parquet.iter_batches(ROWS_PER_BATCH, numbers, columns, use_threads=False):
                    yield self.reader.rows(piece.number, piece.stored, batch, _lines_after(before))
                    before += len(batch)


def deal(footers: Mapping[int, Footer], reader: Reader, workers: int) -> tuple[RowGroups, ...]:
    """Neighbouring row groups together in a task, and large tasks first, so that none is left over at the end.

    Args:
        footers: What the files say, by their numbers.
        reader: How their rows are read.
        workers: How many tasks run at once.
    """
    groups = [(number, group) for number, footer in footers.items() for group in footer.groups]
    sizes = [group.rows for _, group in groups]
    size = share(sum(sizes), FEWEST_ROWS, MOST_ROWS, workers)
    tasks = [RowGroups(tuple(_pieces(same, footers)), reader) for same in dealt(groups, sizes, size)]
    return tuple(sorted(tasks, key=lambda task: -task.rows))


def _pieces(groups: Sequence[tuple[int, Group]], footers: Mapping[int, Footer]) -> Iterator[Piece]:
    """Row groups, given with the number of their file, by file."""
    for number, of_file in groupby(groups, lambda pair: pair[0]):
        footer = footers[number]
        yield Piece(footer.file, number, footer.stored, tuple(group for _, group in of_file))


def _lies_in(group: Group, spans: Sequence[Span]) -> bool:
    return group.instants is not None and any(
        begin <= group.instants[0] and group.instants[1] <= end for begin, end in spans
    )


def _runs(groups: Sequence[Group]) -> Iterator[list[Group]]:
    """Groups that follow each other, together: small ones share a batch."""
    for _, run in groupby(enumerate(groups), lambda pair: pair[1].number - pair[0]):
        yield [group for _, group in run]


def _lines_after(before: int) -> Callable[[Ints], Ints]:
    return lambda rows: rows + (before + 1)


def _check_unchanged(piece: Piece, parquet: pq.ParquetFile, columns: Sequence[str]) -> None:
    """Make sure that the file still has the rows and columns that were seen before."""
    metadata = parquet.metadata
    rows = [
        metadata.row_group(group.number).num_rows if group.number < metadata.num_row_groups else None
        for group in piece.groups
    ]
    if rows != [group.rows for group in piece.groups] or not set(columns) <= set(parquet.schema_arrow.names):
        raise changed(piece.file.path)
