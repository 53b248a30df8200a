"""Reads Parquet: every record becomes one row, with its mapped columns kept as JSON."""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as f
from pyspark.sql import types as t

from footfall.engines.spark.files import JAVA_FAILURES, hadoop_path, hadoop_settings
from footfall.engines.spark.workers import are_here
from footfall.errors import InputError
from footfall.read.pings.columns import Source, check_columns, mapped
from footfall.read.pings.files import DataFile, readable_path, unreadable
from footfall.read.pings.parquet.footers import Footer, footer
from footfall.read.pings.parquet.row_groups import RowGroups
from footfall.settings import PingSettings

_FROM_PATH, _GROUP = "partition", "group"
_PLAIN = {
    "BOOLEAN": "boolean",
    "INT32": "integer",
    "INT64": "long",
    "INT96": "timestamp",
    "FLOAT": "float",
    "DOUBLE": "double",
    "BINARY": "string",
    "FIXED_LEN_BYTE_ARRAY": "binary",
}
_UNSIGNED = {"INTEGER(32,false)": "long", "INTEGER(64,false)": "decimal(20,0)"}
_NUMBERS = {"integer", "long", "float", "double", "decimal"}
_MICROS = {"MILLIS": Decimal(1000), "MICROS": Decimal(1), "NANOS": Decimal("0.001")}


def read_parquet(spark: SparkSession, files: Sequence[DataFile], pings: PingSettings) -> list[Source]:
    """Read Parquet files, those whose mapped columns have the same types together; the types may differ between files.

    Each footer is read once: by Arrow where the tasks can read the file by themselves, else by Java.

    A mapped column may also come from folder names such as `day=2023-03-01`. Timestamps that are not adjusted to UTC
    are wall times.

    Returns:
        One source for each set of types, without the files that hold no record.

    Raises:
        InputError: A file is not Parquet, lacks a mapped column, or holds one of a type that cannot be what it is
            mapped to.
    """
    names, utc = mapped(pings.columns), pings.time_zone == "UTC"
    here = are_here(spark)
    by_tasks: dict[tuple[str, ...], list[tuple[DataFile, Footer]]] = {}
    by_spark: dict[tuple[str, ...], list[DataFile]] = {}
    for file in files:
        plain = footer(file, names, utc) if here else None
        if plain is None:
            kinds, records = _footer(spark, file, names)
            if records:
                by_spark.setdefault(kinds, []).append(file)
        elif plain.rows:
            by_tasks.setdefault(plain.kinds, []).append((file, plain))
    return [
        *(_plain_source(spark, group, kinds, pings) for kinds, group in sorted(by_tasks.items())),
        *(
            Source(tuple(group), partial(_rows, spark, group, kinds, pings))
            for kinds, group in sorted(by_spark.items())
        ),
    ]


def _plain_source(
    spark: SparkSession, group: list[tuple[DataFile, Footer]], kinds: tuple[str, ...], pings: PingSettings
) -> Source:
    files, footers = zip(*group, strict=True)
    groups = RowGroups.of(footers, mapped(pings.columns), spark.sparkContext.defaultParallelism)
    return Source(files, partial(_rows, spark, files, kinds, pings), groups)


def _footer(spark: SparkSession, file: DataFile, wanted: dict[str, str]) -> tuple[tuple[str, ...], int]:
    """How each wanted column is stored in a file, and how many records the file has."""
    parquet: Any = spark.sparkContext._jvm.org.apache.parquet.hadoop  # type: ignore[union-attr]
    try:
        source = parquet.util.HadoopInputFile.fromPath(hadoop_path(spark, file.path), hadoop_settings(spark))
        reader = parquet.ParquetFileReader.open(source)
        try:
            records = int(reader.getRecordCount())
            message = reader.getFooter().getFileMetaData().getSchema()
        finally:
            reader.close()
    except JAVA_FAILURES as failure:
        raise unreadable(file.path, failure, "The file is not Parquet, or is damaged") from failure
    present = [field.getName() for field in message.getFields()]
    in_path = [name for name, _ in _partitions(file)]
    check_columns([*present, *(name for name in in_path if name not in present)], wanted, file.path)
    kinds = (
        _kind(message.getType(name), part, file) if name in present else _FROM_PATH
        for part, name in wanted.items()
    )
    return tuple(kinds), records


def _partitions(file: DataFile) -> list[tuple[str, str]]:
    folders = file.path.split("/")[:-1]
    pairs = (folder.partition("=") for folder in folders)
    return [(name, value) for name, equals, value in pairs if name and equals]


def _kind(field: Any, part: str, file: DataFile) -> str:
    """The Spark type that a column is read as, followed by what it stands for where that is another type."""
    physical = str(field.asPrimitiveType().getPrimitiveTypeName()) if field.isPrimitive() else "GROUP"
    annotation = field.getLogicalTypeAnnotation()
    logical = "" if annotation is None else str(annotation.toString())
    kind = _GROUP if str(field.getRepetition()) == "REPEATED" else _spark_kind(physical, logical)
    check_kind(kind, part, str(field.getName()), file.path, told=f"{physical} {logical}".rstrip())
    return kind


def check_kind(kind: str, part: str, column: str, where: str, told: str = "") -> None:
    """Make sure that a column of this type can be this part of a ping.

    Raises:
        InputError: It cannot; `told` is how the file itself names the type.
    """
    if not _fits(kind, part):
        raise InputError(
            f"The column `{column}` cannot be a ping's {part}: its type is {told or kind}",
            where=where,
            fix="Map another column, or write this one as text, a number or a timestamp.",
        )


def _spark_kind(physical: str, logical: str) -> str:
    name, _, arguments = logical.rstrip(")").partition("(")
    if name in ("TIMESTAMP", "TIME"):
        unit, _, adjusted = arguments.partition(",")
        what = name.lower() if name == "TIME" or adjusted == "true" else "timestamp_ntz"
        return what if name == "TIMESTAMP" and unit != "NANOS" else f"{_PLAIN[physical]} {what} {unit}"
    if name == "DECIMAL":
        return f"decimal({arguments})"
    if name == "DATE":
        return "date"
    return _UNSIGNED.get(logical, _PLAIN.get(physical, _GROUP))


def _fits(kind: str, part: str) -> bool:
    """Whether values of a type can be this part of a ping."""
    stands_for = kind.split(" ")[1] if " " in kind else kind.split("(")[0]
    allowed = {
        "at": {*_NUMBERS, "timestamp", "timestamp_ntz"},
        "time": {"time"},
        "device": {*_PLAIN.values(), *_NUMBERS, "date", "timestamp_ntz"},
    }
    allowed["date"] = {"date", "timestamp_ntz", "integer", "long"}
    return stands_for in {"string", _FROM_PATH, *allowed.get(part, _NUMBERS)} - {_GROUP}


def _rows(
    spark: SparkSession, files: Sequence[DataFile], kinds: tuple[str, ...], pings: PingSettings
) -> DataFrame:
    names = mapped(pings.columns)
    stored = dict(zip(names, kinds, strict=True))
    schema = t.StructType()
    for part, kind in stored.items():
        if kind != _FROM_PATH:
            schema.add(names[part], kind.split(" ")[0])
    uri = f.col("_metadata.file_path")
    values = {
        part: _from_path(uri, names[part]) if kind == _FROM_PATH else _quoted(names[part])
        for part, kind in stored.items()
    }
    read = spark.read.schema(schema).option("recursiveFileLookup", True)
    return read.parquet(*(file.for_spark for file in files)).select(
        f.struct(*(value.alias(names[part]) for part, value in values.items())).alias("given"),
        uri.alias("uri"),
        f.lit(False).alias("torn"),
        *(_value(values[part], part, kind).alias(part) for part, kind in stored.items()),
    )


def _quoted(name: str) -> Column:
    return f.col("`" + name.replace("`", "``") + "`")


def _from_path(uri: Column, name: str) -> Column:
    """The value of a partition column, as text, from the names of the folders."""
    escaped = f.regexp_extract(readable_path(uri), rf"/\Q{name}\E=([^/]*)/", 1)
    text = f.url_decode(f.replace(escaped, f.lit("+"), f.lit("%2B")))
    return f.when(text != "__HIVE_DEFAULT_PARTITION__", text)


def _value(stored: Column, part: str, kind: str) -> Column:
    """A stored value as what it stands for."""
    if kind == "binary":
        return f.lower(f.hex(stored))
    if " " in kind:
        _, what, unit = kind.split(" ")
        micros = f.floor(stored.cast("decimal(20,0)") * f.lit(_MICROS[unit])).cast("long")
        instant = f.timestamp_micros(micros)
        stored = f.date_format(instant, "HH:mm:ss.SSSSSS") if what == "time" else instant.cast(what)
    return stored.cast("date") if part == "date" and "timestamp_ntz" in kind else stored
