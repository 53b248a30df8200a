"""The results of calls: tables of Arrow, with counts of the rows they were made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from footfall import plurals
from footfall.errors import PrerequisiteError
from footfall.runs.outcome import Funnel

if TYPE_CHECKING:
    import pandas
    import polars


class FootfallWarning(UserWarning):
    """A warning on the input; the result is still correct."""


@dataclass(frozen=True, repr=False)
class Result:
    """A table with Arrow's PyCapsule interface, so that other libraries take the result itself.

    Args:
        table: The rows.
        notes: Warnings, and sentences on what was repaired, reprojected or skipped.
    """

    table: pa.Table
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.table)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """The rows as a stream of Arrow."""
        return self.table.__arrow_c_stream__(requested_schema)

    def to_arrow(self) -> pa.Table:
        """The rows as a table of pyarrow, without a copy."""
        return self.table

    def to_pandas(self) -> "pandas.DataFrame":
        """The rows as a frame of pandas: whole numbers as Int64, days as datetime64.

        Raises:
            PrerequisiteError: pandas is not installed.
        """
        try:
            import pandas
        except ImportError as failure:
            raise _not_installed("pandas", failure) from failure
        whole = {pa.int64(): pandas.Int64Dtype()}
        found: pandas.DataFrame = self.table.to_pandas(date_as_object=False, types_mapper=whole.get)
        return found

    def to_polars(self) -> "polars.DataFrame":
        """The rows as a frame of Polars.

        Raises:
            PrerequisiteError: Polars is not installed.
        """
        try:
            import polars
        except ImportError as failure:
            raise _not_installed("polars", failure) from failure
        return polars.DataFrame(self.table)


@dataclass(frozen=True, repr=False)
class Counted(Result):
    """The result of `count`.

    Args:
        table: One row for each day and place, sorted by both: the columns of the footfall table.
        notes: See `Result`.
        funnel: The number of rows of the input in each stage.
        unusable: The rows that could not be used: `reason`, `row` (from 0, of a table) or `file` and `line` (from 1),
            `device` and `raw`. They hold ids of devices, as the input does.
        periods: One row for each place and week or month, if `period` asks for them; else None.
    """

    funnel: Funnel
    unusable: pa.Table
    periods: pa.Table | None = None

    def __repr__(self) -> str:
        funnel, hidden = self.funnel, self.table["suppressed"].to_pylist().count(True)
        lines = [
            f"footfall of {plurals.counted(len(self.table), 'row')}, one for each place and day"
            + (f", {hidden:,} of them suppressed" if hidden else ""),
            f"{plurals.counted(funnel.scanned, 'row')} read: {funnel.kept:,} kept, {funnel.duplicate:,} repeated,"
            f" {sum(funnel.quarantined.values()):,} not usable, {funnel.outside_days:,} of other days",
            *_reasons(funnel.quarantined),
            *self.notes,
        ]
        return "\n".join(lines)


@dataclass(frozen=True, repr=False)
class Located(Result):
    """The result of `locate`.

    Args:
        table: A row for each ping and place that contains it: `row`, the number of the ping's row from 0, columns of
            the pings, and `place_id`; sorted by `row` and `place_id`.
        notes: See `Result`.
        pings: The number of rows of pings.
        inside: The number of these in at least one place.
        unusable: The number of these without usable coordinates, by reason.
    """

    pings: int
    inside: int
    unusable: Mapping[str, int]

    def __repr__(self) -> str:
        lines = [
            f"{plurals.counted(len(self.table), 'pair')} of ping and place",
            f"{plurals.counted(self.pings, 'ping')}: {self.inside:,} in places,"
            f" {sum(self.unusable.values()):,} without usable coordinates",
            *_reasons(self.unusable),
            *self.notes,
        ]
        return "\n".join(lines)


def _reasons(counts: Mapping[str, int]) -> list[str]:
    return [f"  {rows:,} {reason}" for reason, rows in counts.items() if rows]


def _not_installed(library: str, failure: ImportError) -> PrerequisiteError:
    return PrerequisiteError(
        f"{library} is not installed",
        where=str(failure),
        fix=f"pip install {library}, or take the table as Arrow.",
    )


def warnings_for(notes: Sequence[str], unusable: Mapping[str, int], rows: int) -> list[str]:
    """The texts of warnings: the notes, and a sentence on how many of `rows` rows could not be used, if any."""
    bad = {reason: n for reason, n in unusable.items() if n}
    if not bad:
        return [*notes]
    found = ", ".join(f"{n:,} {reason}" for reason, n in bad.items())
    return [*notes, f"{sum(bad.values()):,} of {plurals.counted(rows, 'row')} could not be used: {found}."]
