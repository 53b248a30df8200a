"""An output on an object store: the table in a catalog, and beside it files that are written once.

footfall/                          the table: files of Apache Iceberg; those in data/ are written by workers
footfall_week/, footfall_month/    the same of weeks or months, where they are counted
quarantine/run=<run id>/           rows that could not be counted, as Parquet
runs/<run id>/                     alive.json while it runs; report.json, report.html and, last, manifest.json
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date

import pyarrow as pa
from pyspark.sql import SparkSession

from footfall import stores
from footfall.engines.spark.causes import java_failures
from footfall.engines.spark.failures import spark_failures
from footfall.errors import Conflict, FootfallError, SettingsError
from footfall.periods import Kind, Period
from footfall.periods.columns import period_table
from footfall.publish.attempts import until_answered
from footfall.publish.iceberg import Table
from footfall.publish.other_tables import refuse_other_tables_in_store
from footfall.publish.output import Piece, Target
from footfall.publish.period_table import PeriodTable
from footfall.publish.reading import read_rows, sums
from footfall.publish.swapping import naming
from footfall.publish.writing import RESTAGED, write_no_quarantine, write_piece
from footfall.schema import QUARANTINE
from footfall.stores.errors import failures
from footfall.table import DayTable


@dataclass
class Store:
    """An output on an object store: its bucket and its tables; nothing is created before `begin`."""

    root: str
    run_id: str
    table: Table
    pieces: list[Piece] = field(default_factory=list)
    target: Target | None = None
    periods: PeriodTable | None = None

    @classmethod
    def at(
        cls,
        spark: SparkSession,
        own: DayTable,
        root: str,
        database: str,
        run_id: str,
        kind: Kind | None = None,
    ) -> "Store":
        """The output at an address s3://bucket/prefix, with the snapshots of its tables that are current now.

        Args:
            spark: The session that commits.
            own: The table of days.
            root: The address.
            database: The database of its tables.
            run_id: The id of the run.
            kind: Its table of weeks or months, if the run counts any.

        Raises:
            SettingsError: The bucket or the catalog refuses, Spark has no jars for them, or another job has its table
                there.
            InfrastructureError: One of them does not answer.
        """
        with failures(SettingsError, "The output cannot be used", f"setting output: {root}"):
            stores.of(root).look(f"{root}/")
        refuse_other_tables_in_store(root, own.name)
        where = f"settings catalog.*: database {database}"
        with spark_failures(), java_failures(SettingsError, "The catalog cannot be used", where):
            days = Table.at(spark, own, database, f"{root}/{own.name}", run_id)
            if kind is None:
                return cls(root, run_id, days)
            more = period_table(kind)
            periods = Table.at(spark, more, database, f"{root}/{more.name}", run_id)
        return cls(root, run_id, days, periods=PeriodTable(kind, periods))

    @contextmanager
    def begin(self) -> Iterator[Target]:
        """Create tables that are not there; gives the target of workers. At the end, delete what was not published."""
        with self._failures():
            schema = self.table.prepare()
            periods = self.periods.prepare() if self.periods else None
        self.target = Target(f"{self.table.location}/data", schema, self._quarantine, self.run_id, periods)
        try:
            yield self.target
        finally:
            # Files that stay do no harm, and `footfall maintain` deletes them: no error here may hide an earlier one.
            with suppress(FootfallError):
                self._delete_pieces()

    def stage(self, pieces: Sequence[Piece]) -> None:
        """Keep the files of the workers: data files that the table does not list yet."""
        self.pieces = list(pieces)

    def restage(self, day: date, rows: pa.Table) -> None:
        """Replace the rows of a staged day by these, and delete its old files."""
        assert self.target is not None  # noqa: S101 - nothing is staged before `begin`
        old = [piece for piece in self.pieces if piece.day == day]
        self.pieces.append(write_piece(self.target, day, RESTAGED, rows))
        for piece in old:
            stores.of(piece.path).delete(piece.path)
            self.pieces.remove(piece)

    def staged(self, day: date, columns: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
        """The rows of a staged day, in batches; all columns of the table, or these."""
        paths = [piece.path for piece in self.pieces if piece.day == day]
        return read_rows(paths, day, self.table.own.schema, columns)

    def finish_quarantine(self, rows: int) -> None:
        """Write a file without rows if the run has no quarantined rows, so that every run has a quarantine."""
        if not rows:
            with self._failures():
                write_no_quarantine(self._quarantine, QUARANTINE)

    def sums(self, days: Sequence[date], columns: Sequence[str]) -> dict[date, Mapping[str, int] | None]:
        """The sums of columns over the rows of published days that are not suppressed; None for the other days."""
        with self._failures():
            files = self.table.files(days)
            known = self.table.columns() if files else None
        schema = self.table.own.schema
        return {
            day: sums(read_rows(files[day], day, schema, columns, known), columns) if day in files else None
            for day in days
        }

    def published(self, day: date) -> Iterator[pa.RecordBatch] | None:
        """The rows of a published day, in batches; None if it is not published."""
        with self._failures():
            files = self.table.files([day])
            known = self.table.columns() if files else None
        return read_rows(files[day], day, self.table.own.schema, known=known) if day in files else None

    def publish(self, days: Sequence[date], periods: Sequence[Period] = ()) -> None:
        """Replace these days, and no others, by the staged ones, in one commit; then these weeks or months in another.

        Raises:
            Conflict: Another run published one of the days since this run began; nothing was replaced. Or the days were
                taken back before their weeks or months followed.
            InfrastructureError: It is not known whether they were published, as the catalog does not answer; the error
                names the days if only that of the weeks or months is not known.
        """
        kept, self.pieces = self.pieces, []  # where it is not known whether they are in the table, they stay
        of_periods = self.periods.pieces if self.periods else []
        try:
            with self._failures():
                files = self.periods.take(periods) if self.periods else {}
                self.table.publish(days, kept, periods)
        except Conflict:
            self.pieces = [*kept, *of_periods]
            raise
        if self.periods and files:
            with naming([*map(str, days)]), self._failures():
                self.periods.publish(files, self.table)

    def write(self, name: str, text: str) -> str:
        """Write a file of the run, whole or not at all; returns its address."""
        path = f"{self.root}/runs/{self.run_id}/{name}"
        with self._failures():
            until_answered(lambda: stores.of(path).write_once(path, text.encode()))
        return path

    def rewrite(self, name: str, text: str) -> None:
        """Overwrite a file of the run, whole or not at all."""
        path = f"{self.root}/runs/{self.run_id}/{name}"
        with self._failures():
            stores.of(path).write(path, text.encode())

    def _delete_pieces(self) -> None:
        """Delete the files of workers that no table lists."""
        for piece in (*self.pieces, *(self.periods.pieces if self.periods else ())):
            stores.of(piece.path).delete(piece.path)

    def _failures(self) -> ExitStack:
        """Turn exceptions of the store, the catalog and Java inside the block into one error."""
        where = f"setting output: {self.root}, table {self.table.name}"
        all_of_them = ExitStack()
        all_of_them.enter_context(spark_failures())
        for turned in (failures, java_failures):
            all_of_them.enter_context(turned(SettingsError, "The output cannot be written", where))
        return all_of_them

    @property
    def _quarantine(self) -> str:
        return f"{self.root}/quarantine/run={self.run_id}"
