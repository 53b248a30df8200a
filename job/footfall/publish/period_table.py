"""The table of weeks, or of months, on an object store: Apache Iceberg, committed after the table of days.

Iceberg has no commit over two tables, so there is a moment in which readers find new days beside an old week. Days go
first, because their commit decides which of two runs wins: a run that loses there has changed nothing. That commit
also names the weeks that follow it (PERIODS). A week is published by the run whose commit of days named it last:

1. the head of the table of weeks is looked up, then the table of days is asked which weeks later runs have named;
2. these are left to them, the others are replaced, unless weeks were published since that head: then again from 1.

So no run publishes a week over one of later days, however slow it is, and a week contradicts its days only between
two commits that follow each other. A run that dies between them is known by its days, whose commit names weeks that no
commit of the run publishes; `footfall plan` calls these weeks stale, and the next run of their days replaces both.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from footfall import stores
from footfall.errors import Conflict
from footfall.periods import Kind, Period
from footfall.periods.columns import ROWS
from footfall.publish.commits import PERIODS, Commit, promised_since
from footfall.publish.iceberg import Table, snapshot_id
from footfall.publish.output import PeriodTarget, Piece
from footfall.publish.reading import read_rows
from footfall.publish.writing import RESTAGED, write_period

Files = dict[Period, list[Any]]
"""Java's DataFiles of each week or month."""


@dataclass
class PeriodTable:
    """The table of weeks or months as one run sees it; `prepare` makes its target."""

    kind: Kind
    table: Table
    pieces: list[Piece] = field(default_factory=list)
    target: PeriodTarget | None = None

    def prepare(self) -> PeriodTarget:
        """Create the table, or add the columns that an older one lacks; returns the target of workers."""
        schema = self.table.prepare()
        self.target = PeriodTarget(f"{self.table.location}/data", schema, self.table.run_id)
        return self.target

    def stage(self, pieces: Sequence[Piece]) -> None:
        """Keep the files of the workers: data files that the table does not list yet."""
        self.pieces = list(pieces)

    def restage(self, period: Period, rows: pa.Table) -> None:
        """Replace the rows of a staged period by these, and delete its old files."""
        assert self.target is not None  # noqa: S101 - nothing is staged before `prepare`
        old = self._of([period])
        self.pieces.append(write_period(self.target, period, RESTAGED, rows))
        for piece in old:
            stores.of(piece.path).delete(piece.path)
            self.pieces.remove(piece)

    def staged(self, period: Period) -> pa.Table:
        """The rows of a staged period, all columns of ROWS."""
        paths = [piece.path for piece in self._of([period])]
        return pa.Table.from_batches(read_rows(paths, period.first, ROWS), ROWS)

    def take(self, periods: Sequence[Period]) -> Files:
        """The staged files of these periods, described for the commit; from now on they are not deleted."""
        kept, self.pieces = self.pieces, []
        return {
            period: self.table.data_files([piece for piece in kept if piece.day == period.first])
            for period in periods
        }

    def publish(self, files: Files, days: Table) -> None:
        """Replace these periods, and no others, by their files, in one commit, but for those left to later runs.

        Args:
            files: As of `take`.
            days: The table of days, to which the run has committed.

        Raises:
            Conflict: Somebody took the days of the run back.
            InfrastructureError: It is not known whether they were published, as the catalog does not answer.
        """
        names, seen, load = [period.name for period in files], self.table.seen, self.table.load
        commit = Commit(self.table.run_id, names, seen, self.table.name, load, PERIODS, overtakes=True)
        commit.make(lambda since: self._update(files, days))

    def _update(self, files: Files, days: Table) -> Any:
        """The update of the table, not yet committed, without the periods that later runs publish; None without any."""
        # The head comes before the question: weeks that are published after the answer are conflicts.
        head = snapshot_id(self.table.load())
        promised = promised_since(days.load(), self.table.run_id)
        if promised is None:
            raise Conflict(
                f"{', '.join(period.name for period in files)} was not published, as its days were taken back",
                where=f"table {days.name}",
                fix="Run these days again if they should be published.",
            )
        own = [period for period in files if period.name not in promised]
        if not own:
            return None
        firsts, says = [period.first for period in own], {PERIODS: ",".join(period.name for period in own)}
        return self.table.replacing(firsts, [file for period in own for file in files[period]], head, says)

    def _of(self, periods: Sequence[Period]) -> list[Piece]:
        firsts = {period.first for period in periods}
        return [piece for piece in self.pieces if piece.day in firsts]
