"""An output folder on a local file system: the table by day, swapped by rename.

    footfall/day=2023-03-01/footfall.parquet     the table, one file per day
    quarantine/<run id>/*.parquet                rows that could not be counted
    runs/<run id>/                               manifest.json, report.*; alive.json, staging/ while it runs

A day's file is replaced by one rename, so a reader sees the old day or the new one. A run publishes a day only if its
file is still the one of when the run began; so of two runs at a time one is refused.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa

from footfall import stores
from footfall.errors import Conflict, SettingsError
from footfall.periods import Kind, Period
from footfall.periods.columns import table_of
from footfall.publish import history
from footfall.publish.other_tables import DAY_FOLDER, refuse_other_tables
from footfall.publish.output import Piece, Target
from footfall.publish.period_files import PeriodFiles
from footfall.publish.reading import read_rows, refuse_newer_table, sums
from footfall.publish.stitching import stitch
from footfall.publish.swapping import Version, naming, swap_in, version
from footfall.publish.writing import RESTAGED, write_no_quarantine, write_piece
from footfall.schema import QUARANTINE
from footfall.stores.errors import failures
from footfall.table import DayTable

ROOM = 512 * 1024
"""Bytes that must be free before days are swapped: for the report and the manifest, which are written after it."""

_SETTING = "setting output (flag --output, variable FOOTFALL_OUTPUT)"


@dataclass
class Folder:
    """The output folder as one run sees it; nothing is created before `begin`."""

    root: Path
    run_id: str
    table: DayTable
    seen: dict[date, Version] = field(default_factory=dict)
    files: dict[date, Path] = field(default_factory=dict)
    periods: PeriodFiles | None = None

    @classmethod
    def at(cls, output: str, run_id: str, table: DayTable, kind: Kind | None = None) -> "Folder":
        """The output folder, with the versions of its days as they are now, and its table of weeks or months, if any.

        Raises:
            SettingsError: It cannot be written, or another job or another version has its table there.
        """
        root = Path(output).expanduser().absolute()
        for part in (table.name, "quarantine", "runs", *([table_of(kind)] if kind else [])):
            _refuse_unless_writable(root, root / part)
        refuse_other_tables(root, table.name)
        found = [path / table.file for path in (root / table.name).glob(DAY_FOLDER)]
        files = {path: version(path) for path in found}
        refuse_newer_table(files)
        seen = {date.fromisoformat(path.parent.name[4:]): file for path, file in files.items()}
        folder = cls(root, run_id, table, seen)
        folder.periods = PeriodFiles.at(root, kind, run_id, folder.staging) if kind else None
        return folder

    @property
    def run_folder(self) -> Path:
        """The folder of the run's manifest and reports."""
        return self.root / "runs" / self.run_id

    @property
    def staging(self) -> Path:
        """The folder of what the run writes before it publishes."""
        return self.run_folder / "staging"

    @property
    def quarantine_folder(self) -> Path:
        """The folder of the run's quarantined rows."""
        return self.root / "quarantine" / self.run_id

    @property
    def target(self) -> Target:
        """The folders to which workers write, and the columns of their files."""
        periods = self.periods.target if self.periods else None
        return Target(str(self._pieces), self.table.file_schema, str(self._bad_rows), self.run_id, periods)

    def day_file(self, day: date) -> Path:
        """The published file of a day."""
        return self._table / f"day={day}" / self.table.file

    @contextmanager
    def begin(self) -> Iterator[Target]:
        """Create the run's folder and lock it until the run ends; delete staged files of runs that were killed."""
        with _writing(self.root):
            self.staging.mkdir(parents=True)
            alive = (self.staging / "waking").open("w")
        with alive:
            self._sweep()
            fcntl.flock(alive, fcntl.LOCK_EX)
            Path(alive.name).rename(self.staging / "alive")  # never seen without its lock
            try:
                yield self.target
            finally:
                shutil.rmtree(self.staging, ignore_errors=True)

    def stage(self, pieces: Sequence[Piece]) -> None:
        """Join the files of workers to one staged file per day; pieces are given in the order of their keys."""
        by_day: dict[date, list[Path]] = {}
        for piece in pieces:
            by_day.setdefault(piece.day, []).append(Path(piece.path))
        for day, paths in by_day.items():
            self.files[day] = paths[0]
            if len(paths) > 1:
                self.files[day] = self._pieces / f"day={day}" / "whole.parquet"
                with _writing(self.root):
                    stitch(paths, self.files[day], self.table.file_schema)
                for path in paths:
                    path.unlink()

    def restage(self, day: date, rows: pa.Table) -> None:
        """Replace the rows of a staged day by these."""
        old, piece = self.files[day], write_piece(self.target, day, RESTAGED, rows)
        old.unlink()
        self.files[day] = Path(piece.path)

    def staged(self, day: date, columns: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
        """The rows of a staged day, in batches; all columns of the table, or these."""
        files = [str(self.files[day])] if day in self.files else []
        return read_rows(files, day, self.table.schema, columns)

    def finish_quarantine(self, rows: int) -> None:
        """Move the rows that workers wrote to the quarantine; without any, write a file without rows."""
        if not rows:
            write_no_quarantine(str(self._bad_rows), QUARANTINE)
        with _writing(self.root):
            self.quarantine_folder.parent.mkdir(exist_ok=True)
            self._bad_rows.rename(self.quarantine_folder)

    def sums(self, days: Sequence[date], columns: Sequence[str]) -> dict[date, Mapping[str, int] | None]:
        """The sums of columns over the rows of published days that are not suppressed; None for the other days."""
        files = {day: self.day_file(day) for day in days}
        schema = self.table.schema
        return {
            day: sums(read_rows([str(file)], day, schema, columns), columns) if file.exists() else None
            for day, file in files.items()
        }

    def published(self, day: date) -> Iterator[pa.RecordBatch] | None:
        """The rows of a published day, in batches; None if it is not published."""
        file = self.day_file(day)
        return read_rows([str(file)], day, self.table.schema) if file.exists() else None

    @property
    def _table(self) -> Path:
        """The folder of the table."""
        return self.root / self.table.name

    @property
    def _pieces(self) -> Path:
        """The folder to which workers write the rows of days."""
        return self.staging / self.table.name

    @property
    def _bad_rows(self) -> Path:
        """The folder to which workers write quarantined rows; it is moved to the quarantine as a whole."""
        return self.staging / "quarantine"

    def write(self, name: str, text: str) -> str:
        """Write a file of the run, whole or not at all; returns its path."""
        path = self.run_folder / name
        with _writing(self.root):
            stores.of(str(path)).write(str(path), text.encode())
        return str(path)

    def rewrite(self, name: str, text: str) -> None:
        """Overwrite a file of the run, whole or not at all."""
        self.write(name, text)

    def publish(self, days: Sequence[date], periods: Sequence[Period] = ()) -> None:
        """Replace these days, and no others, by the staged ones; then these weeks or months.

        Raises:
            Conflict: Another run published one of them since this run began.
            InfrastructureError: The disk is full, or fails; the error names what was replaced before that.
        """
        replaced: list[str] = []
        with _writing(self.root):
            self._table.mkdir(exist_ok=True)
        with naming(replaced), _writing(self.root), (self._table / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for day in days:
                self._refuse_if_changed(day)
            if self.periods:
                self.periods.refuse_if_changed(periods)
            room = self.staging / "room"
            room.write_bytes(os.urandom(ROOM))  # no disk makes less of these
            for day in days:
                swap_in(self.files[day], self.day_file(day))
                replaced.append(str(day))
            if self.periods:
                for period in periods:
                    self.periods.swap([period])
                    replaced.append(period.name)
            room.unlink()

    def _refuse_if_changed(self, day: date) -> None:
        if version(self.day_file(day)) == self.seen.get(day):
            return
        winner = history.publisher(self.root / "runs", day, self.day_file(day))
        raise Conflict(
            f"{day} was published by {winner or 'another run'} while this run was counting",
            where=str(self.day_file(day)),
            fix="Look at that run's report; run the day again if its input was older than yours.",
        )

    def _sweep(self) -> None:
        """Delete the staged files of runs that were killed."""
        for alive in (self.root / "runs").glob("*/staging/alive"):
            try:
                with alive.open() as other:
                    fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(alive.parent, ignore_errors=True)
            except (BlockingIOError, FileNotFoundError):
                continue  # that run is alive, or has just deleted its own


def _refuse_unless_writable(root: Path, folder: Path) -> None:
    """Raise SettingsError unless the folder, or the nearest folder above it that exists, can be written."""
    with _writing(root):
        existing = next(p for p in (folder, *folder.parents) if p.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        what = f"The output folder {root} cannot be written: {existing} is not a folder that this user may write to"
        raise SettingsError(what, where=_SETTING, fix="Name a folder that this user may create or write to.")


def _writing(root: Path) -> AbstractContextManager[None]:
    """Turn errors of the system inside the block into ones that name the output."""
    return failures(SettingsError, f"The output folder {root} cannot be written", f"{_SETTING}: {root}")
