"""The interface of outputs: what the pipeline calls, whether results go to a folder or to an object store."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import pyarrow as pa

from footfall.periods import Period


@dataclass(frozen=True)
class Target:
    """The folders to which workers write results, where no reader sees them yet. It is pickled.

    Args:
        folder: A local folder, or the address of one in a store; workers create it.
        schema: The columns of the files: those of the table, without `day` if the path names it; for a table of Iceberg
            with its field ids in their metadata.
        quarantine: The folder of the run's quarantine.
        run_id: The id of the run, with which names of files begin.
        periods: The folder for rows of weeks or months; None if the run counts none.
    """

    folder: str
    schema: pa.Schema
    quarantine: str
    run_id: str
    periods: "PeriodTarget | None" = None


@dataclass(frozen=True)
class PeriodTarget:
    """The folder to which workers write rows of weeks or months, the columns of its files, and the run's id."""

    folder: str
    schema: pa.Schema
    run_id: str


@dataclass(frozen=True)
class Piece:
    """A file of the table that a worker wrote: rows of one day, sorted by their keys; a day may have several.

    For a week or month, `day` is its first day.
    """

    day: date
    path: str
    bytes: int
    rows: int


class PeriodOutput(Protocol):
    """The table of weeks or months of an output; its methods are those of `Output`, for periods in place of days."""

    def stage(self, pieces: Sequence[Piece]) -> None:
        """Take over the files of the workers."""

    def restage(self, period: Period, rows: pa.Table) -> None:
        """Replace the rows of a staged period by these."""

    def staged(self, period: Period) -> pa.Table:
        """The rows of a staged period, ROWS of `periods.columns`."""


class Output(Protocol):
    """An output of a run: the table, the quarantine and the run's own files.

    It keeps the versions of the days of when the run began, to find conflicts; nothing is created before `begin`.
    """

    @property
    def periods(self) -> PeriodOutput | None:
        """Its table of weeks or months; None if the run counts none."""

    def begin(self) -> AbstractContextManager[Target]:
        """Create the run's folders, which belong to it until the block ends; gives the target of workers.

        Raises:
            SettingsError: The output cannot be written.
        """

    def stage(self, pieces: Sequence[Piece]) -> None:
        """Take over the files of the workers; the pieces of a day are given in the order of their keys."""

    def restage(self, day: date, rows: pa.Table) -> None:
        """Replace the rows of a staged day by these rows, which are sorted by their keys."""

    def finish_quarantine(self, rows: int) -> None:
        """Complete the quarantine, to which workers wrote so many rows; without any it becomes a file without rows."""

    def staged(self, day: date, columns: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
        """The rows of a staged day, sorted by their keys, in batches; all columns of the table, or these."""

    def sums(self, days: Sequence[date], columns: Sequence[str]) -> dict[date, Mapping[str, int] | None]:
        """The sums of columns over the rows of published days that are not suppressed; None for the other days."""

    def published(self, day: date) -> Iterator[pa.RecordBatch] | None:
        """The rows of a published day, sorted by their keys, in batches; None if it is not published."""

    def publish(self, days: Sequence[date], periods: Sequence[Period] = ()) -> None:
        """Replace these days, and no others, by the staged ones, and these weeks or months.

        Raises:
            Conflict: Another run published one of them since this run began.
        """

    def write(self, name: str, text: str) -> str:
        """Write a file of the run, whole or not at all; returns its path or address."""

    def rewrite(self, name: str, text: str) -> None:
        """Write or overwrite a file of the run, whole or not at all; possible before `begin` and after it."""
