"""Compares the rows of a day by place: which were added, removed or changed, column by column.

Rows of two days, weeks or months are compared in the same way.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from footfall.errors import InputError
from footfall.schema import FOOTFALL

LARGEST = 5
"""The number of largest changes that are kept for a column."""

KEYS = ("place_id", "day", "first_day")
"""The columns that identify a row; all others are compared."""

When = date | str
"""The day of rows; or as text the two days, weeks or months that are compared with each other."""

_Flags = npt.NDArray[np.bool_]
_Sizes = npt.NDArray[np.float64]
_Sides = tuple[pa.Array, pa.Array]


@dataclass(frozen=True)
class Largest:
    """One changed value.

    Attributes:
        day: The day of the row.
        place_id: Its place.
        before: The old value; None if it is null.
        after: The new value; None if it is null.
        size: The absolute difference, for lists the sum of those of their numbers; None if a value is null.
    """

    day: When
    place_id: str
    before: Any
    after: Any
    size: float | None


@dataclass(frozen=True)
class ColumnChange:
    """The differences of a column over the rows that both sides have.

    Attributes:
        name: The column.
        rows: Rows in which it differs; a row that is suppressed on one side differs in `suppressed` alone.
        before: The sum of the old values over rows that neither side suppresses; None if sums have no meaning.
        after: The sum of the new values.
        largest: The largest changes, the largest first.
    """

    name: str
    rows: int = 0
    before: int | None = None
    after: int | None = None
    largest: tuple[Largest, ...] = ()


@dataclass(frozen=True)
class DayChange:
    """The differences of the rows of a day.

    Attributes:
        day: The day; or as text the two that are compared with each other.
        rows: The number of rows before and after; None for a side that has not published the day.
        added: Places that only the new rows have, sorted.
        gone: Places that only the old rows have, sorted.
        changed: Rows of both that differ in any column.
        newly_suppressed: Rows that only the new side suppresses.
        no_longer_suppressed: Rows that only the old side suppressed.
        columns: The columns that differ, in the order of the table.
    """

    day: When
    rows: tuple[int | None, int | None]
    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    changed: int = 0
    newly_suppressed: int = 0
    no_longer_suppressed: int = 0
    columns: tuple[ColumnChange, ...] = field(default=())

    @property
    def differs(self) -> bool:
        """Whether there is any difference; also if only one side has published the day."""
        return bool(self.added or self.gone or self.changed) or None in self.rows


def compare_day(
    day: When,
    old: pa.Table | None,
    new: pa.Table | None,
    largest: int = LARGEST,
    schema: pa.Schema = FOOTFALL,
) -> DayChange:
    """The differences of the rows of a day.

    Args:
        day: The day; or as text the two that are compared.
        old: The old rows, in any order; None if the day is not published.
        new: The new rows, likewise.
        largest: The number of largest changes that are kept for each column.
        schema: The columns of both.

    Raises:
        InputError: A place has two rows on one side.
    """
    rows = (None if old is None else len(old), None if new is None else len(new))
    before, after = (
        schema.empty_table() if side is None else _by_place(day, side, schema) for side in (old, new)
    )
    at = pc.index_in(after["place_id"], value_set=before["place_id"].combine_chunks())
    is_kept = pc.is_in(before["place_id"], value_set=after["place_id"].combine_chunks())
    added = after["place_id"].filter(pc.is_null(at)).to_pylist()
    gone = before["place_id"].filter(pc.invert(is_kept)).to_pylist()
    after, before = after.filter(pc.is_valid(at)), before.take(at.drop_null())
    was_hidden, is_hidden = (side["suppressed"].to_numpy() for side in (before, after))
    columns, differs = _compare_columns(day, before, after, ~(was_hidden | is_hidden), largest)
    return DayChange(
        day,
        rows,
        tuple(added),
        tuple(gone),
        int(differs.sum()),
        int((is_hidden & ~was_hidden).sum()),
        int((was_hidden & ~is_hidden).sum()),
        columns,
    )


def _compare_columns(
    day: When, before: pa.Table, after: pa.Table, is_open: _Flags, largest: int
) -> tuple[tuple[ColumnChange, ...], _Flags]:
    """The columns that differ, and the mask of rows that do; both tables have the same places in the same order."""
    changes, differs = [], np.zeros(len(after), bool)
    for name in (name for name in after.column_names if name not in KEYS):
        sides = (before[name].combine_chunks(), after[name].combine_chunks())
        size = _differences(*sides)
        is_changed = (size != 0) & (is_open | (name == "suppressed"))
        if is_changed.any():
            differs |= is_changed
            rows = np.flatnonzero(is_changed)
            old, new = (_sum(side, is_open) if pa.types.is_integer(side.type) else None for side in sides)
            kept = _largest(day, after["place_id"], sides, (rows, size[rows]), largest)
            changes.append(ColumnChange(name, len(rows), old, new, kept))
    return tuple(changes), differs


def _by_place(day: When, rows: pa.Table, schema: pa.Schema) -> pa.Table:
    table = rows.select(schema.names).cast(schema).sort_by("place_id")
    places = table["place_id"]
    if len(table) > len(pc.unique(places)):
        twice = next(place["values"] for place in pc.value_counts(places).to_pylist() if place["counts"] > 1)
        fix = "Count the day again: a published day has one row for each place."
        raise InputError(f"The place {twice} has several rows", where=f"rows of {day}", fix=fix)
    return table


def _differences(old: pa.Array, new: pa.Array) -> _Sizes:
    """The absolute differences of two columns; 0 for equal values, NaN if one of them is null."""
    known = [side.is_valid().to_numpy(zero_copy_only=False) for side in (old, new)]
    both, size = known[0] & known[1], np.zeros(len(old))
    size[known[0] != known[1]] = np.nan
    pair = [side.filter(pa.array(both)) for side in (old, new)]
    size[both] = _list_sizes(*pair) if pa.types.is_list(old.type) else _sizes(*pair)
    return size


def _sizes(old: pa.Array, new: pa.Array) -> _Sizes:
    if not pa.types.is_floating(old.type):
        old, new = old.cast(pa.int64()), new.cast(pa.int64())
    before, after = (side.to_numpy(zero_copy_only=False) for side in (old, new))
    size: _Sizes = np.abs(after - before).astype(np.float64)
    return size


def _list_sizes(old: pa.Array, new: pa.Array) -> _Sizes:
    """For each row the sum of absolute differences of two lists; NaN if their lengths differ."""
    lengths = [pc.list_value_length(side).to_numpy(zero_copy_only=False) for side in (old, new)]
    alike = lengths[0] == lengths[1]
    size = np.where(alike, 0.0, np.nan)
    before, after = (
        side.filter(pa.array(alike)).flatten().to_numpy(zero_copy_only=False).astype(np.int64)
        for side in (old, new)
    )
    np.add.at(size, np.repeat(np.flatnonzero(alike), lengths[0][alike]), np.abs(after - before))
    return size


def _largest(
    day: When,
    places: pa.ChunkedArray,
    sides: _Sides,
    changed: tuple[npt.NDArray[np.int64], _Sizes],
    number: int,
) -> tuple[Largest, ...]:
    """The largest changes: first those from or to null, then by size, then by place."""
    rows, size = changed
    order = np.argsort(-np.nan_to_num(size, nan=np.inf), kind="stable")[:number]
    return tuple(
        Largest(
            day,
            places[int(rows[at])].as_py(),
            sides[0][int(rows[at])].as_py(),
            sides[1][int(rows[at])].as_py(),
            None if np.isnan(size[at]) else float(size[at]),
        )
        for at in order
    )


def _sum(values: pa.Array, wanted: _Flags) -> int:
    return int(pc.sum(values.filter(pa.array(wanted))).as_py() or 0)
