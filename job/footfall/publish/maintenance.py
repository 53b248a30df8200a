"""What the table on an object store needs now and then, and what runs that were killed left in the bucket.

Nothing that a reader sees is changed: rows stay, snapshots younger than the limit stay, and so does the current one.
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
from footfall.publish.iceberg import TABLE
from footfall.runs.manifest import ALIVE, MANIFEST
from footfall.settings import CATALOG
from footfall.stores.errors import failures

LEAST_AGE = timedelta(days=1)
"""Younger files and folders may belong to a run that is under way."""

RUN_BRANCH = "run_"
"""How the names of the branches begin that runs of earlier versions wrote to."""

PENDING = "_temporary"
"""Where earlier versions kept files of a quarantine that was not whole yet."""

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


def lines(tasks: list[Task]) -> Iterator[str]:
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
            # One row that was deleted beside its file is enough for that file to be written anew.
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
        """Those whose rows are old, or whose run has not given a sign of life for long where it staged none."""
        table = self._table
        refs = self.spark.table(f"{self._name}.refs").collect()
        own = [row for row in refs if row.name.startswith(RUN_BRANCH)]
        staged = {row.name: table.snapshot(row.snapshot_id).timestampMillis() for row in own}
        last = {name: max(at, self._last_sign(name.removeprefix(RUN_BRANCH))) for name, at in staged.items()}
        old = [name for name, at in last.items() if self._age(at / 1000) > self.ages.leftovers]
        return Task("branches of runs that were killed", *_counted(old))

    def _last_sign(self, run: str) -> int:
        """When a run last said that it lives, in milliseconds; 0 where it never did."""
        sign = stores.of(self.root).look(f"{self.root}/runs/{run}/{ALIVE}")
        return int(sign.modified * 1000) if sign else 0

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
        """Those past their age, but for what a run wrote that gave a sign of life since: it may publish them yet."""
        recent = {run for run, _, age in self._below("runs") if age <= self.ages.leftovers}
        for file in stores.of(self.root).walk(f"{self.root}/{TABLE}"):
            run = file.path.rpartition("/")[2].rpartition("-")[0]
            if self._age(file.modified) > self.ages.leftovers and run not in recent:
                yield file.path

    def _age(self, seconds: float) -> timedelta:
        return self.now - datetime.fromtimestamp(seconds, UTC)

    def _abandoned(self) -> Iterator[str]:
        """What runs left that never wrote their manifest, or of a quarantine whose writing broke off; all of it old."""
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
        """The folders in a folder: name, path and time since the last write to a file in it."""
        last: dict[str, float] = {}
        within = f"{self.root}/{folder}/"
        for file in stores.of(self.root).walk(within.rstrip("/")):
            name = file.path.removeprefix(within).partition("/")[0]
            last[name] = max(last.get(name, 0.0), file.modified)
        for name, modified in last.items():
            yield name, f"{within}{name}", self._age(modified)

    def _call(self, procedure: str, *arguments: str) -> list[Any]:
        given = ", ".join([f"table => '{self.database}.{TABLE}'", *arguments])
        return self.spark.sql(f"CALL {CATALOG}.system.{procedure}({given})").collect()

    def _failures(self) -> ExitStack:
        """Turn what the store and the catalog say into one error."""
        both = ExitStack()
        for turned in (failures, java_failures):
            both.enter_context(
                turned(SettingsError, "The output cannot be maintained", f"table {self._name}")
            )
        return both

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
    days = age / timedelta(days=1)
    return "1 day" if days == 1 else f"{days:g} days"
