"""What the table on an object store needs now and then, and what runs that were killed left in the bucket.

Nothing that a reader sees is changed: rows stay, snapshots younger than the limit stay, and so does the current one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pyspark.sql import SparkSession

from footfall.engines.spark.files import file_system, hadoop_path, store_failures
from footfall.errors import SettingsError
from footfall.history.reading import ALIVE
from footfall.publish.iceberg import RUN_BRANCH, TABLE
from footfall.settings import CATALOG

LEAST_AGE = timedelta(days=1)
"""Younger files and folders may belong to a run that is under way."""

PENDING = "_temporary"
"""Where Spark keeps files of a write that has not ended (FileOutputCommitter.PENDING_DIR_NAME)."""

_LISTED = "footfall_files"
NAMED = 20
"""So many things of a kind are named."""


@dataclass(frozen=True)
class Ages:
    """How old snapshots, and files that nothing refers to, must be to go; so many snapshots stay at least."""

    snapshots: timedelta = timedelta(days=30)
    leftovers: timedelta = timedelta(days=7)
    least_snapshots: int = 10


@dataclass(frozen=True)
class Task:
    """A piece of the work: what it is about, how many things it is about, and which, as far as they are named."""

    about: str
    things: int
    named: tuple[str, ...] = ()


def told(tasks: list[Task]) -> Iterator[str]:
    """How many, of what, and which, line by line."""
    for task in tasks:
        yield f"{task.things:>6}  {task.about}"
        yield from (f"        {name}" for name in task.named[:NAMED])
        if len(task.named) > NAMED:
            yield f"        and {len(task.named) - NAMED} more"


@dataclass(frozen=True)
class Upkeep:
    """The upkeep of an output s3://bucket/prefix and its table; `now` is in UTC."""

    spark: SparkSession
    root: str
    database: str
    ages: Ages
    now: datetime

    def tasks(self) -> list[Task]:
        """What there is to do; nothing is changed.

        Raises:
            SettingsError: There is no such table, or the store or the catalog refuses.
            InfrastructureError: One of them does not answer.
        """
        with self._failures():
            return [
                self._expiring(),
                self._branches(),
                self._days_in_pieces(),
                self._manifests(),
                Task("files that nothing refers to", *_counted(self._orphans(dry_run=True))),
                Task("folders that runs left unfinished", *_counted(list(self._abandoned()))),
            ]

    def work(self) -> None:
        """Do it, in an order in which each part helps the next.

        Raises:
            SettingsError: There is no such table, or the store or the catalog refuses.
            InfrastructureError: One of them does not answer.
        """
        with self._failures():
            staged = self._drop_branches()
            self._call("rewrite_data_files", "options => map('min-input-files', '2')")
            self._call("rewrite_manifests")
            older = f"older_than => {_sql(self.now - self.ages.snapshots)}"
            also = [f"snapshot_ids => array({', '.join(map(str, staged))})"] if staged else []
            self._call("expire_snapshots", older, f"retain_last => {self.ages.least_snapshots}", *also)
            self._orphans(dry_run=False)
            for folder in self._abandoned():
                path = hadoop_path(self.spark, folder)
                file_system(self.spark, path).delete(path, True)

    def _expiring(self) -> Task:
        expiry = self._table.expireSnapshots().expireOlderThan(_millis(self.now - self.ages.snapshots))
        snapshots = list(expiry.retainLast(self.ages.least_snapshots).apply())
        return Task(f"snapshots older than {_days(self.ages.snapshots)}", len(snapshots))

    def _branches(self) -> Task:
        """Those whose rows are old, or whose run has not given a sign of life for long where it staged none."""
        table = self._table
        refs = self.spark.table(f"{self._name}.refs").collect()
        own = [row for row in refs if row.name.startswith(RUN_BRANCH)]
        staged = {row.name: table.snapshot(row.snapshot_id).timestampMillis() for row in own}
        last = {name: max(at, self._last_sign(name.removeprefix(RUN_BRANCH))) for name, at in staged.items()}
        old = [name for name, at in last.items() if self._age(at) > self.ages.leftovers]
        return Task("branches of runs that were killed", *_counted(old))

    def _last_sign(self, run: str) -> int:
        """When a run last said that it lives; 0 where it never did."""
        sign = hadoop_path(self.spark, f"{self.root}/runs/{run}/{ALIVE}")
        system = file_system(self.spark, sign)
        return int(system.getFileStatus(sign).getModificationTime()) if system.exists(sign) else 0

    def _drop_branches(self) -> list[int]:
        """Drop the branches that are past their age; the snapshots that only they led to."""
        staged = []
        for branch in self._branches().named:
            table = self._table
            head, published = table.snapshot(branch).snapshotId(), self._ancestors(table)
            table.manageSnapshots().removeBranch(branch).commit()
            staged += [head] if head not in published else []
        return staged

    def _days_in_pieces(self) -> Task:
        files = self.spark.sql(f"SELECT partition.day FROM {self._name}.files GROUP BY 1 HAVING count(*) > 1")  # noqa: S608
        return Task("days in several files", *_counted([str(row.day) for row in files.collect()]))

    def _manifests(self) -> Task:
        return Task("manifests to be written together", self.spark.table(f"{self._name}.manifests").count())

    def _orphans(self, *, dry_run: bool) -> list[str]:
        # The files are listed here, because how old they are is judged by `now`.
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
        path = hadoop_path(self.spark, f"{self.root}/{TABLE}")
        files = file_system(self.spark, path).listFiles(path, True)
        while files.hasNext():
            status = files.next()
            if self._age(status.getModificationTime()) > self.ages.leftovers:
                yield str(status.getPath().toString())

    def _age(self, millis: int) -> timedelta:
        return self.now - datetime.fromtimestamp(millis / 1000, UTC)

    def _abandoned(self) -> Iterator[str]:
        """What runs left that never wrote their manifest, or of a quarantine whose writing broke off; all of it old."""
        runs = {name.removeprefix("run="): (path, age) for name, path, age in self._below("quarantine")}
        reports = {name: (path, age) for name, path, age in self._below("runs")}
        for run in sorted({*runs, *reports}):
            ages = [age for _, age in filter(None, (runs.get(run), reports.get(run)))]
            if min(ages) <= self.ages.leftovers:
                continue
            if not self._is_there(f"{self.root}/runs/{run}/manifest.json"):
                yield from (path for path, _ in filter(None, (runs.get(run), reports.get(run))))
            elif run in runs and self._is_there(pending := f"{runs[run][0]}/{PENDING}"):
                yield pending

    def _is_there(self, name: str) -> bool:
        path = hadoop_path(self.spark, name)
        return bool(file_system(self.spark, path).exists(path))

    def _below(self, folder: str) -> Iterator[tuple[str, str, timedelta]]:
        """The folders in a folder: name, path and time since the last write to a file in it."""
        path = hadoop_path(self.spark, f"{self.root}/{folder}")
        system = file_system(self.spark, path)
        for status in system.listStatus(path) if system.exists(path) else ():
            files, last = system.listFiles(status.getPath(), True), 0
            while files.hasNext():
                last = max(last, files.next().getModificationTime())
            yield str(status.getPath().getName()), str(status.getPath().toString()), self._age(last)

    def _call(self, procedure: str, *arguments: str) -> list[Any]:
        given = ", ".join([f"table => '{self.database}.{TABLE}'", *arguments])
        return self.spark.sql(f"CALL {CATALOG}.system.{procedure}({given})").collect()

    def _failures(self) -> Any:
        return store_failures(SettingsError, "The output cannot be maintained", f"table {self._name}")

    def _ancestors(self, table: Any) -> set[int]:
        """The snapshots that the table has been, as far as they are kept."""
        jvm: Any = self.spark.sparkContext._jvm
        return set(jvm.org.apache.iceberg.util.SnapshotUtil.currentAncestorIds(table))

    @property
    def _name(self) -> str:
        return f"{CATALOG}.{self.database}.{TABLE}"

    @property
    def _table(self) -> Any:
        jvm: Any = self.spark.sparkContext._jvm
        java: Any = self.spark._jsparkSession
        catalog = java.sessionState().catalogManager().catalog(CATALOG).icebergCatalog()
        return catalog.loadTable(
            jvm.org.apache.iceberg.catalog.TableIdentifier.parse(f"{self.database}.{TABLE}")
        )


def _counted(names: list[str]) -> tuple[int, tuple[str, ...]]:
    return len(names), tuple(names)


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _sql(moment: datetime) -> str:
    return f"TIMESTAMP '{moment:%Y-%m-%d %H:%M:%S}'"


def _days(age: timedelta) -> str:
    return f"{age / timedelta(days=1):g} days"
