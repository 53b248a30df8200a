"""The table of weeks, or of months, in an output folder: one file for each, swapped by rename as those of days are.

footfall_week/week=2023-W09/footfall_week.parquet
footfall_month/month=2023-03/footfall_month.parquet
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from footfall.errors import Conflict, InfrastructureError, SettingsError
from footfall.periods import Kind, Period
from footfall.periods.columns import ROWS, table_of
from footfall.publish.output import PeriodTarget, Piece
from footfall.publish.stitching import stitch
from footfall.publish.swapping import Version, swap_in, version
from footfall.publish.writing import RESTAGED, write_period
from footfall.schema_version import refuse_newer_file
from footfall.stores.errors import failures


@dataclass
class PeriodFiles:
    """A table of weeks or months in a folder; `seen` holds the versions of its files of when the run began."""

    root: Path
    kind: Kind
    run_id: str
    staging: Path
    seen: dict[str, Version] = field(default_factory=dict)
    files: dict[Period, Path] = field(default_factory=dict)

    @classmethod
    def at(cls, root: Path, kind: Kind, run_id: str, staging: Path) -> "PeriodFiles":
        """The table in an output folder, with the versions of its files as they are now; it need not exist.

        Raises:
            SettingsError: Another version of footfall wrote it, with other columns.
        """
        table = cls(root, kind, run_id, staging / table_of(kind))
        found = sorted(table.folder.glob(f"{kind}=*/{table_of(kind)}.parquet"))
        for path in found[-1:]:
            _refuse_other_columns(path, kind)
        table.seen = {path.parent.name: version(path) for path in found}
        return table

    @property
    def folder(self) -> Path:
        """The folder of the table."""
        return self.root / table_of(self.kind)

    @property
    def target(self) -> PeriodTarget:
        """The folder to which workers write, and the columns of its files."""
        return PeriodTarget(str(self.staging), ROWS, self.run_id)

    def file(self, period: Period) -> Path:
        """The published file of a period."""
        return self.folder / f"{period.kind}={period.name}" / f"{table_of(period.kind)}.parquet"

    def stage(self, pieces: Sequence[Piece]) -> None:
        """Join the files of workers to one staged file per period; pieces are given in the order of places."""
        by_period: dict[Period, list[Path]] = {}
        for piece in pieces:
            by_period.setdefault(Period(self.kind, piece.day), []).append(Path(piece.path))
        for period, paths in by_period.items():
            self.files[period] = paths[0]
            if len(paths) > 1:
                self.files[period] = paths[0].parent / "whole.parquet"
                with failures(SettingsError, "The output cannot be written", str(self.root)):
                    stitch(paths, self.files[period], ROWS)
                for path in paths:
                    path.unlink()

    def restage(self, period: Period, rows: pa.Table) -> None:
        """Replace the rows of a staged period by these."""
        old, piece = self.files[period], write_period(self.target, period, RESTAGED, rows)
        old.unlink()
        self.files[period] = Path(piece.path)

    def staged(self, period: Period) -> pa.Table:
        """The rows of a staged period, all columns of ROWS."""
        return read_period(self.files[period])

    def refuse_if_changed(self, periods: Iterable[Period]) -> None:
        """Check that no other run replaced one of these periods since this run began.

        Raises:
            Conflict: One did.
        """
        for period in periods:
            path = self.file(period)
            if version(path) != self.seen.get(path.parent.name):
                raise Conflict(
                    f"{period.name} was published by another run while this run was counting",
                    where=str(path),
                    fix="Look at that run's report; run the period again if its input was older than yours.",
                )

    def swap(self, periods: Iterable[Period]) -> None:
        """Replace these periods, and no others, by the staged ones."""
        for period in periods:
            swap_in(self.files[period], self.file(period))


def read_period(path: Path) -> pa.Table:
    """The rows of a published week or month, ROWS of `periods.columns`; a column that an older file lacks is null.

    Raises:
        InfrastructureError: The file is gone, or cannot be read.
    """
    with failures(InfrastructureError, "A file of the table cannot be read", str(path)):
        try:
            file = pq.ParquetFile(path)
            refuse_newer_file(file.metadata.metadata, str(path))
            table = file.read()
            for field in (field for field in ROWS if field.name not in table.column_names):
                table = table.append_column(field, pa.nulls(len(table), field.type))
            return table.select(ROWS.names).cast(ROWS)
        except pa.ArrowException as failure:
            raise InfrastructureError(
                f"A file of the table cannot be read: {failure}",
                where=str(path),
                fix="Count its days again; if this stays, look at the disk.",
            ) from failure


def _refuse_other_columns(path: Path, kind: Kind) -> None:
    """Raise SettingsError unless the columns of a file are those of ROWS; columns that may be null may be missing."""
    with failures(InfrastructureError, "A file of the table cannot be read", str(path)):
        file = pq.ParquetFile(path)
        refuse_newer_file(file.metadata.metadata, str(path))
        there = file.schema_arrow
    own = [field.name for field in ROWS]
    lacking = [field for field in ROWS if field.name not in there.names]
    fits = [name for name in own if name in there.names] == there.names and all(
        field.nullable for field in lacking
    )
    if not fits or any(field.type != ROWS.field(field.name).type for field in there):
        raise SettingsError(
            f"The table of {kind}s is there, but its columns are not those of this version",
            where=f"{path}: {', '.join(there.names)}",
            fix=f"Move {path.parents[1]} away and count its {kind}s again, or name another output.",
        )
