"""Reads pings from a table of Apache Iceberg, as it is when the run begins."""

from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

from footfall.engines.spark.files import causes_of, store_failures
from footfall.errors import InputError
from footfall.read.pings.columns import Source, check_columns, mapped
from footfall.read.pings.files import DataFile
from footfall.read.pings.parquet.rows import check_kind
from footfall.settings import CATALOG, PingSettings


def read_iceberg(spark: SparkSession, pings: PingSettings) -> tuple[DataFile, list[Source]]:
    """Read the snapshot of a table that is current now.

    Returns:
        The table as one input, `version` being the snapshot, and its pings, or no source where it holds none.

    Raises:
        InputError: There is no such table, or it lacks a column, or holds one of a type that cannot be what it is
            mapped to.
        InfrastructureError: The catalog or the store does not answer.
    """
    name, wanted = str(pings.path), mapped(pings.columns)
    with store_failures(InputError, "The pings cannot be read", f"pings.path: table {name}"):
        snapshot = _snapshot(spark, name)
        if snapshot is None:
            return DataFile(f"iceberg:{name}", 0, listed=False), []
        told = snapshot.summary()
        rows = spark.read.option("versionAsOf", snapshot.snapshotId()).table(f"{CATALOG}.{name}")
    file = DataFile(
        f"iceberg:{name}",
        int(told.get("total-files-size") or 0),
        listed=False,
        version=str(snapshot.snapshotId()),
    )
    check_columns(rows.columns, wanted, file.path)
    for part, column in wanted.items():
        check_kind(rows.schema[column].dataType.typeName(), part, column, file.path)
    columns = {part: f.col("`" + column.replace("`", "``") + "`") for part, column in wanted.items()}
    parts = {
        part: f.lower(f.hex(column)) if rows.schema[wanted[part]].dataType.typeName() == "binary" else column
        for part, column in columns.items()
    }
    given = f.struct(*(parts[part].alias(wanted[part]) for part in wanted)).alias("given")
    torn = f.lit(False).alias("torn")
    read = rows.select(
        given, f.col("_file").alias("uri"), torn, *(column.alias(part) for part, column in parts.items())
    )
    return file, [Source((file,), lambda: read)] if int(told.get("total-records") or 1) else []


def _snapshot(spark: SparkSession, name: str) -> Any:
    """The current snapshot of the table, a Java object; None where the table was never written."""
    jvm: Any = spark.sparkContext._jvm
    java: Any = spark._jsparkSession
    catalog = java.sessionState().catalogManager().catalog(CATALOG).icebergCatalog()
    try:
        table = catalog.loadTable(jvm.org.apache.iceberg.catalog.TableIdentifier.parse(name))
    except Py4JJavaError as failure:
        if "NoSuch" not in causes_of(failure):
            raise
        raise InputError(
            f"There is no table {name} in the catalog",
            where="pings.path",
            fix="Correct the name, as database.table, or the settings catalog.*.",
        ) from failure
    return table.currentSnapshot()
