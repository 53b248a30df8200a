"""Maintains the table on an object store, and deletes what killed runs left in the bucket.

Readers see no change: all rows stay, and so do the current snapshot and those younger than the limit.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pyspark.sql import SparkSession

from footfall import stores
from footfall.engines.spark.causes import java_failures
from footfall.errors import SettingsError
from footfall.runs.manifest import ALIVE, MANIFEST
from footfall.settings import CATALOG
from footfall.stores.errors import failures

LEAST_AGE = timedelta(days=1)
"""Younger files and folders may belong to a run that is under way."""

RUN_BRANCH = "run_"
"""The prefix of branches to which runs of earlier versions wrote."""

PENDING = "_temporary"
"""The folder in which earlier versions kept the files of an unfinished quarantine."""

_LISTED = "footfall_files"
NAMED = 20
"""The most items of a task that are listed by name."""


@dataclass(frozen=True)
class Ages:
    """The ages from which snapshots and unreferenced files are deleted, and how many snapshots stay at least."""

    snapshots: timedelta = timedelta(days=30)
    leftovers: timedelta = timedelta(days=7)
    least_snapshots: int = 10


@dataclass(frozen=True)
class Task:
    """A task of maintenance: its title, how many items it concerns, and the names of these, if they have any."""

    title: str
    things: int
    named: tuple[str, ...] = ()


def lines(tasks: list[Task]) -> Iterator[str]:
    """The tasks as lines: the number and title of each, then the names of its items, NAMED at most."""
    for task in tasks:
        yield f"{task.things:>6}  {task.title}"
        yield from (f"        {name}" for name in task.named[:NAMED])
        if len(task.named) > NAMED:
            yield f"        and {len(task.named) - NAMED} more"


@dataclass(frozen=True)
class Upkeep:
    """The maintenance of an output s3://bucket/prefix and its table, of that name; `now` is in UTC."""

    spark: SparkSession
    root: str
    database: str
    table: str
    ages: Ages
    now: datetime

    def tasks(self) -> list[Task]:
        """The tasks that `work` would do; nothing is changed.

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
        """Do all tasks, in an order in which each helps the next: rewriting files first leaves more to expire.

        Raises:
            SettingsError: There is no such table, or the store or the catalog refuses.
            InfrastructureError: One of them does not answer.
        """
        with self._failures():
            staged = self._drop_branches()
            # A single row in a delete file is enough for the data file to be rewritten.
            options = "map('min-input-files', '2', 'delete-file-threshold', '1')"
            self._call("rewrite_data_files", f"options => {options}")
            self._call("rewrite_manifests")
            older = f"older_than => {_sql(self.now - self.ages.snapshots)}"
            also = [f"snapshot_ids => array({', '.join(map(str, staged))})"] if staged else []
            self._call("expire_snapshots", older, f"retain_last => {self.ages.least_snapshots}", *also)
            self._orphans(dry_run=False)
            for folder in list(self._abandoned()):
                stores.of(folder).delete(folder)

    def _expiring(self) -> Task:
        expiry = self._table.expireSnapshots().expireOlderThan(_millis(self.now - self.ages.snapshots))
        snapshots = list(expiry.retainLast(self.ages.least_snapshots).apply())
        return Task(f"snapshots older than {_days(self.ages.snapshots)}", len(snapshots))

    def _branches(self) -> Task:
        """The task of dropping branches that are old, and whose runs gave no recent sign of life."""
        table = self._table
        refs = self.spark.table(f"{self._name}.refs").collect()
        own = [row for row in refs if row.name.startswith(RUN_BRANCH)]
        staged = {row.name: table.snapshot(row.snapshot_id).timestampMillis() for row in own}
        last = {name: max(at, self._last_sign(name.removeprefix(RUN_BRANCH))) for name, at in staged.items()}
        old = [name for name, at in last.items() if self._age(at / 1000) > self.ages.leftovers]
        return Task("branches of runs that were killed", *_counted(old))

    def _last_sign(self, run: str) -> int:
        """The time of a run's last sign of life in milliseconds since 1970; 0 if it gave none."""
        sign = stores.of(self.root).look(f"{self.root}/runs/{run}/{ALIVE}")
        return int(sign.modified * 1000) if sign else 0

    def _drop_branches(self) -> list[int]:
        """Drop the old branches; returns the ids of their snapshots that are not in the history of the table."""
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
        recent = {run for run, _, age in self._below("runs") if age <= self.ages.leftovers}
        for file in stores.of(self.root).walk(f"{self.root}/{self.table}"):
            run = file.path.rpartition("/")[2].rpartition("-")[0]
            if self._age(file.modified) > self.ages.leftovers and run not in recent:
                yield file.path

    def _age(self, seconds: float) -> timedelta:
        return self.now - datetime.fromtimestamp(seconds, UTC)

    def _abandoned(self) -> Iterator[str]:
        """The old folders of runs without a manifest, and old unfinished folders of quarantines."""
        runs = {name.removeprefix("run="): (path, age) for name, path, age in self._below("quarantine")}
        reports = {name: (path, age) for name, path, age in self._below("runs")}
        for run in sorted({*runs, *reports}):
            ages = [age for _, age in filter(None, (runs.get(run), reports.get(run)))]
            if min(ages) <= self.ages.leftovers:
                continue
            if not self._is_there(f"{self.root}/runs/{run}/{MANIFEST}"):
                yield from (path for path, _ in filter(None, (runs.get(run), reports.get(run))))
            elif run in runs and self._is_there(pending := f"{runs[run][0]}/{PENDING}"):
                yield pending

    def _is_there(self, name: str) -> bool:
        return stores.of(name).look(name) is not None

    def _below(self, folder: str) -> Iterator[tuple[str, str, timedelta]]:
        """The folders in a folder of the output: name, address, and time since the last write to a file in it."""
        last: dict[str, float] = {}
        within = f"{self.root}/{folder}/"
        for file in stores.of(self.root).walk(within.rstrip("/")):
            name = file.path.removeprefix(within).partition("/")[0]
            last[name] = max(last.get(name, 0.0), file.modified)
        for name, modified in last.items():
            yield name, f"{within}{name}", self._age(modified)

    def _call(self, procedure: str, *arguments: str) -> list[Any]:
        given = ", ".join([f"table => '{self.database}.{self.table}'", *arguments])
        return self.spark.sql(f"CALL {CATALOG}.system.{procedure}({given})").collect()

    def _failures(self) -> ExitStack:
        """Turn exceptions of the store and the catalog inside the block into one error."""
        both = ExitStack()
        for turned in (failures, java_failures):
            both.enter_context(
                turned(SettingsError, "The output cannot be maintained", f"table {self._name}")
            )
        return both

    def _ancestors(self, table: Any) -> set[int]:
        """The ids of the snapshots in the history of the table that still exist."""
        jvm: Any = self.spark.sparkContext._jvm
        return set(jvm.org.apache.iceberg.util.SnapshotUtil.currentAncestorIds(table))

    @property
    def _name(self) -> str:
        return f"{CATALOG}.{self.database}.{self.table}"

    @property
    def _table(self) -> Any:
        jvm: Any = self.spark.sparkContext._jvm
        java: Any = self.spark._jsparkSession
        catalog = java.sessionState().catalogManager().catalog(CATALOG).icebergCatalog()
        return catalog.loadTable(
            jvm.org.apache.iceberg.catalog.TableIdentifier.parse(f"{self.database}.{self.table}")
        )


def _counted(names: list[str]) -> tuple[int, tuple[str, ...]]:
    return len(names), tuple(names)


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _sql(moment: datetime) -> str:
    return f"TIMESTAMP '{moment:%Y-%m-%d %H:%M:%S}'"


def _days(age: timedelta) -> str:
    days = age / timedelta(days=1)
    return "1 day" if days == 1 else f"{days:g} days"
