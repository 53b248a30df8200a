"""Reads the table of factors by which a user scales counts: a factor for each day."""

import csv
import io
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from footfall import stores
from footfall.errors import InputError
from footfall.plurals import shortened
from footfall.schema import InputFile
from footfall.settings import DayRange
from footfall.stores.errors import failures

COLUMNS = ("day", "factor")

LISTED = 5
"""So many days without a factor are named."""

_FIX = "Write a CSV file with the columns day (as 2023-03-01) and factor (a number above 0), a line for each day."


@dataclass(frozen=True)
class Scaling:
    """Factors by day, and the file that they come from."""

    factors: Mapping[date, float]
    file: InputFile

    def of(self, day: date) -> float:
        """The factor of a day.

        Raises:
            InputError: There is none.
        """
        self.refuse_missing([day])
        return self.factors[day]

    def refuse_missing(self, days: Iterable[date]) -> None:
        """Refuse days that have no factor.

        Raises:
            InputError: There are some; the first of them are named.
        """
        missing = [str(day) for day in days if day not in self.factors]
        if missing:
            raise InputError(
                f"There is no factor for {shortened(missing)}",
                where=f"setting panel.scaling: {self.file.path}",
                fix="Add a line for each day of the run, or leave panel.scaling out.",
            )


def read_scaling(path: str | None, days: Literal["all"] | DayRange) -> Scaling | None:
    """The factors of a CSV file, here or in a store; None if no file is named.

    Args:
        path: The file.
        days: The days that have to have a factor, where they are known.

    Raises:
        InputError: It is not there, lacks a column or a day, or a line of it is wrong; a day stands in two lines.
        InfrastructureError: The store does not answer.
    """
    if path is None:
        return None
    scaling = _read(path)
    scaling.refuse_missing(() if days == "all" else days)
    return scaling


def _read(path: str) -> Scaling:
    path = stores.absolute(path)
    where = f"setting panel.scaling: {path}"
    with failures(InputError, "The table of factors cannot be read", where):
        entry, content = stores.of(path).look(path), stores.of(path).read(path)
    try:
        rows = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), skipinitialspace=True)
        named = rows.fieldnames or []
    except UnicodeDecodeError as failure:
        raise InputError("The table of factors is not UTF-8", where=where, fix=_FIX) from failure
    lacking = [name for name in COLUMNS if name not in named]
    if lacking:
        found = ", ".join(named) or "none"
        raise InputError(
            f"The table of factors lacks the column {' and the column '.join(lacking)}; its columns are {found}",
            where=where,
            fix=_FIX,
        )
    factors: dict[date, float] = {}
    for row in rows:
        day, factor = _line(row, f"{where}, line {rows.line_num}")
        if day in factors:
            raise InputError(
                f"The table of factors has {day} twice",
                where=f"{where}, line {rows.line_num}",
                fix="Keep one of the lines.",
            )
        factors[day] = factor
    return Scaling(factors, InputFile(path, len(content), entry.version if entry else None))


def _line(row: Mapping[str, str | None], where: str) -> tuple[date, float]:
    day, factor = ((row[name] or "").strip() for name in COLUMNS)
    try:
        found = date.fromisoformat(day), float(factor)
    except ValueError:
        found = date.min, math.nan
    if not (math.isfinite(found[1]) and found[1] > 0):
        raise InputError(
            f"The table of factors has the day {day!r} with the factor {factor!r}", where=where, fix=_FIX
        )
    return found
