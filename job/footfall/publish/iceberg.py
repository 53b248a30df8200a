"""The published table on an object store: Apache Iceberg, by day.

A run writes to a branch of its own, which no reader sees. Publishing is one commit to the main branch that replaces
the run's days by the files of that branch; Iceberg refuses it where another run has committed to one of these days
since this run began. Iceberg's Java API says all of this in one commit, its SQL does not.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from footfall.engines.spark.files import causes_of
from footfall.errors import SettingsError
from footfall.publish.commits import DAYS, RUN, Commit
from footfall.schema import FOOTFALL
from footfall.settings import CATALOG

TABLE = "footfall"
PROPERTIES = {
    "write.distribution-mode": "hash",
    "commit.retry.num-retries": "20",
    "commit.retry.max-wait-ms": "5000",
}
"""Each day is written by one task; runs of many days at once have to try again, soon, when another commits first."""

RUN_BRANCH = "run_"
"""How the names of the branches of runs begin."""

_THERE_ALREADY = "org.apache.iceberg.exceptions.AlreadyExistsException"


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
        return f"{RUN_BRANCH}{self.run_id}"

    def open_branch(self) -> None:
        """Create the table where it is missing, and the branch of the run.

        It has no age of its own: until rows are staged it leads to the table's last snapshot, which may be old.
        """
        names = self._identifier.namespace()
        if not self._catalog.namespaceExists(names):
            _unless_there(lambda: self._catalog.createNamespace(names))
        if not self._catalog.tableExists(self._identifier):
            _unless_there(self._create)
            _refuse_another(self._load(), self.name, self._schema, self._spec)
        self._load().manageSnapshots().createBranch(self.branch).commit()

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
            InfrastructureError: The catalog does not say whether they were published.
        """
        Commit(self.run_id, days, self.seen, self.name, self._load).make(lambda: self._replacing(days))

    def _replacing(self, days: list[date]) -> Any:
        """The update of the table that replaces exactly these days by the staged ones, not yet committed."""
        table = self._load()
        own = getattr(self._iceberg.expressions.Expressions, "in")("day", [str(day) for day in days])
        update = table.newOverwrite().overwriteByRowFilter(own).conflictDetectionFilter(own)
        for file in self.staged.addedDataFiles(table.io()):
            update.addFile(file)
        if self.seen is not None:
            update.validateFromSnapshot(self.seen)
        update.validateNoConflictingData().validateNoConflictingDeletes()
        return update.set(RUN, self.run_id).set(DAYS, ",".join(map(str, days)))

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


def _unless_there(create: Callable[[], object]) -> None:
    """Create something that another run may create at the same moment."""
    try:
        create()
    except Py4JJavaError as failure:
        if _THERE_ALREADY not in causes_of(failure):
            raise


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
