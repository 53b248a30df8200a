"""Pings that are rows of an Iceberg table: read as they were when the run began."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from footfall.errors import InputError
from footfall.read.pings import read_pings
from footfall.settings import PingSettings
from tests.run.conftest import PLACES, runner
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
    finished = runner(lake, tmp_path)(
        pings=pings(table), places=places, output=bucket.output, catalog=bucket.catalog
    )
    assert finished.refusal is None
    assert published(lake, bucket, date(2023, 3, 1)) == [("A", 3, 2, 2, 1, 600.0), ("B", 1, 1, 1, 1, None)]
    (snapshot,) = lake.table(f"lake.{table}.snapshots").collect()
    (source,) = [each for each in finished.report["inputs"] if each["role"] == "pings"]
    assert (source["path"], source["version"]) == (f"iceberg:{table}", str(snapshot.snapshot_id))
    assert {each["reason"]: each["rows"] for each in finished.report["quarantine"]}["missing_field:lon"] == 1


def test_rows_that_come_later_are_not_read(lake: SparkSession, table: str) -> None:
    """The snapshot was chosen when the table was opened."""
    read = read_pings(lake, PingSettings.model_validate(pings(table)))
    lake.sql(f"INSERT INTO lake.{table} SELECT * FROM lake.{table}")  # noqa: S608
    assert read.rows.count() == len(ROWS)


def test_a_table_that_is_not_there_or_does_not_fit_is_refused(lake: SparkSession, table: str) -> None:
    """By its name; by the column that cannot be what it is mapped to."""
    with pytest.raises(InputError, match=f"no table {table}x"):
        read_pings(lake, PingSettings.model_validate(pings(f"{table}x")))
    wrong = pings(table) | {"columns": {"device": "who", "at": "x", "lon": "y", "lat": "seen_at"}}
    with pytest.raises(InputError, match="`seen_at` cannot be a ping's lat"):
        read_pings(lake, PingSettings.model_validate(wrong))
