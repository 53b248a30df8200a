"""Weeks on an object store: a second table of Iceberg, published after the days that it is made of."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from footfall.errors import Conflict, SettingsError
from footfall.periods import Period
from footfall.periods.columns import ROWS, period_table
from footfall.publish.maintenance import Upkeep
from footfall.publish.store import Store
from footfall.publish.tasks import Ages
from footfall.publish.writing import write_period
from footfall.schema import PLACE_DAYS
from tests.stores.lake import Bucket
from tests.stores.test_table import Opens, found, stage

W09, W10 = Period("week", date(2023, 2, 27)), Period("week", date(2023, 3, 6))
Numbers = Mapping[str, int | None]


def rows(week: Period, pings: Numbers) -> pa.Table:
    """A row for each place with so many pings; None where suppressed."""
    given = [
        {"place_id": place, "first_day": week.first, "pings": n, "suppressed": n is None}
        for place, n in sorted(pings.items())
    ]
    return pa.Table.from_pylist(given, ROWS)


@pytest.fixture
def weekly(lake: SparkSession, bucket: Bucket) -> Opens:
    """The output as a run of the given id sees it now, which counts weeks."""
    return lambda run_id: Store.at(lake, PLACE_DAYS, bucket.output, bucket.database, run_id, "week")


@contextmanager
def _staged(store: Store, weeks: Mapping[Period, Numbers]) -> Any:
    """A run whose weeks and days are staged, each place in a piece of its own; each day has the numbers of its week."""
    with store.begin() as target:
        assert target.periods is not None
        assert store.periods is not None
        stage(store, target, {day: pings for week, pings in weeks.items() for day in week.days})
        store.periods.stage(
            [
                write_period(target.periods, week, number, rows(week, {place: n}))
                for week, pings in weeks.items()
                for number, (place, n) in enumerate(sorted(pings.items()))
            ]
        )
        yield store


staged: Callable[[Store, Mapping[Period, Numbers]], AbstractContextManager[Store]] = _staged


def publish(store: Store, weeks: Mapping[Period, Numbers]) -> None:
    """A whole run."""
    with staged(store, weeks) as run:
        run.publish([day for week in weeks for day in week.days], list(weeks))


def weeks_of(lake: SparkSession, bucket: Bucket) -> list[tuple[Any, ...]]:
    """What a reader finds: first day, place and pings."""
    table = lake.table(f"lake.{bucket.database}.footfall_week")
    return sorted(map(tuple, table.select("first_day", "place_id", "pings").collect()))


def about(lake: SparkSession, bucket: Bucket, table: str, what: str) -> list[Any]:
    """The rows of one of Iceberg's own tables about a table."""
    return lake.table(f"lake.{bucket.database}.{table}.{what}").collect()


def test_the_table_of_weeks_has_their_columns_and_both_commits_name_the_week(
    lake: SparkSession, bucket: Bucket, weekly: Opens
) -> None:
    """It is partitioned by the first day; a week in pieces is one week, and is read back as it was staged."""
    with staged(weekly("run-1"), {W09: {"A": 3, "B": None}}) as run:
        assert run.periods is not None
        assert run.periods.staged(W09).equals(rows(W09, {"A": 3, "B": None}))
        run.periods.restage(W09, rows(W09, {"A": None, "B": None}))
        run.publish(W09.days, [W09])
    assert weeks_of(lake, bucket) == [(W09.first, "A", None), (W09.first, "B", None)]
    columns = lake.table(f"lake.{bucket.database}.footfall_week").schema
    assert columns.names == ROWS.names
    assert [field.name for field in columns if not field.nullable] == ["place_id", "first_day", "suppressed"]
    assert [row.partition.first_day for row in about(lake, bucket, "footfall_week", "partitions")] == [
        W09.first
    ]
    for table in ("footfall", "footfall_week"):
        (made,) = about(lake, bucket, table, "snapshots")
        assert (made.summary["footfall.run-id"], made.summary["footfall.periods"]) == ("run-1", "2023-W09")
    assert len(bucket.names("out/footfall_week/data/")) == 1


def test_exactly_the_weeks_of_a_run_are_replaced(lake: SparkSession, bucket: Bucket, weekly: Opens) -> None:
    """The files of the other week stay the very same; a run of days alone leaves weeks as they are."""
    publish(weekly("run-1"), {W09: {"A": 1, "gone": 2}, W10: {"A": 3}})
    before = {row.file_path for row in about(lake, bucket, "footfall_week", "files")}
    publish(weekly("run-2"), {W09: {"A": 5}})
    alone = Store.at(lake, PLACE_DAYS, bucket.output, bucket.database, "run-3")
    with alone.begin() as target:
        stage(alone, target, {W10.first: {"A": 9}})
        alone.publish([W10.first])
    assert weeks_of(lake, bucket) == [(W09.first, "A", 5), (W10.first, "A", 3)]
    kept = before & {row.file_path for row in about(lake, bucket, "footfall_week", "files")}
    assert ["week=2023-W10" in path for path in kept] == [True]


def test_of_two_runs_of_a_week_the_second_changes_neither_days_nor_week(
    lake: SparkSession, bucket: Bucket, weekly: Opens
) -> None:
    """It names the winner of the days, and leaves no file behind."""
    publish(weekly("run-1"), {W09: {"A": 1}})
    with (
        staged(weekly("winner"), {W09: {"A": 2}}) as winner,
        staged(weekly("loser"), {W09: {"A": 3}}) as loser,
    ):
        winner.publish(W09.days, [W09])
        with pytest.raises(Conflict, match="2023-03-05 was published by winner"):
            loser.publish(W09.days, [W09])
    assert weeks_of(lake, bucket) == [(W09.first, "A", 2)]
    assert found(lake, bucket) == [(day, "A", 2) for day in W09.days]
    assert not [name for name in bucket.names("out/") if "loser" in name]


def test_a_run_overtaken_between_its_commits_leaves_the_week_to_the_later_run(
    lake: SparkSession, bucket: Bucket, weekly: Opens
) -> None:
    """The later run saw its days; of the other week, which that run does not count, it publishes its own."""
    slow = weekly("slow")
    with staged(slow, {W09: {"A": 1}, W10: {"A": 1}}) as run:
        assert run.periods is not None
        files = run.periods.take([W09, W10])
        run.table.publish([*W09.days, *W10.days], run.pieces, [W09, W10])
        run.pieces = []
        publish(weekly("later"), {W09: {"A": 2}})
        run.periods.publish(files, run.table)
    assert weeks_of(lake, bucket) == [(W09.first, "A", 2), (W10.first, "A", 1)]


def test_days_that_are_taken_back_before_their_week_follows_are_a_conflict(
    lake: SparkSession, bucket: Bucket, weekly: Opens
) -> None:
    """Somebody rolls the table of days back in the moment between; the week stays that of the days that are there."""
    publish(weekly("run-1"), {W09: {"A": 1}})
    (first,) = about(lake, bucket, "footfall", "snapshots")
    with staged(weekly("run-2"), {W09: {"A": 2}}) as run:
        assert run.periods is not None
        files = run.periods.take([W09])
        run.table.publish(W09.days, run.pieces, [W09])
        run.pieces = []
        back = f"table => '{bucket.database}.footfall', snapshot_id => {first.snapshot_id}"
        lake.sql(f"CALL lake.system.set_current_snapshot({back})")
        with pytest.raises(Conflict, match="2023-W09 was not published, as its days were taken back"):
            run.periods.publish(files, run.table)
    assert weeks_of(lake, bucket) == [(W09.first, "A", 1)]


def test_a_table_of_weeks_of_another_version_gets_its_columns_or_is_refused(
    lake: SparkSession, bucket: Bucket, weekly: Opens
) -> None:
    """A column that may be null is added when a run begins; another difference is refused before it does."""
    publish(weekly("run-1"), {W09: {"A": 1}})
    name = f"lake.{bucket.database}.footfall_week"
    lake.sql(f"ALTER TABLE {name} DROP COLUMN new_devices")
    publish(weekly("run-2"), {W10: {"A": 2}})
    lake.catalog.refreshTable(name)
    assert lake.table(name).columns == ROWS.names
    assert weeks_of(lake, bucket) == [(W09.first, "A", 1), (W10.first, "A", 2)]
    lake.sql(f"ALTER TABLE {name} RENAME COLUMN visits TO visitors")
    with pytest.raises(SettingsError, match="columns or partitions") as refused:
        weekly("run-3")
    assert "footfall_week" in refused.value.where


def test_the_upkeep_keeps_weeks_as_it_keeps_days(lake: SparkSession, bucket: Bucket, weekly: Opens) -> None:
    """Pieces are put together, files that nothing refers to go, and what each table lists stays.

    A table of months that a run has only begun, and that has no snapshot, is no matter.
    """
    publish(weekly("run-1"), {W09: {"A": 1, "B": 2}})
    with Store.at(lake, PLACE_DAYS, bucket.output, bucket.database, "refused", "month").begin():
        pass
    bucket.put("out/footfall_week/data/week=2023-W09/lost-00000.parquet", b"never committed")
    others = period_table("week"), period_table("month")
    later = datetime.now(UTC) + timedelta(days=40)
    upkeep = Upkeep(lake, bucket.output, bucket.database, PLACE_DAYS, others, Ages(least_snapshots=1), later)
    tasks = {task.title: task.named for task in upkeep.tasks() if task.named}
    assert tasks["weeks or months in several files of footfall_week"] == ("2023-02-27",)
    (lost,) = tasks["files that nothing refers to of footfall_week"]
    assert lost.endswith("lost-00000.parquet")
    assert "files that nothing refers to" not in tasks
    upkeep.work()
    assert weeks_of(lake, bucket) == [(W09.first, "A", 1), (W09.first, "B", 2)]
    assert found(lake, bucket) == [(day, place, n) for day in W09.days for place, n in (("A", 1), ("B", 2))]
    assert len(about(lake, bucket, "footfall_week", "files")) == 1
    assert not [name for name in bucket.names("out/footfall_week/") if "lost" in name]
