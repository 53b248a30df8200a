"""What the pipeline asks of the place that results go to, whatever it is."""

from contextlib import AbstractContextManager
from datetime import date
from typing import Protocol

from pyspark.sql import DataFrame


class Output(Protocol):
    """An output as one run sees it: the table, the quarantine and the run's own files.

    It is remembered as it was when the run began; nothing is created before `begin`.
    """

    def begin(self) -> AbstractContextManager[None]:
        """Create what the run needs, and hold it while the run lives.

        Raises:
            SettingsError: The output cannot be written.
        """

    def stage(self, table: DataFrame, days: list[date]) -> DataFrame:
        """Write the rows of FOOTFALL, all of these days, where no reader sees them, and read them back."""

    def quarantine(self, rows: DataFrame) -> DataFrame:
        """Write the rows of QUARANTINE and read them back."""

    def empty_quarantine(self) -> None:
        """Write a table of QUARANTINE without rows, so that readers find one for each run."""

    def totals(self, days: list[date]) -> dict[date, tuple[int, int] | None]:
        """Pings and visits of published days over all places that are not suppressed; None for the other days."""

    def publish(self, days: list[date]) -> None:
        """Replace exactly these days by the staged ones.

        Raises:
            Conflict: Another run published one of them since this run began.
        """

    def write(self, name: str, text: str) -> str:
        """Write a file of the run, whole or not at all, and say where it is."""

    def rewrite(self, name: str, text: str) -> None:
        """Write a file of the run again, whole or not at all; possible before `begin` and after it."""
