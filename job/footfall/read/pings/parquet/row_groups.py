"""Reads Parquet inside Spark's Python workers: only the columns of pings, and no row passes through Java.

That is possible for the files that `footers` finds plain; all others are read by Spark.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession

from footfall.read.pings.files import unreadable
from footfall.read.pings.parquet.footers import FAILURES, Footer, chunk
from footfall.read.pings.tasks import changed, dealt, frame, share

ROWS_PER_BATCH = 1 << 18

FEWEST_ROWS, MOST_ROWS = 500_000, 4_000_000
"""From so many rows on a task is worth its start; above the second, too much is lost where one has to be repeated."""

Spans = Sequence[tuple[int, int]]
_PLAIN = pa.schema(
    [
        ("device", pa.string()),
        ("at", pa.timestamp("us", "UTC")),
        *((name, pa.float64()) for name in ("lon", "lat", "accuracy")),
    ]
)


@dataclass(frozen=True)
class Piece:
    """Row groups of a file that one task reads."""

    path: str
    groups: tuple[int, ...]
    rows: int


@dataclass(frozen=True)
class RowGroups:
    """Parquet files that the tasks can read by themselves: the pieces of each task, and the names of the columns."""

    tasks: tuple[tuple[Piece, ...], ...]
    columns: dict[str, str]

    @classmethod
    def of(cls, footers: Sequence[Footer], columns: dict[str, str], cores: int) -> "RowGroups":
        """Neighbouring row groups together in a task, and large tasks first, so that none is left over at the end."""
        groups = [(file.path, i, rows) for file in footers for i, rows in enumerate(file.group_rows)]
        sizes = [rows for *_, rows in groups]
        size = share(sum(sizes), FEWEST_ROWS, MOST_ROWS, cores)
        tasks = [tuple(_pieces(same)) for same in dealt(groups, sizes, size)]
        return cls(tuple(sorted(tasks, key=lambda task: -sum(piece.rows for piece in task))), columns)

    @property
    def rows(self) -> int:
        """How many rows there are, as the files say."""
        return sum(piece.rows for task in self.tasks for piece in task)

    def frame(self, spark: SparkSession) -> DataFrame:
        """One row and one partition for each task: its number."""
        return frame(spark, len(self.tasks))

    def read(self, numbers: Iterable[pa.RecordBatch], unread: Spans = ()) -> Iterator[pa.RecordBatch]:
        """The rows of the tasks with these numbers.

        Args:
            numbers: Rows of `frame`.
            unread: Spans in microseconds, each end exclusive. Of a row group whose instants all lie in one of them
                only the number of rows matters: they come without values, at the first of these instants.

        Returns:
            Columns device (text), at (microseconds, UTC), lon, lat and, if it is mapped, accuracy.

        Raises:
            InputError: A file is no longer there or as it was, or is damaged.
        """
        for batch in numbers:
            for number in batch.column(0).to_pylist():
                for piece in self.tasks[number]:
                    try:
                        yield from self._read(piece, unread)
                    except FAILURES as failure:
                        raise unreadable(piece.path, failure) from failure

    def _read(self, piece: Piece, unread: Spans) -> Iterator[pa.RecordBatch]:
        with pq.ParquetFile(piece.path) as file:
            names = list(dict.fromkeys(self.columns.values()))
            _check_unchanged(piece, file, names)
            wanted = []
            for i in piece.groups:
                instants = _instants(file, i, self.columns["at"])
                if instants and any(begin <= instants[0] and instants[1] < end for begin, end in unread):
                    yield from self._without_values(instants[0], file.metadata.row_group(i).num_rows)
                else:
                    wanted.append(i)
            if not wanted:
                return  # no row groups would mean all of them
            for batch in file.iter_batches(ROWS_PER_BATCH, wanted, names, use_threads=False):
                columns = [_plain(part, batch.column(name)) for part, name in self.columns.items()]
                yield pa.RecordBatch.from_arrays(columns, names=list(self.columns))

    def _without_values(self, at: int, rows: int) -> Iterator[pa.RecordBatch]:
        fields = [_PLAIN.field(part) for part in self.columns]
        instant = pa.scalar(at, pa.int64()).cast(_PLAIN.field("at").type)
        for start in range(0, rows, ROWS_PER_BATCH):
            n = min(ROWS_PER_BATCH, rows - start)
            columns = [
                pa.repeat(instant, n) if field.name == "at" else pa.nulls(n, field.type) for field in fields
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=pa.schema(fields))


def _pieces(groups: Sequence[tuple[str, int, int]]) -> Iterator[Piece]:
    """Row groups, given as path, number and rows, by file."""
    for path, of_file in groupby(groups, lambda group: group[0]):
        _, numbers, rows = zip(*of_file, strict=True)
        yield Piece(path, numbers, sum(rows))


def _instants(file: pq.ParquetFile, group: int, name: str) -> tuple[int, int] | None:
    """The first and last instant of a row group in microseconds; None where they are not told, or some are null."""
    told = chunk(file, group, name).statistics
    if told is None or not told.has_min_max or not told.has_null_count or told.null_count:
        return None
    factor = 1000 if file.schema_arrow.field(name).type.unit == "ms" else 1
    return told.min_raw * factor, told.max_raw * factor


def _check_unchanged(piece: Piece, file: pq.ParquetFile, names: list[str]) -> None:
    """Make sure that the file still has the rows and columns that were seen before."""
    rows = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
    same = sum(rows[i] for i in piece.groups if i < len(rows)) == piece.rows
    if not same or not set(names) <= set(file.schema_arrow.names):
        raise changed(piece.path)


def _plain(part: str, column: pa.Array) -> pa.Array:
    """A column as `clean.judge_batch` takes it."""
    wanted = _PLAIN.field(part).type
    if column.type == wanted or (part == "device" and pa.types.is_large_string(column.type)):
        return column
    if part == "at":
        column = column.cast(pa.timestamp("us", column.type.tz))
        return column.view(pa.int64()).cast(wanted)
    return pc.cast(column, wanted, safe=False)  # whole metres beyond 2^53 are rounded, as Spark does
