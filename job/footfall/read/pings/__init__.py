"""Reads pings from CSV, Parquet or a table of Iceberg, one row for each ping that is there, sound or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

from pyspark.sql import DataFrame, SparkSession

from footfall.errors import InputError
from footfall.read.pings.columns import Source
from footfall.read.pings.csv.ranges import CsvRanges
from footfall.read.pings.csv.rows import read_csv
from footfall.read.pings.files import DataFile, find_files
from footfall.read.pings.iceberg import read_iceberg
from footfall.read.pings.instants import check_format
from footfall.read.pings.parquet.row_groups import RowGroups
from footfall.read.pings.parquet.rows import read_parquet
from footfall.read.pings.typed_rows import typed_rows
from footfall.schema import InputFile
from footfall.settings import PingSettings

_TEXT = (".csv", ".tsv", ".psv", ".txt")
_ENDINGS = {
    "csv": tuple(ending + packed for ending in _TEXT for packed in ("", ".gz", ".bz2")),
    "parquet": (".parquet", ".parq", ".pq"),
}
_READERS = {"csv": read_csv, "parquet": read_parquet}

BYTES_PER_PING = {"csv": 60, "parquet": 20, "iceberg": 20}
"""Of packed files, at least; to guess how many pings there are."""


@dataclass(frozen=True)
class PingInput:
    """Pings as they were read.

    `files` are those that were looked at; `format` is csv, parquet or iceberg; `notes` say in sentences what was passed
    over.
    """

    sources: tuple[Source, ...]
    settings: PingSettings
    files: tuple[InputFile, ...]
    format: str
    notes: tuple[str, ...]

    @cached_property
    def rows(self) -> DataFrame:
        """All pings: PINGS_READ, lazy."""
        return _together([typed_rows(source.rows(), self.settings) for source in self.sources])

    @property
    def by_tasks(self) -> tuple[RowGroups | CsvRanges, ...]:
        """Those that tasks read by themselves."""
        return tuple(source.groups for source in self.sources if source.groups)

    @cached_property
    def by_spark(self) -> DataFrame | None:
        """The others, if any: PINGS_READ, lazy."""
        others = [source for source in self.sources if not source.groups]
        return _together([typed_rows(source.rows(), self.settings) for source in others]) if others else None

    @property
    def about(self) -> int:
        """How many pings there are: what the files say, else a guess by their size."""
        if self.by_spark is None and self.format == "parquet":
            return sum(groups.rows for groups in self.by_tasks)
        return sum(file.bytes for file in self.files) // BYTES_PER_PING[self.format]


def read_pings(spark: SparkSession, pings: PingSettings) -> PingInput:
    """Read pings from a file, a folder with all folders below it, a glob, or several of these.

    In folders and globs the files whose names belong to the format are read, or all if there are none of these and
    the format is named; hidden files (`.x`, `_x`) never are. The session's time zone must be UTC.

    Returns:
        The pings: every data line of CSV and every record of Parquet is one row, whatever columns are selected.

    Raises:
        InputError: No file is there, a file is not what it should be or lacks a column, or no file holds a row.
        SettingsError: Spark does not know the time zone, or cannot read the pattern in `pings.time_format`.
    """
    check_format(spark, pings.time_format, pings.time_zone)
    kind, found, files, sources = _sources(spark, pings)
    if not sources:
        what = f"No file holds a row: {_some(files)}"
        raise InputError(what, where="pings.path", fix="Name files with at least one ping below the header.")
    wanted = set(files)
    filled = {file for source in sources for file in source.files}
    return PingInput(
        sources=tuple(sources),
        settings=pings,
        files=tuple(InputFile(file.path, file.bytes, file.version) for file in files),
        format=kind,
        notes=(
            *(f"{file.path} holds no row." for file in files if file not in filled),
            *_passed_over([file for file in found if file not in wanted], kind),
        ),
    )


def _sources(
    spark: SparkSession, pings: PingSettings
) -> tuple[str, Sequence[DataFile], Sequence[DataFile], list[Source]]:
    """The format, what was found, what of it is read, and the rows."""
    if pings.format == "iceberg":
        table, sources = read_iceberg(spark, pings)
        return "iceberg", [table], [table], sources
    found = find_files(spark, [pings.path] if isinstance(pings.path, str) else pings.path)
    kind = _format(found, pings.format)
    files = _of_format(found, kind, named=pings.format != "auto")
    return kind, found, files, _READERS[kind](spark, files, pings)


def _together(tables: list[DataFrame]) -> DataFrame:
    return reduce(DataFrame.unionByName, tables)


def _format(files: Sequence[DataFile], named: str) -> str:
    if named != "auto":
        return named
    kinds = {
        kind: [file for file in files if file.name.lower().endswith(_ENDINGS[kind])] for kind in _ENDINGS
    }
    there = [kind for kind, those in kinds.items() if those]
    if len(there) == 1:
        return there[0]
    endings = ", ".join(ending for kind in _ENDINGS for ending in _ENDINGS[kind])
    what = "Both CSV and Parquet files are there" if there else "No file name says what format it has"
    raise InputError(
        f"{what}: {_some([those[0] for those in kinds.values() if those] or files)}",
        where="pings.path",
        fix=f"Set pings.format to csv or parquet. Known endings: {endings}",
    )


def _of_format(files: Sequence[DataFile], kind: str, *, named: bool) -> list[DataFile]:
    """The files to read: those named one by one, and among listed ones those whose name belongs to the format."""
    fitting = [file for file in files if not file.listed or file.name.lower().endswith(_ENDINGS[kind])]
    return fitting or (list(files) if named else [])


def _passed_over(files: Sequence[DataFile], kind: str) -> tuple[str, ...]:
    if not files:
        return ()
    plural = "files were" if len(files) > 1 else "file was"
    return (f"{len(files)} other {plural} not read, the name does not belong to {kind}: {_some(files)}.",)


def _some(files: Sequence[DataFile], most: int = 5) -> str:
    rest = f" and {len(files) - most} more" if len(files) > most else ""
    return ", ".join(file.path for file in files[:most]) + rest
