"""The published rows of places and days, the runs that published them, and the k that protects them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from footfall.errors import InputError
from footfall.history.calendar import DayRecord
from footfall.history.record import RunRecord

DayRows = Callable[[date], pa.Table]
"""Returns the rows of FOOTFALL of a published day."""


@dataclass(frozen=True)
class Published:
    """The days of an output.

    Args:
        days: All days of the history, sorted, with the runs that published them.
        rows: Returns the rows of a published day.
        output: The path or address of the output.
    """

    days: Sequence[DayRecord]
    rows: DayRows
    output: str

    def row(self, day: date, place_id: str) -> dict[str, Any] | None:
        """The row of a place as a dict; None if the day is not published, or has no such place."""
        if self.publisher(day) is None:
            return None
        rows = self.rows(day)
        found = rows.filter(pc.equal(rows["place_id"], place_id)).to_pylist()
        return found[0] if found else None

    def publisher(self, day: date) -> RunRecord | None:
        """The run whose rows of the day are in the table; None if it is not published."""
        return next((each.publisher for each in self.days if each.day == day), None)

    def k(self, day: date, k: int) -> int:
        """The larger of `k` and of `privacy.k` of the run that published the day."""
        run = self.publisher(day)
        known = run.manifest.settings.get("privacy", {}).get("k", 1) if run and run.manifest else 1
        return max(k, int(known))

    def refuse_unless_published(self, day: date) -> None:
        """Raise InputError if a day is not published; the error names the nearest published day."""
        if self.publisher(day) is not None:
            return
        known = [each.day for each in self.days if each.is_published]
        near = min(known, key=lambda each: abs(each - day), default=None)
        raise InputError(
            f"{day} is not published",
            where=f"output: {self.output}",
            fix=(f"The nearest day that is published is {near}. " if near else "")
            + "`footfall runs --by day` lists all days.",
        )
