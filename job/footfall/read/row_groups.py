"""Reads Parquet inside Spark's Python workers: only the columns of pings, and no row passes through Java.

That is possible for local files whose columns need no interpretation; all others are read by Spark.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession

from footfall.errors import InputError
from footfall.read.files import DataFile, unreadable

ROWS_PER_TASK = 1_000_000
"""Row groups of one file are read by one task up to that many rows."""

ROWS_PER_BATCH = 1 << 18

Spans = Sequence[tuple[int, int]]
_Item = TypeVar("_Item")
_DEVICES = (pa.types.is_string, pa.types.is_large_string, pa.types.is_int32, pa.types.is_int64)
_DEGREES = (pa.types.is_float64, pa.types.is_float32)
_METRES = (*_DEGREES, pa.types.is_int32, pa.types.is_int64)
_CODECS = ("UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "LZ4")  # LZ4_RAW; Spark reads all of these too
_JULIAN = b"org.apache.spark.legacyDateTime"
_FAILURES = (OSError, pa.ArrowException)
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

    @property
    def rows(self) -> int:
        """How many rows there are, as the files say."""
        return sum(piece.rows for task in self.tasks for piece in task)

    def frame(self, spark: SparkSession) -> DataFrame:
        """One row and one partition for each task: its number."""
        return spark.range(0, len(self.tasks), 1, len(self.tasks))

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
                    except _FAILURES as failure:
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


def row_groups(files: Sequence[DataFile], names: dict[str, str], zone_is_utc: bool) -> RowGroups | None:
    """The row groups of files, if tasks can read all of them by themselves.

    Args:
        files: Parquet files that hold the mapped columns.
        names: The column of each part of a ping.
        zone_is_utc: Whether timestamps without a zone are UTC.

    Returns:
        None if a file is not local, or a column's type asks for more than a cast that loses nothing.
    """
    if "at" not in names or not all(file.local for file in files):
        return None
    pieces = []
    for file in files:
        try:
            with pq.ParquetFile(file.local) as opened:
                if not _suits(opened, names, zone_is_utc):
                    return None
                pieces += _pieces(str(file.local), opened.metadata)
        except _FAILURES as failure:
            raise unreadable(file.path, failure) from failure
    return RowGroups(_tasks(pieces), names)


def _suits(file: pq.ParquetFile, names: dict[str, str], zone_is_utc: bool) -> bool:
    schema = file.schema_arrow
    if any(name not in schema.names for name in names.values()) or _JULIAN in (file.metadata.metadata or {}):
        return False  # a column comes from the path, or years before 1582 need another calendar
    kinds = {part: schema.field(name).type for part, name in names.items()}
    fits = {"device": _DEVICES, "lon": _DEGREES, "lat": _DEGREES, "accuracy": _METRES}
    if not all(any(is_kind(kinds[part]) for is_kind in fits[part]) for part in kinds if part != "at"):
        return False
    chunks = [
        _chunk(file, i, name)
        for i in range(file.metadata.num_row_groups)
        for name in dict.fromkeys(names.values())
    ]
    return _is_instant(kinds["at"], zone_is_utc) and all(chunk.compression in _CODECS for chunk in chunks)


def _chunk(file: pq.ParquetFile, group: int, name: str) -> pq.ColumnChunkMetaData:
    """The part of a column that lies in a row group; nested columns have dots in their paths."""
    columns = file.metadata.row_group(group)
    return next(c for c in map(columns.column, range(columns.num_columns)) if c.path_in_schema == name)


def _instants(file: pq.ParquetFile, group: int, name: str) -> tuple[int, int] | None:
    """The first and last instant of a row group in microseconds; None where they are not told, or some are null."""
    told = _chunk(file, group, name).statistics
    if told is None or not told.has_min_max or not told.has_null_count or told.null_count:
        return None
    factor = 1000 if file.schema_arrow.field(name).type.unit == "ms" else 1
    return told.min_raw * factor, told.max_raw * factor


def _check_unchanged(piece: Piece, file: pq.ParquetFile, names: list[str]) -> None:
    """Make sure that the file still has the rows and columns that were seen before."""
    rows = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
    same = sum(rows[i] for i in piece.groups if i < len(rows)) == piece.rows
    if not same or not set(names) <= set(file.schema_arrow.names):
        fix = "Run again when nothing writes to it any more."
        raise InputError("The file was changed while it was read", where=piece.path, fix=fix)


def _is_instant(kind: pa.DataType, zone_is_utc: bool) -> bool:
    if not pa.types.is_timestamp(kind) or kind.unit not in ("us", "ms"):
        return False
    return kind.tz is not None or zone_is_utc


def _pieces(path: str, metadata: pq.FileMetaData) -> list[Piece]:
    """Row groups in a row, as many together as make a task worth its start."""
    sizes = [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]
    return [
        Piece(path, tuple(groups), sum(sizes[i] for i in groups))
        for groups in _together(range(len(sizes)), sizes)
    ]


def _tasks(pieces: list[Piece]) -> tuple[tuple[Piece, ...], ...]:
    """Small pieces together, and large tasks first, so that no task is left over at the end."""
    tasks = _together(pieces, [piece.rows for piece in pieces])
    return tuple(sorted(map(tuple, tasks), key=lambda task: -sum(piece.rows for piece in task)))


def _together(items: Sequence[_Item], rows: Sequence[int]) -> list[list[_Item]]:
    """Neighbours in groups that begin within the same ROWS_PER_TASK rows."""
    begin = [n // ROWS_PER_TASK for n in accumulate(rows, initial=0)]
    numbered = groupby(zip(begin, items, strict=False), lambda pair: pair[0])
    return [[item for _, item in group] for _, group in numbered]


def _plain(part: str, column: pa.Array) -> pa.Array:
    """A column as `clean.judge_batch` takes it."""
    wanted = _PLAIN.field(part).type
    if column.type == wanted or (part == "device" and pa.types.is_large_string(column.type)):
        return column
    if part == "at":
        column = column.cast(pa.timestamp("us", column.type.tz))
        return column.view(pa.int64()).cast(wanted)
    return pc.cast(column, wanted, safe=False)  # whole metres beyond 2^53 are rounded, as Spark does
