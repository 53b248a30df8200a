"""Reads CSV: every data line becomes exactly one row, with its text kept as it stands in the file."""

import csv
from collections.abc import Sequence
from functools import partial

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as f

from footfall.engines.spark.workers import are_here
from footfall.errors import InputError
from footfall.local_time import LocalTime
from footfall.read.pings.columns import Source, check_columns, mapped
from footfall.read.pings.csv.lines import LineReader
from footfall.read.pings.csv.ranges import STYLES, CsvRanges, after_header
from footfall.read.pings.files import DataFile, first_bytes
from footfall.settings import PingSettings

LONGEST_LINE = 1 << 20
"""Longer lines, in bytes, are torn by definition: they are kept as raw text and not taken apart."""

PACKED = (".gz", ".bz2", ".deflate", ".snappy", ".lz4", ".zst")
"""Endings by which Hadoop knows packed files."""

_FIRST_LOOK = 1 << 16
_LAST_LOOK = 1 << 24
_NO_SEPARATOR, _NO_QUOTE, _NO_ESCAPE = "\ufdd0", "\ufdd1", "\ufdd2"  # Unicode keeps these out of texts
_FOREIGN = {
    b"\x1f\x8b": "gzip: its name must end in .gz",
    b"PK\x03\x04": "a zip archive: unpack it",
    b"PAR1": "Parquet: set pings.format to parquet",
    b"\xff\xfe": "UTF-16 text: write it as UTF-8",
    b"\xfe\xff": "UTF-16 text: write it as UTF-8",
}


def read_csv(spark: SparkSession, files: Sequence[DataFile], pings: PingSettings) -> list[Source]:
    """Read CSV files, those with the same header together.

    Lines end with LF, CRLF or CR; a line break inside quotes is not supported and gives two torn rows. Lines of
    white space only are not rows. The first other line of each file is its header. Text is UTF-8; a byte that is
    not becomes U+FFFD.

    Returns:
        One source for each header, with text columns named by the parts of a ping; a file without any data line
        is in none.

    Raises:
        InputError: A file cannot be read, is not CSV, or lacks a mapped column or has it twice.
    """
    groups: dict[tuple[str, ...], list[DataFile]] = {}
    ends: dict[DataFile, int] = {}
    for file in files:
        header, ends[file], has_rows = _look(spark, file, pings.delimiter)
        if header:
            check_columns(header, mapped(pings.columns), file.path, _other_delimiter(header, pings.delimiter))
        if has_rows:
            groups.setdefault(header, []).append(file)
    return [
        Source(
            tuple(group),
            partial(_rows, spark, group, header, pings),
            _ranges(spark, {file: ends[file] for file in group}, header, pings),
        )
        for header, group in sorted(groups.items(), key=lambda item: item[1][0].path)
    ]


def _ranges(
    spark: SparkSession, header_ends: dict[DataFile, int], header: tuple[str, ...], pings: PingSettings
) -> CsvRanges | None:
    """The files for the tasks to read by themselves, where these can find the files and know how times are written."""
    files = [(file.local, end, file.bytes) for file, end in header_ends.items() if file.local and end]
    plain = not any(file.name.lower().endswith(PACKED) for file in header_ends)
    known = pings.time_format in (STYLES if pings.columns.at else ("auto", "iso"))
    if not (
        are_here(spark) and plain and known and pings.delimiter.isascii() and len(files) == len(header_ends)
    ):
        return None
    columns = {part: header.index(name) for part, name in mapped(pings.columns).items()}
    reader = LineReader(pings.delimiter, len(header), columns, pings.time_format)
    zone = LocalTime.of(spark, pings.time_zone)
    return CsvRanges.of(files, reader, LONGEST_LINE, zone, spark.sparkContext.defaultParallelism)


def _look(spark: SparkSession, file: DataFile, delimiter: str) -> tuple[tuple[str, ...], int, bool]:
    """The names in a file's header, empty where there is none, the byte behind it, and whether a data line follows."""
    limit = _FIRST_LOOK
    while True:
        head = first_bytes(spark, file, limit)
        _refuse_foreign(head, file)
        complete = len(head) < limit
        text = head.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
        lines = [line for line in text.split("\n")[: None if complete else -1] if not _blank(line)]
        if len(lines) > 1 or complete:
            return (_names(lines[0], delimiter) if lines else ()), after_header(head), len(lines) > 1
        if limit >= _LAST_LOOK:
            return _names_of_long(lines, file, delimiter), 0, True
        limit *= 16


def _names_of_long(lines: list[str], file: DataFile, delimiter: str) -> tuple[str, ...]:
    if not lines:
        raise InputError(
            f"The first {_LAST_LOOK} bytes hold no line break", where=file.path, fix="Write one ping a line."
        )
    return _names(lines[0], delimiter)


def _blank(line: str) -> bool:
    """What Spark takes for a blank line: nothing but spaces and control characters."""
    return not line.strip("".join(map(chr, range(33))))


def _names(line: str, delimiter: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in next(csv.reader([line], delimiter=delimiter)))


def _refuse_foreign(head: bytes, file: DataFile) -> None:
    for magic, what in _FOREIGN.items():
        if head.startswith(magic):
            kind, fix = what.split(": ")
            raise InputError(
                f"The file is not CSV but {kind}", where=file.path, fix=f"{fix[0].upper()}{fix[1:]}."
            )


def _other_delimiter(header: tuple[str, ...], delimiter: str) -> str:
    """A hint where the header seems to be separated by another character."""
    if len(header) > 1:
        return ""
    found = next(
        (other for other in ("\t", ";", "|", ",") if other != delimiter and other in header[0]), None
    )
    return f" The header has {found!r}: is pings.delimiter right?" if found else ""


def _rows(
    spark: SparkSession, files: Sequence[DataFile], header: tuple[str, ...], pings: PingSettings
) -> DataFrame:
    return _fields(_lines(spark, files), header, pings)


def _lines(spark: SparkSession, files: Sequence[DataFile]) -> DataFrame:
    """The data lines, whole: Spark's CSV source skips the headers and splits big files, and finds no separator."""
    return spark.read.csv(
        [file.for_spark for file in files],
        schema="line string, torn string",
        header=True,
        enforceSchema=True,
        sep=_NO_SEPARATOR,
        quote=_NO_QUOTE,
        escape=_NO_ESCAPE,
        encoding="UTF-8",
        mode="PERMISSIVE",
        columnNameOfCorruptRecord="torn",
        recursiveFileLookup=True,
    ).select(f.coalesce("torn", "line").alias("given"), f.col("_metadata.file_path").alias("uri"))


def _fields(lines: DataFrame, header: tuple[str, ...], pings: PingSettings) -> DataFrame:
    """Take lines apart: `given`, `uri`, `torn`, and one text column for each mapped part of a ping."""
    split = lines.select("given", "uri", _split(f.col("given"), pings.delimiter).alias("fields"))
    rows = split.withColumn("fields", f.when(f.size("fields") == len(header), f.col("fields")))
    parts = {part: f.get("fields", f.lit(header.index(name))) for part, name in mapped(pings.columns).items()}
    torn = f.col("fields").isNull().alias("torn")
    return rows.select("given", "uri", torn, *(_unquoted(parts[part]).alias(part) for part in parts))


def _split(line: Column, delimiter: str) -> Column:
    """The fields of a line, quotes and all; null where quotes do not enclose whole fields."""
    literal = delimiter if delimiter.isalnum() or delimiter in ", \t;:" else f"\\{delimiter}"
    simple, any_field = (_field(literal, inside) for inside in (f'[^"{literal}]', '[^"]'))
    found = f.regexp_extract_all(f.concat(f.lit(delimiter), line), f.lit(f"{literal}({any_field})"), f.lit(1))
    pieces = f.split(line, literal, -1)
    return (
        f.when(f.octet_length(line) > LONGEST_LINE, None)
        .when(~f.contains(line, f.lit('"')), pieces)
        .when(line.rlike(rf"^{simple}(?:{literal}{simple})*+\z"), pieces)
        .when(line.rlike(rf"^{any_field}(?:{literal}{any_field})*+\z"), found)
    )


def _field(literal: str, inside: str) -> str:
    """The pattern of one field, for Java; possessive, so that no line is long enough to exhaust its stack."""
    return f'(?:"{inside}*+(?:""{inside}*+)*+"|[^"{literal}]*+)'


def _unquoted(field: Column) -> Column:
    inner = field.substr(f.lit(2), f.length(field) - 2)
    return f.when(f.startswith(field, f.lit('"')), f.replace(inner, f.lit('""'), f.lit('"'))).otherwise(field)
