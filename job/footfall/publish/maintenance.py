"""Maintains the tables on an object store, and deletes what killed runs left in the bucket."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pyspark.sql import SparkSession

from footfall import stores
from footfall.engines.spark.causes import java_failures
from footfall.errors import SettingsError
from footfall.publish.table_upkeep import TableUpkeep
from footfall.publish.tasks import Ages, Task, named
from footfall.runs.manifest import ALIVE, MANIFEST
from footfall.settings import CATALOG
from footfall.stores.errors import failures
from footfall.table import DayTable

PENDING = "_temporary"
"""The folder in which earlier versions kept the files of an unfinished quarantine."""


@dataclass(frozen=True)
class Upkeep:
    """The maintenance of an output s3://bucket/prefix and its tables; `now` is in UTC.

    Args:
        spark: The session that knows the catalog.
        root: The output.
        database: The database of its tables.
        own: The table of days.
        others: Tables that may be there beside it.
        ages: The limits.
        now: The time.
    """

    spark: SparkSession
    root: str
    database: str
    own: DayTable
    others: tuple[DayTable, ...]
    ages: Ages
    now: datetime

    def tasks(self) -> list[Task]:
        """The tasks that `work` would do; nothing is changed.

        Raises:
            SettingsError: There is no table of days, or the store or the catalog refuses.
            InfrastructureError: One of them does not answer.
        """
        with self._failures():
            of_tables = [task for table in self.tables() for task in table.tasks()]
            return [*of_tables, named("folders that runs left unfinished", list(self._abandoned()))]

    def work(self) -> None:
        """Do all tasks.

        Raises:
            SettingsError: There is no table of days, or the store or the catalog refuses.
            InfrastructureError: One of them does not answer.
        """
        with self._failures():
            for table in self.tables():
                table.work()
            for folder in list(self._abandoned()):
                stores.of(folder).delete(folder)

    def tables(self) -> Iterator[TableUpkeep]:
        """The upkeep of the table of days, which must be there, and of those others that are."""
        given = self.ages, self.now, self._last_sign, self._recent
        yield TableUpkeep(self.spark, self.root, self.database, self.own, *given)
        for own in self.others:
            table = TableUpkeep(self.spark, self.root, self.database, own, *given, f" of {own.name}")
            if table.is_there:
                yield table

    def _last_sign(self, run: str) -> float:
        sign = stores.of(self.root).look(f"{self.root}/runs/{run}/{ALIVE}")
        return sign.modified if sign else 0.0

    def _recent(self) -> frozenset[str]:
        """The runs that showed recently that they live."""
        return frozenset(run for run, _, age in self._below("runs") if age <= self.ages.leftovers)

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

    def _failures(self) -> ExitStack:
        """Turn exceptions of the store and the catalog inside the block into one error."""
        both, where = ExitStack(), f"table {CATALOG}.{self.database}.{self.own.name}"
        for turned in (failures, java_failures):
            both.enter_context(turned(SettingsError, "The output cannot be maintained", where))
        return both
