"""The columns of a table that is there already: what is added, and what is refused."""

import pytest
from pyspark.sql import SparkSession

from footfall.errors import SettingsError
from tests.stores.lake import Bucket
from tests.stores.test_table import COLUMNS, DAY, NEXT, Opens, publish, stage


def test_a_table_of_somebody_else_is_refused(lake: SparkSession, bucket: Bucket, output: Opens) -> None:
    """Before anything is written."""
    lake.sql(f"CREATE DATABASE lake.{bucket.database}")
    location = f"s3://{bucket.name}/other"
    lake.sql(
        f"CREATE TABLE lake.{bucket.database}.footfall (shoe STRING) USING iceberg LOCATION '{location}'"
    )
    with pytest.raises(SettingsError, match="columns or partitions") as refused:
        output("run-1")
    assert "shoe string" in refused.value.where


def test_a_column_that_an_older_table_lacks_is_added(
    lake: SparkSession, bucket: Bucket, output: Opens
) -> None:
    """When the run begins and not before, where it stands in this version; old rows have null there."""
    publish(output("run-1"), {DAY: {"A": 3}})
    name = f"lake.{bucket.database}.footfall"
    lake.sql(f"ALTER TABLE {name} DROP COLUMNS (devices, dwell_buckets)")
    run = output("run-2")
    assert "devices" not in lake.table(name).columns
    with run.begin() as target:
        stage(run, target, {NEXT: {"A": 5}})
        run.publish([NEXT])
    lake.catalog.refreshTable(name)
    columns = lake.table(name).schema
    assert [(column.name, column.dataType.simpleString(), column.nullable) for column in columns] == COLUMNS
    asked = lake.table(name).select("day", "devices", "dwell_buckets").orderBy("day").collect()
    assert [tuple(row) for row in asked] == [(DAY, None, None), (NEXT, 5, [0] * 7)]
    back = output("run-3").published(DAY)
    assert back is not None
    assert [row["devices"] for batch in back for row in batch.to_pylist()] == [None]


@pytest.mark.parametrize(
    "change",
    [
        "ADD COLUMN shoe STRING",
        "RENAME COLUMN visits TO visitors",
        "ALTER COLUMN visits FIRST",
        "DROP COLUMN suppressed",
    ],
)
def test_a_table_that_differs_otherwise_is_refused(
    lake: SparkSession, bucket: Bucket, output: Opens, change: str
) -> None:
    """A column more, of another name, in another place, or one that every row must have."""
    publish(output("run-1"), {DAY: {"A": 3}})
    lake.sql(f"ALTER TABLE lake.{bucket.database}.footfall {change}")
    with pytest.raises(SettingsError, match="columns or partitions"):
        output("run-2")


def test_a_table_with_other_partitions_is_refused(bucket: Bucket, output: Opens) -> None:
    """Days could not be replaced in it as this version does."""
    run = output("run-1")
    publish(run, {DAY: {"A": 3}})
    run.table.load().updateSpec().addField("place_id").commit()
    with pytest.raises(SettingsError, match="columns or partitions") as refused:
        output("run-2")
    assert "partitioned by day, place_id" in refused.value.where
