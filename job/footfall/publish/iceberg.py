"""A published table on an object store: Apache Iceberg, by day, or by week or month.

Workers write data files beside those of the table; no reader sees them. Publishing is one commit that replaces the
run's days by these files; Iceberg refuses it if another run has committed to one of these days since this run
began. Iceberg's Java API says all of this in one commit, its SQL does not. Of weeks and months all of this is said of
their first days; `period_table` says when they are committed.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import pyarrow as pa
from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from footfall.engines.spark.causes import causes_of
from footfall.errors import SettingsError
from footfall.periods import Period
from footfall.publish.catalog_table import CatalogTable
from footfall.publish.columns import add_columns, file_schema, java_schema, missing_columns
from footfall.publish.commits import DAYS, PERIODS, RUN, Commit
from footfall.publish.output import Piece
from footfall.schema_version import KEY, SCHEMA_VERSION, refuse_newer
from footfall.table import DayTable

PROPERTIES = {
    "commit.retry.num-retries": "20",
    "commit.retry.max-wait-ms": "5000",
    KEY: str(SCHEMA_VERSION),
}
"""Runs of many days at a time collide often: a commit is tried again, soon, after another one came first."""

FOOTERS_AT_ONCE = 8
"""Footers that are read at a time, for the bounds of their columns."""

_THERE_ALREADY = "org.apache.iceberg.exceptions.AlreadyExistsException"


@dataclass
class Table(CatalogTable):
    """The table as one run sees it; `seen` is the snapshot that was current when the run began."""

    spark: SparkSession
    own: DayTable
    database: str
    location: str
    run_id: str
    seen: int | None = None

    @classmethod
    def at(cls, spark: SparkSession, own: DayTable, database: str, location: str, run_id: str) -> "Table":
        """The table, with the snapshot that is current now; it need not exist.

        Raises:
            SettingsError: There is a table of that name, but its columns are not ours, a newer footfall made it, or it
                belongs to another output.
        """
        table = cls(spark, own, database, location, run_id)
        if table.is_there:
            there = table.load()
            refuse_newer(there.properties().get(KEY), table.name)
            missing_columns(there, table._schema, table.name, own)
            table._refuse_another_output(str(there.location()))
            table.seen = snapshot_id(there)
        return table

    def _refuse_another_output(self, found: str) -> None:
        """Refuse a table whose files are not at this location: the days of another output would be replaced."""
        there = found.rstrip("/")
        if _without_scheme(there) != _without_scheme(self.location):
            raise SettingsError(
                f"The table {self.name} belongs to another output: its files are at {there}",
                where=f"settings output and catalog.database, by which they would be at {self.location}",
                fix=f"Set output to {there.rpartition('/')[0]}, or catalog.database to a database of this output.",
            )

    def prepare(self) -> pa.Schema:
        """Create the table, or add the columns that an older one lacks; returns the schema for its data files."""
        names = self.identifier.namespace()
        if not self.catalog.namespaceExists(names):
            _unless_there(lambda: self.catalog.createNamespace(names))
        if not self.is_there:
            _unless_there(self._create)
        missing = missing_columns(self.load(), self._schema, self.name, self.own)
        if missing:
            add_columns(self.iceberg, self.load(), missing, self.own)
        return file_schema(self.load(), self.own.schema)

    def columns(self) -> pa.Schema:
        """Those of our columns that the table has now, with its field ids in their metadata."""
        return file_schema(self.load(), self.own.schema)

    def files(self, days: Sequence[date]) -> Mapping[date, list[str]]:
        """The data files of these days when the run began, by day; days that are not in the table are left out.

        Raises:
            SettingsError: Rows of these days were deleted by delete files, which are not read.
        """
        found: dict[date, list[str]] = defaultdict(list)
        if self.seen is None or not days:
            return found
        scan = self.load().newScan().useSnapshot(self.seen).filter(self._of(days))
        for task in _each(scan.planFiles()):
            if not task.deletes().isEmpty():
                raise SettingsError(
                    "Rows of the table were deleted without writing its files anew, so they cannot be compared with",
                    where=f"table {self.name}, file {task.file().location()}",
                    fix="Run `footfall maintain`, which writes such files anew.",
                )
            part = str(task.spec().partitionToPath(task.file().partition()))
            day = part.removeprefix(f"{self.own.date}=")
            found[date.fromisoformat(day)].append(str(task.file().location()))
        return found

    def publish(self, days: Sequence[date], pieces: Sequence[Piece], periods: Sequence[Period] = ()) -> None:
        """Replace these days, and no others, by the files that were written for them, in one commit.

        Args:
            days: The days of the run.
            pieces: The files.
            periods: The weeks or months that the run publishes next, which the commit names.

        Raises:
            Conflict: Another run published one of them since this run began.
            InfrastructureError: It is not known whether they were published, as the catalog does not answer.
        """
        own = set(days)
        files = self.data_files([piece for piece in pieces if piece.day in own])
        says = {DAYS: ",".join(map(str, days))}
        if periods:
            says[PERIODS] = ",".join(period.name for period in periods)
        commit = Commit(self.run_id, [*map(str, days)], self.seen, self.name, self.load)
        commit.make(lambda since: self.replacing(days, files, since, says))

    def data_files(self, pieces: Sequence[Piece]) -> list[Any]:
        """The files of pieces as Java's DataFiles, with the bounds of their columns, which are read from them."""
        describe = partial(self._data_file, self.load())
        with ThreadPoolExecutor(FOOTERS_AT_ONCE) as readers:
            return list(readers.map(describe, pieces))

    def replacing(
        self, days: Sequence[date], files: Sequence[Any], since: int | None, says: Mapping[str, str]
    ) -> Any:
        """The update of the table that replaces exactly these days by Java's DataFiles, not yet committed.

        Iceberg refuses it if one of the days was changed since that snapshot.

        Args:
            days: The days; of a table of weeks or months their first days.
            files: The DataFiles.
            since: The id of the snapshot; None for the time before the first one.
            says: What the summary of the new snapshot says beside the run.
        """
        table, own = self.load(), self._of(days)
        update = table.newOverwrite().overwriteByRowFilter(own).conflictDetectionFilter(own)
        for file in files:
            update.addFile(file)
        if since is not None:
            update.validateFromSnapshot(since)
        update.validateNoConflictingData().validateNoConflictingDeletes()
        for key, text in {RUN: self.run_id, **says}.items():
            update.set(key, text)
        return update

    def _data_file(self, table: Any, piece: Piece) -> Any:
        """The file of a piece as a DataFile of Java, with column bounds that Iceberg reads from its footer."""
        metrics = self.iceberg.parquet.ParquetUtil.fileMetrics(
            table.io().newInputFile(piece.path), self.iceberg.MetricsConfig.forTable(table)
        )
        builder = self.iceberg.DataFiles.builder(table.spec()).withPath(piece.path).withFormat("parquet")
        builder.withFileSizeInBytes(piece.bytes).withMetrics(metrics)
        builder.withPartitionPath(f"{self.own.date}={piece.day}")
        return builder.withSortOrder(table.sortOrder()).build()

    def _of(self, days: Sequence[date]) -> Any:
        """The rows of these days, as an expression of Iceberg."""
        return getattr(self.iceberg.expressions.Expressions, "in")(self.own.date, [str(day) for day in days])

    def _create(self) -> None:
        spec = self.iceberg.PartitionSpec.builderFor(self._schema).identity(self.own.date).build()
        order = self.iceberg.SortOrder.builderFor(self._schema)
        for key in self.own.key_names:
            order = order.asc(key)
        builder = self.catalog.buildTable(self.identifier, self._schema).withPartitionSpec(spec)
        builder.withSortOrder(order.build()).withLocation(self.location).withProperties(PROPERTIES).create()

    @property
    def _schema(self) -> Any:
        return java_schema(self.iceberg, self.own)


def _each(closeable: Any) -> Iterator[Any]:
    """The items of a CloseableIterable of Iceberg, which is closed at the end."""
    try:
        found = closeable.iterator()
        while found.hasNext():
            yield found.next()
    finally:
        closeable.close()


def snapshot_id(table: Any) -> int | None:
    """The id of the current snapshot of a table, a Java object; None if it has none."""
    snapshot = table.currentSnapshot()
    return None if snapshot is None else int(snapshot.snapshotId())


def _without_scheme(location: str) -> str:
    """Bucket and key of a location: s3:// and s3a:// mean the same."""
    return location.partition("://")[2]


def _unless_there(create: Callable[[], object]) -> None:
    """Call `create`; that another run created the same at the same moment is no error."""
    try:
        create()
    except Py4JJavaError as failure:
        if _THERE_ALREADY not in causes_of(failure):
            raise
