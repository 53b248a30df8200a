"""What the pipeline asks of the place that results go to, whatever it is."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import pyarrow as pa

from footfall.periods import Period


@dataclass(frozen=True)
class Target:
    """Where workers write what they counted, beside the table, where no reader sees it. It is pickled.

    Args:
        folder: A local folder, or the address of a folder in a store; made by those who write to it.
        schema: The columns of the files: those of FOOTFALL, without `day` where readers know it by the path, and with
            what the table wants to know of them in their metadata.
        quarantine: The folder of the run's quarantine.
        run_id: The run, after which files are named.
        periods: Where rows of weeks or months go; None where the run counts none.
    """

    folder: str
    schema: pa.Schema
    quarantine: str
    run_id: str
    periods: "PeriodTarget | None" = None


@dataclass(frozen=True)
class PeriodTarget:
    """Where workers write rows of weeks or months: a local folder, the columns of the files, and their run."""

    folder: str
    schema: pa.Schema
    run_id: str


@dataclass(frozen=True)
class Piece:
    """A file of FOOTFALL that a worker wrote: rows of one day, sorted by place; a day may have several.

    Of a week or month, `day` is the first.
    """

    day: date
    path: str
    bytes: int
    rows: int


class PeriodOutput(Protocol):
    """A table of weeks or months as one run sees it; see `Output` for what its methods do."""

    def stage(self, pieces: Sequence[Piece]) -> None:
        """Take what the workers wrote."""

    def restage(self, period: Period, rows: pa.Table) -> None:
        """Take these rows instead of those that were staged for a period."""

    def staged(self, period: Period) -> pa.Table:
        """Read back the rows of a period that was staged, ROWS of `periods.columns`."""


class Output(Protocol):
    """An output as one run sees it: the table, the quarantine and the run's own files.

    It is remembered as it was when the run began; nothing is created before `begin`.
    """

    @property
    def periods(self) -> PeriodOutput | None:
        """Its table of weeks or months; None where the run counts none."""

    def begin(self) -> AbstractContextManager[Target]:
        """Create what the run needs, and hold it while the run lives.

        Raises:
            SettingsError: The output cannot be written.
        """

    def stage(self, pieces: Sequence[Piece]) -> None:
        """Take what the workers wrote; of a day, pieces are given in the order of their places."""

    def restage(self, day: date, rows: pa.Table) -> None:
        """Take these rows of FOOTFALL, sorted by place, instead of those that were staged for a day, which go."""

    def finish_quarantine(self, rows: int) -> None:
        """Complete the quarantine, to which workers wrote so many rows: readers find one for each run."""

    def staged(self, day: date, columns: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
        """Read back the rows of a day that was staged, sorted by place; all columns of FOOTFALL, or these."""

    def totals(self, days: Sequence[date]) -> dict[date, tuple[int, int] | None]:
        """Pings and visits of published days over all places that are not suppressed; None for the other days."""

    def published(self, day: date) -> Iterator[pa.RecordBatch] | None:
        """Read the rows of FOOTFALL of a published day, sorted by place; None where it is not published."""

    def publish(self, days: Sequence[date], periods: Sequence[Period] = ()) -> None:
        """Replace exactly these days by the staged ones, and these weeks or months.

        Raises:
            Conflict: Another run published one of them since this run began.
        """

    def write(self, name: str, text: str) -> str:
        """Write a file of the run, whole or not at all, and say where it is."""

    def rewrite(self, name: str, text: str) -> None:
        """Write a file of the run again, whole or not at all; possible before `begin` and after it."""
