"""The table in a bucket: what a run stages nobody sees, and what it publishes is there at once."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from pyspark.sql import SparkSession

from footfall.errors import Conflict, SettingsError
from footfall.publish.store import Store
from footfall.schema import FOOTFALL
from tests.stores.lake import Bucket

DAY, NEXT = date(2023, 3, 1), date(2023, 3, 2)
Opens = Callable[[str], Store]
Pings = Mapping[date, Mapping[str, int | None]]


def stage(output: Store, pings: Pings) -> list[tuple[Any, ...]]:
    """Stage a row for each day and place with so many pings, None where they are suppressed; what is read back."""
    rows = [
        (
            place,
            day,
            n,
            n,
            n,
            n,
            None,
            None,
            None,
            *(([0] * 24, [0] * 7) if n is not None else (None, None)),
            n is None,
        )
        for day, places in pings.items()
        for place, n in places.items()
    ]
    table = output.spark.createDataFrame(rows, FOOTFALL)
    staged = output.stage(table, list(pings)).select("day", "place_id", "pings").collect()
    return sorted(map(tuple, staged))


def publish(output: Store, pings: Pings) -> None:
    """A whole run."""
    with output.begin():
        stage(output, pings)
        output.publish(list(pings))


def found(spark: SparkSession, bucket: Bucket) -> list[tuple[Any, ...]]:
    """What a reader finds: day, place and pings."""
    rows = spark.table(f"lake.{bucket.database}.footfall").select("day", "place_id", "pings").collect()
    return sorted(map(tuple, rows))


def told(spark: SparkSession, bucket: Bucket, table: str) -> list[Any]:
    """The rows of one of Iceberg's own tables about the table, such as its branches."""
    return spark.table(f"lake.{bucket.database}.footfall.{table}").collect()


def test_a_first_run_makes_database_and_table_with_the_types_of_the_contract(
    lake: SparkSession, bucket: Bucket, output: Opens
) -> None:
    """Also which columns and elements are never null; the table is partitioned by day."""
    publish(output("run-1"), {DAY: {"A": 3, "B": 0}})
    assert found(lake, bucket) == [(DAY, "A", 3), (DAY, "B", 0)]
    assert lake.table(f"lake.{bucket.database}.footfall").schema == FOOTFALL
    assert [row.partition.day for row in told(lake, bucket, "partitions")] == [DAY]


def test_what_is_staged_can_be_checked_and_is_seen_by_no_reader(
    lake: SparkSession, bucket: Bucket, output: Opens
) -> None:
    """The run reads back its own rows alone; a reader still finds the old ones."""
    publish(output("run-1"), {DAY: {"A": 1}, NEXT: {"A": 2}})
    late = output("run-2")
    with late.begin():
        assert stage(late, {DAY: {"A": 10, "B": 20}}) == [(DAY, "A", 10), (DAY, "B", 20)]
        assert found(lake, bucket) == [(DAY, "A", 1), (NEXT, "A", 2)]


def test_a_run_that_publishes_nothing_leaves_the_table_as_it_was(
    lake: SparkSession, bucket: Bucket, output: Opens
) -> None:
    """No row, no snapshot of the main branch and no branch stays of it."""
    publish(output("run-1"), {DAY: {"A": 1}})
    before = told(lake, bucket, "history")
    refused = output("run-2")
    with refused.begin():
        stage(refused, {DAY: {"A": 9}})
    assert found(lake, bucket) == [(DAY, "A", 1)]
    assert told(lake, bucket, "history") == before
    assert [row.name for row in told(lake, bucket, "refs")] == ["main"]


def test_a_rerun_gives_the_same_rows_and_one_more_snapshot(
    lake: SparkSession, bucket: Bucket, output: Opens
) -> None:
    """Each publication is one commit to the main branch, and the old one can still be read."""
    publish(output("run-1"), {DAY: {"A": 1, "B": None}})
    first = found(lake, bucket)
    (old,) = told(lake, bucket, "history")
    publish(output("run-2"), {DAY: {"A": 1, "B": None}})
    assert found(lake, bucket) == first == [(DAY, "A", 1), (DAY, "B", None)]
    assert len(told(lake, bucket, "history")) == 2
    name = f"lake.{bucket.database}.footfall"
    assert lake.read.option("versionAsOf", old.snapshot_id).table(name).count() == 2


def test_exactly_the_days_of_the_run_are_replaced(lake: SparkSession, bucket: Bucket, output: Opens) -> None:
    """A place that is no longer there goes with its day; the other day's files stay the very same."""
    publish(output("run-1"), {DAY: {"A": 1, "gone": 5}, NEXT: {"A": 2}})
    files = {row.file_path for row in told(lake, bucket, "files")}
    publish(output("run-2"), {DAY: {"A": 0}})
    assert found(lake, bucket) == [(DAY, "A", 0), (NEXT, "A", 2)]
    kept = files & {row.file_path for row in told(lake, bucket, "files")}
    assert [f"day={NEXT}" in path for path in kept] == [True]


def test_of_two_runs_of_one_day_the_second_is_told_who_won(
    lake: SparkSession, bucket: Bucket, output: Opens
) -> None:
    """Both began before either published; the loser leaves nothing behind."""
    publish(output("run-1"), {DAY: {"A": 1}, NEXT: {"A": 1}})
    winner, loser = output("winner"), output("loser")
    with winner.begin(), loser.begin():
        stage(winner, {DAY: {"A": 10}})
        stage(loser, {DAY: {"A": 20}, NEXT: {"A": 20}})
        winner.publish([DAY])
        with pytest.raises(Conflict, match="2023-03-01 was published by winner"):
            loser.publish([DAY, NEXT])
    assert found(lake, bucket) == [(DAY, "A", 10), (NEXT, "A", 1)]
    assert [row.name for row in told(lake, bucket, "refs")] == ["main"]


def test_of_two_first_runs_one_wins(lake: SparkSession, bucket: Bucket, output: Opens) -> None:
    """Neither saw a table when it began."""
    one, two = output("one"), output("two")
    with one.begin(), two.begin():
        stage(one, {DAY: {"A": 1}})
        stage(two, {DAY: {"A": 2}})
        two.publish([DAY])
        with pytest.raises(Conflict, match="published by two"):
            one.publish([DAY])
    assert found(lake, bucket) == [(DAY, "A", 2)]


def test_runs_of_different_days_do_not_disturb_each_other(
    lake: SparkSession, bucket: Bucket, output: Opens
) -> None:
    """Both publish, though each began before the other had."""
    one, two = output("one"), output("two")
    with one.begin(), two.begin():
        stage(one, {DAY: {"A": 1}})
        stage(two, {NEXT: {"A": 2}})
        two.publish([NEXT])
        one.publish([DAY])
    assert found(lake, bucket) == [(DAY, "A", 1), (NEXT, "A", 2)]


def test_what_was_published_when_the_run_began_can_be_compared_with(bucket: Bucket, output: Opens) -> None:
    """Pings and visits without suppressed places; none of a day that is not there, or of no table at all."""
    assert output("run-0").totals([DAY]) == {DAY: None}
    publish(output("run-1"), {DAY: {"A": 3, "B": 4, "C": None}})
    assert output("run-2").totals([DAY, NEXT]) == {DAY: (7, 7), NEXT: None}


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
