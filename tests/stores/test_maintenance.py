"""The upkeep of the table: what is old or left over goes, what readers see stays."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from pyspark.sql import SparkSession

from footfall.publish import write_piece
from footfall.publish.maintenance import Upkeep
from footfall.publish.store import Store
from footfall.publish.tasks import Ages, lines
from footfall.schema import PLACE_DAYS
from tests.stores.lake import Bucket
from tests.stores.test_table import DAY, NEXT, found, publish, rows, stage

LATER = datetime.now(UTC) + timedelta(days=40)


@pytest.fixture
def upkeep(lake: SparkSession, bucket: Bucket) -> Callable[[datetime], Upkeep]:
    """The upkeep at a moment, which keeps one snapshot."""
    ages = Ages(least_snapshots=1)
    return lambda now: Upkeep(lake, bucket.output, bucket.database, PLACE_DAYS, (), ages, now)


def branch(lake: SparkSession, bucket: Bucket, run: str) -> str:
    """The name of a branch as runs of earlier versions made one when they began."""
    name = f"lake.{bucket.database}.footfall"
    (own,) = Upkeep(lake, bucket.output, bucket.database, PLACE_DAYS, (), Ages(), LATER).tables()
    own.load().manageSnapshots().createBranch(f"run_{run}").commit()
    return f"{name}.branch_run_{run}"


def killed(lake: SparkSession, bucket: Bucket) -> None:
    """What runs leave that are killed after they have staged their rows, by this version and by an earlier one."""
    lake.table(f"lake.{bucket.database}.footfall").writeTo(
        branch(lake, bucket, "killed")
    ).overwritePartitions()
    bucket.put("out/quarantine/run=killed/_temporary/0/part.parquet", b"half")
    bucket.put("out/footfall/data/day=2023-03-01/lost.parquet", b"never committed")


def broken_off(run: str, bucket: Bucket) -> None:
    """What a run leaves that loses the store while it writes its quarantine."""
    bucket.put(f"out/quarantine/run={run}/none.parquet", b"")
    bucket.put(f"out/quarantine/run={run}/_temporary/0/part.parquet", b"half")


def test_what_killed_runs_left_goes_and_the_table_stays(
    lake: SparkSession,
    bucket: Bucket,
    output: Callable[[str], Store],
    upkeep: Callable[[datetime], Upkeep],
) -> None:
    """It is said first, each thing by name; forty days later it may go, today it may not."""
    publish(output("run-1"), {DAY: {"A": 1}})
    output("run-1").write("manifest.json", "{}")
    publish(output("run-2"), {DAY: {"A": 2}, NEXT: {"A": 3}})
    killed(lake, bucket)
    broken_off("run-1", bucket)
    today = {task.title: task.things for task in upkeep(datetime.now(UTC)).tasks()}
    assert today.pop("manifests to be written together") > 0
    assert set(today.values()) == {0}

    before = bucket.objects("out/")
    tasks = {task.title: task for task in upkeep(LATER).tasks()}
    assert bucket.objects("out/") == before
    assert tasks["branches of runs that were killed"].named == ("run_killed",)
    assert any("lost.parquet" in name for name in tasks["files that nothing refers to"].named)
    unfinished = tasks["folders that runs left unfinished"].named
    assert [name.partition("/quarantine/")[2] for name in unfinished] == [
        "run=killed",
        "run=run-1/_temporary",
    ]
    assert "     2  folders that runs left unfinished" in list(lines(list(tasks.values())))

    upkeep(LATER).work()
    assert found(lake, bucket) == [(DAY, "A", 2), (NEXT, "A", 3)]
    left = "".join(bucket.objects("out/"))
    assert "lost.parquet" not in left
    assert "killed" not in left
    assert "_temporary" not in left
    assert "run=run-1/none.parquet" in left
    assert "runs/run-1/manifest.json" in left
    assert [row.name for row in lake.table(f"lake.{bucket.database}.footfall.refs").collect()] == ["main"]
    assert lake.table(f"lake.{bucket.database}.footfall.snapshots").count() == 1
    publish(output("run-3"), {DAY: {"A": 5}})
    assert found(lake, bucket) == [(DAY, "A", 5), (NEXT, "A", 3)]


def test_after_a_week_the_rows_of_a_killed_run_go_and_the_history_stays(
    lake: SparkSession,
    bucket: Bucket,
    output: Callable[[str], Store],
    upkeep: Callable[[datetime], Upkeep],
) -> None:
    """One was killed after it had staged its rows, one before: its branch leads to what was published."""
    publish(output("run-1"), {DAY: {"A": 1}})
    publish(output("run-2"), {DAY: {"A": 2}})
    branch(lake, bucket, "soon")
    before = bucket.objects("out/footfall/data/")
    killed(lake, bucket)
    upkeep(datetime.now(UTC) + timedelta(days=8)).work()
    assert [row.name for row in lake.table(f"lake.{bucket.database}.footfall.refs").collect()] == ["main"]
    assert bucket.objects("out/footfall/data/").keys() == before.keys()
    (first, *_) = lake.table(f"lake.{bucket.database}.footfall.history").orderBy("made_current_at").collect()
    earlier = lake.read.option("versionAsOf", first.snapshot_id).table(f"lake.{bucket.database}.footfall")
    assert [(row.day, row.pings) for row in earlier.collect()] == [(DAY, 1)]


def test_a_run_publishes_though_its_old_files_were_written_anew_meanwhile(
    lake: SparkSession,
    bucket: Bucket,
    output: Callable[[str], Store],
    upkeep: Callable[[datetime], Upkeep],
) -> None:
    """The upkeep leaves all rows as they are: no other run has published the day, and none is named."""
    first = output("run-1")
    with first.begin() as target:
        pieces = [write_piece(target, DAY, n, rows(DAY, {place: 1})) for n, place in enumerate("AB")]
        first.stage(pieces)
        first.publish([DAY])
    second = output("run-2")
    with second.begin() as target:
        stage(second, target, {DAY: {"A": 2}})
        upkeep(datetime.now(UTC)).work()
        assert lake.table(f"lake.{bucket.database}.footfall.files").count() == 1
        second.publish([DAY])
    assert found(lake, bucket) == [(DAY, "A", 2)]
