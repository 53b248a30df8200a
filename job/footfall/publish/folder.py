"""An output folder on a local file system: the table by day, swapped by rename.

    footfall/day=2023-03-01/footfall.parquet     the table, one file per day
    quarantine/<run id>/*.parquet                rows that could not be counted
    runs/<run id>/                               manifest.json, report.*; alive.json, staging/ while it runs

A day's file is replaced by one rename, so a reader sees the old day or the new one. Two runs of one day notice each
other: a run publishes only if the day still is as it was when the run began.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import to_arrow_schema

from footfall.errors import Conflict, SettingsError
from footfall.publish import history
from footfall.schema import QUARANTINE

DAY_FILE = "footfall.parquet"
_DAY_FOLDER = "day=[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
_Version = tuple[int, int, int] | None


@dataclass
class Folder:
    """The output folder as one run sees it; nothing is created before `begin`."""

    root: Path
    run_id: str
    seen: dict[date, _Version] = field(default_factory=dict)

    @classmethod
    def at(cls, output: str, run_id: str) -> "Folder":
        """The output folder of the settings, remembered as it is now.

        Raises:
            SettingsError: It cannot be written.
        """
        root = Path(output).expanduser().absolute()
        for part in ("footfall", "quarantine", "runs"):
            _refuse_unless_writable(root, root / part)
        found = (root / "footfall").glob(_DAY_FOLDER)
        return cls(root, run_id, {date.fromisoformat(p.name[4:]): _version(p / DAY_FILE) for p in found})

    @property
    def run_folder(self) -> Path:
        """Where the run's manifest and reports go."""
        return self.root / "runs" / self.run_id

    @property
    def staging(self) -> Path:
        """Where the run writes before it publishes."""
        return self.run_folder / "staging"

    @property
    def quarantine_folder(self) -> Path:
        """Where the run's quarantined rows go."""
        return self.root / "quarantine" / self.run_id

    def day_file(self, day: date) -> Path:
        """The published file of a day."""
        return self.root / "footfall" / f"day={day}" / DAY_FILE

    @contextmanager
    def begin(self) -> Iterator[None]:
        """Create the run's folder and hold it while the run lives; sweep up after runs that were killed."""
        try:
            self.staging.mkdir(parents=True)
            (self.root / "footfall").mkdir(exist_ok=True)
        except OSError as failure:
            raise _not_writable(self.root, str(failure)) from failure
        self._sweep()
        with (self.staging / "waking").open("w") as alive:
            fcntl.flock(alive, fcntl.LOCK_EX)
            Path(alive.name).rename(self.staging / "alive")  # never seen without its lock
            try:
                yield
            finally:
                shutil.rmtree(self.staging, ignore_errors=True)

    def stage(self, table: DataFrame, days: list[date]) -> DataFrame:
        """Write the rows of FOOTFALL, all of these days, beside the table, one file per day, and read them back."""
        by_day = table.repartition("day").sortWithinPartitions("day", "place_id")
        by_day.write.partitionBy("day").parquet(str(self.staging / "footfall"))
        return table.sparkSession.read.schema(table.schema).parquet(str(self.staging / "footfall"))

    def quarantine(self, rows: DataFrame) -> DataFrame:
        """Write the rows of QUARANTINE and read them back."""
        rows.write.parquet(str(self.quarantine_folder))
        return rows.sparkSession.read.schema(rows.schema).parquet(str(self.quarantine_folder))

    def empty_quarantine(self) -> None:
        """Write a table of QUARANTINE without rows, so that readers find one for each run."""
        self.quarantine_folder.mkdir(parents=True)
        pq.write_table(to_arrow_schema(QUARANTINE).empty_table(), self.quarantine_folder / "none.parquet")

    def totals(self, days: list[date]) -> dict[date, tuple[int, int] | None]:
        """Pings and visits of published days over all places that are not suppressed; None for the other days."""
        return {day: history.day_totals(self.day_file(day)) for day in days}

    def write(self, name: str, text: str) -> str:
        """Write a file of the run, whole or not at all, and say where it is."""
        part = self.run_folder / f".{name}"
        try:
            self.run_folder.mkdir(parents=True, exist_ok=True)
            part.write_text(text, encoding="utf-8")
        except OSError as failure:
            raise _not_writable(self.root, str(failure)) from failure
        return str(part.replace(self.run_folder / name))

    def rewrite(self, name: str, text: str) -> None:
        """Write a file of the run again, whole or not at all."""
        self.write(name, text)

    def publish(self, days: list[date]) -> None:
        """Replace exactly these days by the staged ones.

        Raises:
            Conflict: Another run published one of them since this run began.
        """
        with (self.root / "footfall" / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for day in days:
                self._refuse_if_changed(day)
            for day in days:
                (staged,) = (self.staging / "footfall" / f"day={day}").glob("*.parquet")
                _swap_in(staged, self.day_file(day))

    def _refuse_if_changed(self, day: date) -> None:
        if _version(self.day_file(day)) == self.seen.get(day):
            return
        winner = history.publisher(self.root / "runs", day, self.day_file(day))
        raise Conflict(
            f"{day} was published by {winner or 'another run'} while this run was counting",
            where=str(self.day_file(day)),
            fix="Look at that run's report; run the day again if its input was older than yours.",
        )

    def _sweep(self) -> None:
        """Remove the staged files of runs that ended without doing so."""
        for alive in (self.root / "runs").glob("*/staging/alive"):
            try:
                with alive.open() as other:
                    fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(alive.parent, ignore_errors=True)
            except (BlockingIOError, FileNotFoundError):
                continue  # it lives, or it just ended by itself


def _swap_in(staged: Path, target: Path) -> None:
    """Make the staged file durable, then rename it over the target."""
    target.parent.mkdir(exist_ok=True)
    for path in (staged, target.parent):
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
    staged.replace(target)


def _version(path: Path) -> _Version:
    """What changes when a file is replaced."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def _refuse_unless_writable(root: Path, folder: Path) -> None:
    """The folder, or the nearest one above it that exists, must be one to write to."""
    try:
        existing = next(p for p in (folder, *folder.parents) if p.exists())
    except PermissionError as failure:
        raise _not_writable(root, str(failure)) from failure
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        raise _not_writable(root, f"{existing} is not a folder that this user may write to")


def _not_writable(root: Path, why: str) -> SettingsError:
    return SettingsError(
        f"The output folder {root} cannot be written: {why}",
        where="setting output (flag --output, variable FOOTFALL_OUTPUT)",
        fix="Name a folder that this user may create or write to.",
    )
