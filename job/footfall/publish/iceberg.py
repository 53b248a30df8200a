"""The published table on an object store: Apache Iceberg, by day.

A run writes to a branch of its own, which no reader sees. Publishing is one commit to the main branch that replaces
the run's days by the files of that branch; Iceberg refuses it where another run has committed to one of these days
since this run began. Iceberg's Java API says all of this in one commit, its SQL does not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from footfall.errors import Conflict, SettingsError
from footfall.hadoop_files import causes_of
from footfall.schema import FOOTFALL
from footfall.settings import CATALOG

TABLE = "footfall"
PROPERTIES = {"write.distribution-mode": "hash", "commit.retry.num-retries": "20"}
"""Each day is written by one task; runs of many days at once have to try again when another commits first."""

RUN, DAYS = "footfall.run-id", "footfall.days"
"""What a snapshot tells about the run that published it."""

_BRANCH_LIVES = timedelta(days=7)
_CONFLICT = "org.apache.iceberg.exceptions.ValidationException"


@dataclass
class Table:
    """The table as one run sees it; `seen` is the snapshot that was current when the run began."""

    spark: SparkSession
    database: str
    location: str
    run_id: str
    seen: int | None = None
    staged: Any = None

    @classmethod
    def at(cls, spark: SparkSession, database: str, location: str, run_id: str) -> "Table":
        """The table, remembered as it is now; it need not exist.

        Raises:
            SettingsError: A table of that name is there, but it is not one of footfall.
        """
        table = cls(spark, database, location, run_id)
        if table._catalog.tableExists(table._identifier):
            there = table._load()
            _refuse_another(there, table.name, table._schema, table._spec)
            table.seen = _id(there.currentSnapshot())
        return table

    @property
    def name(self) -> str:
        """The name of the table in Spark."""
        return f"{CATALOG}.{self.database}.{TABLE}"

    @property
    def branch(self) -> str:
        """The branch that this run writes to."""
        return f"run_{self.run_id}"

    def open_branch(self) -> None:
        """Create the table where it is missing, and the branch of the run.

        The branch of a run that was killed is dropped by Iceberg's expiry of snapshots after a week.
        """
        names = self._identifier.namespace()
        if not self._catalog.namespaceExists(names):
            self._catalog.createNamespace(names)
        if not self._catalog.tableExists(self._identifier):
            self._create()
        lives = int(_BRANCH_LIVES.total_seconds() * 1000)
        self._load().manageSnapshots().createBranch(self.branch).setMaxRefAgeMs(self.branch, lives).commit()

    def drop_branch(self) -> None:
        """Remove the branch; files that were published stay."""
        self._load().manageSnapshots().removeBranch(self.branch).commit()

    def stage(self, rows: DataFrame, days: list[date]) -> DataFrame:
        """Write the rows of FOOTFALL, all of these days, to the branch, and read them back."""
        own = f.col("day").isin(days)
        rows.writeTo(f"{self.name}.`branch_{self.branch}`").overwrite(own)
        self.staged = self._load().snapshot(self.branch)
        return self._read(self.staged.snapshotId()).where(own)

    def totals(self, days: list[date]) -> dict[date, tuple[int, int] | None]:
        """Pings and visits of the days, as they were when the run began."""
        none: dict[date, tuple[int, int] | None] = dict.fromkeys(days)
        if self.seen is None:
            return none
        sums = [f.coalesce(f.sum(name), f.lit(0)).alias(name) for name in ("pings", "visits")]
        rows = self._read(self.seen).where(f.col("day").isin(days)).groupBy("day").agg(*sums).collect()
        return none | {row.day: (row.pings, row.visits) for row in rows}

    def publish(self, days: list[date]) -> None:
        """Replace exactly these days by the staged ones, in one commit.

        Raises:
            Conflict: Another run published one of them since this run began.
        """
        table = self._load()
        own = getattr(self._iceberg.expressions.Expressions, "in")("day", [str(day) for day in days])
        commit = table.newOverwrite().overwriteByRowFilter(own).conflictDetectionFilter(own)
        for file in self.staged.addedDataFiles(table.io()):
            commit.addFile(file)
        if self.seen is not None:
            commit.validateFromSnapshot(self.seen)
        commit.validateNoConflictingData().validateNoConflictingDeletes()
        commit.set(RUN, self.run_id).set(DAYS, ",".join(map(str, days)))
        try:
            commit.commit()
        except Py4JJavaError as failure:
            if _CONFLICT not in causes_of(failure):
                raise
            raise self._conflict(days) from failure

    def _conflict(self, days: list[date]) -> Conflict:
        winners = {run: theirs & set(days) for run, theirs in self._published_since()}
        run, taken = next(
            ((run, taken) for run, taken in winners.items() if taken), ("another run", set(days))
        )
        return Conflict(
            f"{', '.join(map(str, sorted(taken)))} was published by {run} while this run was counting",
            where=f"table {self.name}",
            fix="Look at that run's report; run the day again if its input was older than yours.",
        )

    def _published_since(self) -> Iterator[tuple[str, set[date]]]:
        """The runs that published since this one began, and their days; the latest first."""
        table = self._load()
        snapshot = table.currentSnapshot()
        while snapshot is not None and _id(snapshot) != self.seen:
            told = snapshot.summary()
            if told.get(RUN):
                yield str(told.get(RUN)), set(map(date.fromisoformat, str(told.get(DAYS)).split(",")))
            parent = snapshot.parentId()
            snapshot = None if parent is None else table.snapshot(parent)

    def _read(self, snapshot: int) -> DataFrame:
        return self.spark.read.option("versionAsOf", snapshot).table(self.name)

    def _create(self) -> None:
        order = self._iceberg.SortOrder.builderFor(self._schema).asc("place_id").build()
        builder = self._catalog.buildTable(self._identifier, self._schema).withPartitionSpec(self._spec)
        builder.withSortOrder(order).withLocation(self.location).withProperties(PROPERTIES).create()

    def _load(self) -> Any:
        """The table as it is now."""
        return self._catalog.loadTable(self._identifier)

    @property
    def _iceberg(self) -> Any:
        jvm: Any = self.spark.sparkContext._jvm
        return jvm.org.apache.iceberg

    @property
    def _catalog(self) -> Any:
        java: Any = self.spark._jsparkSession
        return java.sessionState().catalogManager().catalog(CATALOG).icebergCatalog()

    @property
    def _identifier(self) -> Any:
        return self._iceberg.catalog.TableIdentifier.parse(f"{self.database}.{TABLE}")

    @property
    def _schema(self) -> Any:
        """The columns of FOOTFALL, also which of them may be null."""
        jvm: Any = self.spark.sparkContext._jvm
        return self._iceberg.spark.SparkSchemaUtil.convert(
            jvm.org.apache.spark.sql.types.DataType.fromJson(FOOTFALL.json())
        )

    @property
    def _spec(self) -> Any:
        return self._iceberg.PartitionSpec.builderFor(self._schema).identity("day").build()


def _id(snapshot: Any) -> int | None:
    return None if snapshot is None else int(snapshot.snapshotId())


def _refuse_another(there: Any, name: str, schema: Any, spec: Any) -> None:
    """The table must have the columns of FOOTFALL, in their order, and be partitioned by day."""
    columns = [(str(c.name()), str(c.type().toString())) for c in there.schema().columns()]
    wanted = [(str(c.name()), str(c.type().toString())) for c in schema.columns()]
    by = [str(part.name()) for part in there.spec().fields()]
    if columns != wanted or by != [str(part.name()) for part in spec.fields()]:
        raise SettingsError(
            "The table is there, but its columns or partitions are not those of this version",
            where=f"table {name}: {', '.join(f'{n} {t}' for n, t in columns)}; partitioned by {', '.join(by)}",
            fix="Name another catalog.database, or move the table away.",
        )
