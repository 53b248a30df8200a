"""The table in a bucket: what a run stages nobody sees, and what it publishes is there at once."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from footfall.errors import Conflict, SettingsError
from footfall.publish import Target, write_piece
from footfall.publish.store import Store
from footfall.schema import FOOTFALL
from footfall.schema_version import KEY
from tests.stores.lake import Bucket

SUMMED = ("pings", "visits")

DAY, NEXT = date(2023, 3, 1), date(2023, 3, 2)
COLUMNS = [
    ("place_id", "string", False),
    ("day", "date", False),
    ("pings", "bigint", True),
    ("devices", "bigint", True),
    ("visits", "bigint", True),
    ("single_ping_visits", "bigint", True),
    ("dwell_seconds_p25", "double", True),
    ("dwell_seconds_p50", "double", True),
    ("dwell_seconds_p75", "double", True),
    ("visits_by_hour", "array<int>", True),
    ("dwell_buckets", "array<int>", True),
    ("visits_of_at_least", "array<int>", True),
    *((f"scaled_{name}", "double", True) for name in ("pings", "devices", "visits")),
    ("certain_pings", "bigint", True),
    ("possible_pings", "bigint", True),
    ("suppressed", "boolean", False),
]
Opens = Callable[[str], Store]
Pings = Mapping[date, Mapping[str, int | None]]


def rows(day: date, places: Mapping[str, int | None]) -> pa.Table:
    """A row for each place with so many pings, each by a device and a visit of its own; None where suppressed."""
    counted = ("pings", "devices", "visits", "single_ping_visits")
    lists = {"visits_by_hour": [0] * 24, "dwell_buckets": [0] * 7}
    return pa.Table.from_pylist(
        [
            {"place_id": place, "day": day, "suppressed": n is None}
            | ({} if n is None else {**dict.fromkeys(counted, n), **lists})
            for place, n in sorted(places.items())
        ],
        FOOTFALL,
    )


def stage(output: Store, target: Target, pings: Pings) -> list[tuple[Any, ...]]:
    """Stage rows for each day and place; what is read back."""
    pieces = [write_piece(target, day, 0, rows(day, places)) for day, places in pings.items()]
    output.stage(pieces)
    staged = [row for day in pings for batch in output.staged(day) for row in batch.to_pylist()]
    return sorted((row["day"], row["place_id"], row["pings"]) for row in staged)


def publish(output: Store, pings: Pings) -> None:
    """A whole run."""
    with output.begin() as target:
        stage(output, target, pings)
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
    columns = lake.table(f"lake.{bucket.database}.footfall").schema
    assert [(column.name, column.dataType.simpleString(), column.nullable) for column in columns] == COLUMNS
    assert not columns["dwell_buckets"].dataType.containsNull
    assert [row.partition.day for row in told(lake, bucket, "partitions")] == [DAY]


def test_a_table_that_a_newer_version_made_is_refused(
    lake: SparkSession, bucket: Bucket, output: Opens
) -> None:
    """Its properties say the version of the schema; a run that begins sees it before anything is written."""
    publish(output("run-1"), {DAY: {"A": 3}})
    name = f"lake.{bucket.database}.footfall"
    properties = {row.key: row.value for row in lake.sql(f"SHOW TBLPROPERTIES {name}").collect()}
    assert properties[KEY] == "1"
    lake.sql(f"ALTER TABLE {name} SET TBLPROPERTIES ('{KEY}' = '2')")
    with pytest.raises(SettingsError, match="its schema has version 2, and this one reads up to 1"):
        output("run-2")


def test_what_is_staged_can_be_checked_and_is_seen_by_no_reader(
    lake: SparkSession, bucket: Bucket, output: Opens
) -> None:
    """The run reads back its own rows alone; a reader still finds the old ones."""
    publish(output("run-1"), {DAY: {"A": 1}, NEXT: {"A": 2}})
    late = output("run-2")
    with late.begin() as target:
        assert stage(late, target, {DAY: {"A": 10, "B": 20}}) == [(DAY, "A", 10), (DAY, "B", 20)]
        assert found(lake, bucket) == [(DAY, "A", 1), (NEXT, "A", 2)]


def test_a_run_that_publishes_nothing_leaves_the_table_as_it_was(
    lake: SparkSession, bucket: Bucket, output: Opens
) -> None:
    """No row, no snapshot of the main branch and no branch stays of it."""
    publish(output("run-1"), {DAY: {"A": 1}})
    before = told(lake, bucket, "history")
    refused = output("run-2")
    with refused.begin() as target:
        stage(refused, target, {DAY: {"A": 9}})
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
    with winner.begin() as first, loser.begin() as second:
        stage(winner, first, {DAY: {"A": 10}})
        stage(loser, second, {DAY: {"A": 20}, NEXT: {"A": 20}})
        winner.publish([DAY])
        with pytest.raises(Conflict, match="2023-03-01 was published by winner"):
            loser.publish([DAY, NEXT])
    assert found(lake, bucket) == [(DAY, "A", 10), (NEXT, "A", 1)]
    assert [row.name for row in told(lake, bucket, "refs")] == ["main"]


def test_of_two_first_runs_one_wins(lake: SparkSession, bucket: Bucket, output: Opens) -> None:
    """Neither saw a table when it began."""
    one, two = output("one"), output("two")
    with one.begin() as first, two.begin() as second:
        stage(one, first, {DAY: {"A": 1}})
        stage(two, second, {DAY: {"A": 2}})
        two.publish([DAY])
        with pytest.raises(Conflict, match="published by two"):
            one.publish([DAY])
    assert found(lake, bucket) == [(DAY, "A", 2)]


def test_runs_of_different_days_do_not_disturb_each_other(
    lake: SparkSession, bucket: Bucket, output: Opens
) -> None:
    """Both publish, though each began before the other had."""
    one, two = output("one"), output("two")
    with one.begin() as first, two.begin() as second:
        stage(one, first, {DAY: {"A": 1}})
        stage(two, second, {NEXT: {"A": 2}})
        two.publish([NEXT])
        one.publish([DAY])
    assert found(lake, bucket) == [(DAY, "A", 1), (NEXT, "A", 2)]


def test_what_was_published_when_the_run_began_can_be_compared_with(bucket: Bucket, output: Opens) -> None:
    """Pings and visits without suppressed places; none of a day that is not there, or of no table at all."""
    assert output("run-0").sums([DAY], SUMMED) == {DAY: None}
    publish(output("run-1"), {DAY: {"A": 3, "B": 4, "C": None}})
    assert output("run-2").sums([DAY, NEXT], SUMMED) == {DAY: {"pings": 7, "visits": 7}, NEXT: None}
