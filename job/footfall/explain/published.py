"""What is published of a place and a day, by which run, and what may be said of it."""

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
"""Gives the rows of FOOTFALL of a published day."""


@dataclass(frozen=True)
class Published:
    """The days of an output.

    Args:
        days: All that are known, sorted, with the runs that published them.
        rows: Gives the rows of a published day.
        output: The output, as people know it.
    """

    days: Sequence[DayRecord]
    rows: DayRows
    output: str

    def row(self, day: date, place_id: str) -> dict[str, Any] | None:
        """The row of a place; None where the day is not published, or has no such place."""
        if self.publisher(day) is None:
            return None
        rows = self.rows(day)
        found = rows.filter(pc.equal(rows["place_id"], place_id)).to_pylist()
        return found[0] if found else None

    def publisher(self, day: date) -> RunRecord | None:
        """The run whose rows readers find; None where the day is not published."""
        return next((each.publisher for each in self.days if each.day == day), None)

    def k(self, day: date, k: int) -> int:
        """The fewest devices that a number may stand for: by these settings, or those the day was published by."""
        run = self.publisher(day)
        known = run.manifest.settings.get("privacy", {}).get("k", 1) if run and run.manifest else 1
        return max(k, int(known))

    def refuse_unless_published(self, day: date) -> None:
        """Raise InputError where a day is not published; it names the nearest one that is."""
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
