"""The commands of docs/storage.md, run as they stand there."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from pyspark.sql import SparkSession

from footfall.publish.store import Store
from tests.stores.lake import Bucket
from tests.stores.test_table import DAY, found, publish

PAGE = Path(__file__).parents[2] / "docs" / "storage.md"


def test_history_time_travel_and_rollback_are_what_the_page_says(
    lake: SparkSession, bucket: Bucket, output: Callable[[str], Store]
) -> None:
    """Two runs of a day; the first is read again, by snapshot and by time, and then brought back."""
    blocks = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    history, by_snapshot, by_time, back = [line for block in blocks for line in block.splitlines()]

    def here(command: str, **values: object) -> str:
        command = command.replace("footfall.footfall", f"{bucket.database}.footfall")
        for name, value in values.items():
            command = command.replace(f":{name}", str(value))
        return command

    publish(output("run-1"), {DAY: {"A": 1}})
    publish(output("run-2"), {DAY: {"A": 2}})
    told = [row for row in lake.sql(here(history)).collect() if row.run]
    assert [(row.run, row.days) for row in told] == [("run-1", str(DAY)), ("run-2", str(DAY))]
    first = told[0]
    between = first.committed_at + (told[1].committed_at - first.committed_at) / 2
    assert between - first.committed_at > timedelta(milliseconds=1)
    for command in (here(by_snapshot, snapshot=first.snapshot_id), here(by_time, time=between)):
        assert [row.pings for row in lake.sql(command).collect()] == [1]
    assert found(lake, bucket) == [(DAY, "A", 2)]
    lake.sql(here(back, snapshot=first.snapshot_id))
    assert found(lake, bucket) == [(DAY, "A", 1)]
    publish(output("run-3"), {DAY: {"A": 3}})
    assert found(lake, bucket) == [(DAY, "A", 3)]
