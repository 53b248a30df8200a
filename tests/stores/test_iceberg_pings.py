"""Pings that are rows of an Iceberg table: read as they were when the run began."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from footfall.errors import InputError
from footfall.read.pings import read_pings
from footfall.read.pings.rows import Rows
from footfall.settings import Catalog, PingSettings
from tests.run.conftest import PLACES, on_spark, runner
from tests.stores.lake import Bucket
from tests.stores.test_whole_runs import published

ROWS = [
    # device, when, lon, lat; the last has no longitude
    ("d1", "2023-03-01T10:00:00Z", 0.5, 0.5),
    ("d1", "2023-03-01T10:10:00Z", 0.5, 0.5),
    ("d2", "2023-03-01T11:00:00Z", 0.25, 0.25),
    ("d3", "2023-03-01T12:00:00Z", 2.5, 0.5),
    ("d4", "2023-03-01T12:00:00Z", None, 0.5),
]


@pytest.fixture
def table(lake: SparkSession, bucket: Bucket) -> str:
    """A table of these rows, with column names of its own."""
    lake.sql(f"CREATE DATABASE IF NOT EXISTS lake.{bucket.database}")
    name, place = f"{bucket.database}.seen", f"s3://{bucket.name}/seen"
    columns = "who STRING, seen_at TIMESTAMP, x DOUBLE, y DOUBLE"
    lake.sql(f"CREATE TABLE lake.{name} ({columns}) USING iceberg LOCATION '{place}'")
    rows = lake.createDataFrame(ROWS, "who string, at string, x double, y double")
    rows.selectExpr("who", "cast(at as timestamp) seen_at", "x", "y").writeTo(f"lake.{name}").append()
    return name


def pings(table: str) -> dict[str, Any]:
    """The settings that read it."""
    columns = {"device": "who", "at": "seen_at", "lon": "x", "lat": "y"}
    return {"path": table, "format": "iceberg", "columns": columns}


def test_the_rows_are_counted_and_the_manifest_names_the_snapshot(
    lake: SparkSession, bucket: Bucket, table: str, tmp_path: Path
) -> None:
    """Three pings in the first square, one in the second, and one that cannot be used."""
    places = {"path": bucket.put("in/places.geojson", PLACES.encode()), "columns": {"name": "name"}}
    finished = runner(on_spark(lake), tmp_path)(
        pings=pings(table), places=places, output=bucket.output, catalog=bucket.catalog
    )
    assert finished.refusal is None
    assert published(lake, bucket, date(2023, 3, 1)) == [("A", 3, 2, 2, 1, 600.0), ("B", 1, 1, 1, 1, None)]
    (snapshot,) = lake.table(f"lake.{table}.snapshots").collect()
    (source,) = [each for each in finished.report["inputs"] if each["role"] == "pings"]
    assert (source["path"], source["version"]) == (f"iceberg:{table}", str(snapshot.snapshot_id))
    assert {each["reason"]: each["rows"] for each in finished.report["quarantine"]}["missing_field:lon"] == 1


def devices(bucket: Bucket, table: str, **more: str) -> list[str | None]:
    """The devices that tasks read without Spark, sorted."""
    given = pings(table)
    given["columns"] |= more
    read = read_pings(PingSettings.model_validate(given), 2, Catalog.model_validate(bucket.catalog))
    found = (rows for task in read.tasks for rows in task.read(()) if isinstance(rows, Rows))
    return sorted((device for rows in found for device in rows.device.to_pylist()), key=str)


def test_rows_that_come_later_are_not_read(lake: SparkSession, bucket: Bucket, table: str) -> None:
    """The snapshot was chosen when the table was opened."""
    settings, catalog = PingSettings.model_validate(pings(table)), Catalog.model_validate(bucket.catalog)
    read = read_pings(settings, 2, catalog)
    lake.sql(f"INSERT INTO lake.{table} SELECT * FROM lake.{table}")  # noqa: S608
    assert read.row_estimate == len(ROWS)
    found = [rows for task in read.tasks for rows in task.read(()) if isinstance(rows, Rows)]
    assert sum(len(rows) for rows in found) == len(ROWS)


@pytest.mark.parametrize("version", [2, 3])
def test_what_spark_deletes_and_renames_is_read_as_spark_reads_it(
    lake: SparkSession, bucket: Bucket, table: str, version: int
) -> None:
    """By files of positions in version 2, by deletion vectors in version 3; columns are found by their ids."""
    modes = "".join(f", 'write.{each}.mode'='merge-on-read'" for each in ("delete", "update", "merge"))
    lake.sql(f"ALTER TABLE lake.{table} SET TBLPROPERTIES ('format-version'='{version}'{modes})")
    lake.sql(f"DELETE FROM lake.{table} WHERE who = 'd2'")  # noqa: S608
    lake.sql(f"DELETE FROM lake.{table} WHERE who = 'd4'")  # noqa: S608
    lake.sql(f"ALTER TABLE lake.{table} RENAME COLUMN who TO person")
    lake.sql(f"ALTER TABLE lake.{table} ADD COLUMN who STRING")
    lake.sql(f"UPDATE lake.{table} SET x = 9 WHERE person = 'd3'")  # noqa: S608
    lake.sql(f"INSERT INTO lake.{table} VALUES ('d5', TIMESTAMP '2023-03-01 12:00:00', 1, 1, 'w')")  # noqa: S608
    deletions = lake.table(f"lake.{table}.delete_files").select("file_format").distinct().collect()
    assert {row.file_format for row in deletions} == {"PARQUET" if version == 2 else "PUFFIN"}
    assert devices(bucket, table, device="person") == ["d1", "d1", "d3", "d5"]
    assert devices(bucket, table) == [None, None, None, "w"]


def test_a_table_that_is_not_there_or_does_not_fit_is_refused(bucket: Bucket, table: str) -> None:
    """By its name; by the column that cannot be what it is mapped to."""
    with pytest.raises(InputError, match=f"no table {table}x"):
        devices(bucket, f"{table}x")
    with pytest.raises(InputError, match="`seen_at` cannot be a ping's lat"):
        devices(bucket, table, at="x", lon="y", lat="seen_at")
