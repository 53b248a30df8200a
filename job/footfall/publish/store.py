"""An output on an object store: the table in a catalog, and beside it files that are written once.

footfall/                          the table: files of Apache Iceberg
quarantine/run=<run id>/           rows that could not be counted, as Parquet
runs/<run id>/                     alive.json while it runs; report.json, report.html and, last, manifest.json
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import to_arrow_schema

from footfall.engines.spark.files import (
    JAVA_FAILURES,
    file_system,
    hadoop_path,
    store_failures,
    write_again,
    write_once,
)
from footfall.errors import SettingsError
from footfall.publish.iceberg import TABLE, Table
from footfall.schema import QUARANTINE


@dataclass
class Store:
    """The bucket and the table as one run sees them; nothing is created before `begin`."""

    spark: SparkSession
    root: str
    run_id: str
    table: Table

    @classmethod
    def at(cls, spark: SparkSession, root: str, database: str, run_id: str) -> "Store":
        """The output at an address s3://bucket/prefix, remembered as it is now.

        Raises:
            SettingsError: The bucket or the catalog refuses, or Spark has no jars for them.
            InfrastructureError: One of them does not answer.
        """
        with store_failures(SettingsError, "The output cannot be used", f"setting output: {root}"):
            path = hadoop_path(spark, f"{root}/")
            file_system(spark, path).exists(path)
        with store_failures(
            SettingsError, "The catalog cannot be used", f"settings catalog.*: database {database}"
        ):
            table = Table.at(spark, database, f"{root}/{TABLE}", run_id)
        return cls(spark, root, run_id, table)

    @contextmanager
    def begin(self) -> Iterator[None]:
        """Create the table where it is missing, and a branch of it for the run."""
        with self._failures():
            self.table.open_branch()
        try:
            yield
        finally:
            # A branch that stays harms nobody and expires; what happened before it must be told instead.
            with suppress(*JAVA_FAILURES):
                self.table.drop_branch()

    def stage(self, table: DataFrame, days: list[date]) -> DataFrame:
        """Write the rows of FOOTFALL to the run's branch, and read them back."""
        with self._failures():
            return self.table.stage(table, days)

    def quarantine(self, rows: DataFrame) -> DataFrame:
        """Write the rows of QUARANTINE and read them back."""
        with self._failures():
            rows.write.parquet(self._quarantine)
        return self.spark.read.schema(rows.schema).parquet(self._quarantine)

    def empty_quarantine(self) -> None:
        """Write a table of QUARANTINE without rows, so that readers find one for each run."""
        content = pa.BufferOutputStream()
        pq.write_table(to_arrow_schema(QUARANTINE).empty_table(), content)
        with self._failures():
            write_once(self.spark, f"{self._quarantine}/none.parquet", content.getvalue().to_pybytes())

    def totals(self, days: list[date]) -> dict[date, tuple[int, int] | None]:
        """Pings and visits of published days over all places that are not suppressed; None for the other days."""
        return self.table.totals(days)

    def publish(self, days: list[date]) -> None:
        """Replace exactly these days by the staged ones, in one commit of the table.

        Raises:
            Conflict: Another run published one of them since this run began.
            InfrastructureError: The catalog does not say whether they were published.
        """
        with self._failures():
            self.table.publish(days)

    def write(self, name: str, text: str) -> str:
        """Write a file of the run, whole or not at all, and say where it is."""
        path = f"{self.root}/runs/{self.run_id}/{name}"
        with self._failures():
            write_once(self.spark, path, text.encode())
        return path

    def rewrite(self, name: str, text: str) -> None:
        """Write a file of the run again, whole or not at all."""
        with self._failures():
            write_again(self.spark, f"{self.root}/runs/{self.run_id}/{name}", text.encode())

    def _failures(self) -> AbstractContextManager[None]:
        where = f"setting output: {self.root}, table {self.table.name}"
        return store_failures(SettingsError, "The output cannot be written", where)

    @property
    def _quarantine(self) -> str:
        return f"{self.root}/quarantine/run={self.run_id}"
