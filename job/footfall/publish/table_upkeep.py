"""Maintains one table of Apache Iceberg: days, weeks or months in pieces, manifests, old snapshots, orphan files.

Readers see no change: all rows stay, and so do the current snapshot and those younger than the limit.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pyspark.sql import SparkSession

from footfall import stores
from footfall.publish.catalog_table import CatalogTable
from footfall.publish.tasks import Ages, Task, named
from footfall.settings import CATALOG
from footfall.table import DayTable

RUN_BRANCH = "run_"
"""The prefix of branches to which runs of earlier versions wrote."""

_LISTED = "footfall_files"


@dataclass(frozen=True)
class TableUpkeep(CatalogTable):
    """The maintenance of a table.

    Args:
        spark: The session that knows its catalog.
        root: The output in whose folder it is.
        database: Its database.
        own: Its name and columns.
        ages: The limits.
        now: The time, in UTC.
        last_sign: Gives the time of the last sign of life of a run, in seconds since 1970; 0 if it gave none.
        recent: Gives the runs that showed recently that they live; their files stay.
        suffix: Ends the titles of its tasks.
    """

    spark: SparkSession
    root: str
    database: str
    own: DayTable
    ages: Ages
    now: datetime
    last_sign: Callable[[str], float]
    recent: Callable[[], frozenset[str]]
    suffix: str = ""

    def tasks(self) -> Iterator[Task]:
        """The tasks that `work` would do; nothing is changed."""
        for task in (
            self._expiring(),
            self._branches(),
            self._parts_in_pieces(),
            Task("manifests to be written together", self.spark.table(f"{self.name}.manifests").count()),
            named("files that nothing refers to", self._orphans(dry_run=True)),
        ):
            yield Task(f"{task.title}{self.suffix}", task.things, task.named)

    def work(self) -> None:
        """Do all tasks, in an order in which each helps the next: rewriting files first leaves more to expire."""
        staged = self._drop_branches()
        # A single row in a delete file is enough for the data file to be rewritten.
        options = "map('min-input-files', '2', 'delete-file-threshold', '1')"
        self._call("rewrite_data_files", f"options => {options}")
        self._call("rewrite_manifests")
        older = f"older_than => {_sql(self.now - self.ages.snapshots)}"
        also = [f"snapshot_ids => array({', '.join(map(str, staged))})"] if staged else []
        self._call("expire_snapshots", older, f"retain_last => {self.ages.least_snapshots}", *also)
        self._orphans(dry_run=False)

    def _expiring(self) -> Task:
        expiry = self.load().expireSnapshots().expireOlderThan(_millis(self.now - self.ages.snapshots))
        snapshots = list(expiry.retainLast(self.ages.least_snapshots).apply())
        return Task(f"snapshots older than {_days(self.ages.snapshots)}", len(snapshots))

    def _branches(self) -> Task:
        """The task of dropping branches that are old, and whose runs gave no recent sign of life."""
        table = self.load()
        refs = self.spark.table(f"{self.name}.refs").collect()
        own = [row for row in refs if row.name.startswith(RUN_BRANCH)]
        staged = {row.name: table.snapshot(row.snapshot_id).timestampMillis() for row in own}
        last = {
            name: max(at / 1000, self.last_sign(name.removeprefix(RUN_BRANCH))) for name, at in staged.items()
        }
        old = [name for name, at in last.items() if self._age(at) > self.ages.leftovers]
        return named("branches of runs that were killed", old)

    def _drop_branches(self) -> list[int]:
        """Drop the old branches; returns the ids of their snapshots that are not in the history of the table."""
        staged = []
        for branch in self._branches().named:
            table = self.load()
            head, published = table.snapshot(branch).snapshotId(), self._ancestors(table)
            table.manageSnapshots().removeBranch(branch).commit()
            staged += [head] if head not in published else []
        return staged

    def _parts_in_pieces(self) -> Task:
        part = f"partition.{self.own.date}"
        files = self.spark.sql(f"SELECT {part} AS day FROM {self.name}.files GROUP BY 1 HAVING count(*) > 1")  # noqa: S608
        title = "days in several files" if self.own.date == "day" else "weeks or months in several files"
        return named(title, [str(row.day) for row in files.collect()])

    def _orphans(self, *, dry_run: bool) -> list[str]:
        # The files are listed here and not by Spark, because their age is measured from `now`.
        old = [(path, datetime(1970, 1, 1, tzinfo=UTC)) for path in self._old_files()]
        if not old:
            return []
        files = self.spark.createDataFrame(old, "file_path string, last_modified timestamp")
        files.createOrReplaceTempView(_LISTED)
        found = self._call(
            "remove_orphan_files", f"file_list_view => '{_LISTED}'", f"dry_run => {str(dry_run).lower()}"
        )
        return [str(row.orphan_file_location) for row in found]

    def _old_files(self) -> Iterator[str]:
        """The paths of old files in the table's folder; those of runs that showed recently that they live stay out."""
        recent = self.recent()
        for file in stores.of(self.root).walk(f"{self.root}/{self.own.name}"):
            run = file.path.rpartition("/")[2].rpartition("-")[0]
            if self._age(file.modified) > self.ages.leftovers and run not in recent:
                yield file.path

    def _age(self, seconds: float) -> timedelta:
        return self.now - datetime.fromtimestamp(seconds, UTC)

    def _call(self, procedure: str, *arguments: str) -> list[Any]:
        given = ", ".join([f"table => '{self.database}.{self.own.name}'", *arguments])
        return self.spark.sql(f"CALL {CATALOG}.system.{procedure}({given})").collect()

    def _ancestors(self, table: Any) -> set[int]:
        """The ids of the snapshots in the history of the table that still exist."""
        return set(self.iceberg.util.SnapshotUtil.currentAncestorIds(table))


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _sql(moment: datetime) -> str:
    return f"TIMESTAMP '{moment:%Y-%m-%d %H:%M:%S}'"


def _days(age: timedelta) -> str:
    days = age / timedelta(days=1)
    return "1 day" if days == 1 else f"{days:g} days"
