"""Compares two sets of published rows: which rows were added, removed or changed, and by how much."""

from collections.abc import Mapping
from datetime import date

from footfall import stores
from footfall.compare.rows import DayChange, compare_day
from footfall.compare.tables import Days, open_days
from footfall.errors import InputError, SettingsError
from footfall.stores.errors import failures

__all__ = ["DayChange", "Days", "compare_day", "compare_days", "compare_two_days", "open_days", "write"]


def compare_days(
    old: Days, new: Days, within: tuple[date | None, date | None], largest: int
) -> tuple[DayChange, ...]:
    """The differences of two sets of published days, one for each day of either.

    Args:
        old: The days before.
        new: The days after.
        within: The first and the last day to compare; None for no bound.
        largest: The number of largest changes that are kept for each column of a day.

    Raises:
        InputError: No day lies within the bounds, or a day has a place twice.
    """
    first, last = within[0] or date.min, within[1] or date.max
    days = [day for day in sorted({*old.days, *new.days}) if first <= day <= last]
    if not days:
        known = sorted({*old.days, *new.days})
        fix = f"They have days from {known[0]} to {known[-1]}: choose --from and --to among these."
        raise InputError("Neither side has a day in this range", where="--from, --to", fix=fix)
    return tuple(
        compare_day(
            day,
            old.counted_rows(day) if day in old.days else None,
            new.counted_rows(day) if day in new.days else None,
            largest,
        )
        for day in days
    )


def compare_two_days(published: Days, old: date, new: date, largest: int) -> DayChange:
    """The differences of two days of one output, compared place by place.

    Args:
        published: The days of the output.
        old: The day before.
        new: The day after.
        largest: The number of largest changes that are kept for each column.

    Raises:
        InputError: A day is not published, or has a place twice.
    """
    for day in (old, new):
        if day not in published.days:
            near = min(published.days, key=lambda each: abs(each - day))
            fix = f"The nearest day that is published is {near}; `footfall runs --by day` lists all."
            raise InputError(f"{day} is not published", where=f"output: {published.address}", fix=fix)
    return compare_day(f"{old} to {new}", published.counted_rows(old), published.counted_rows(new), largest)


def write(folder: str, files: Mapping[str, str]) -> None:
    """Write files of these names and texts into a folder, local or in a store; replaces files of the same names.

    Raises:
        SettingsError: The folder cannot be written.
        InfrastructureError: The store does not answer.
    """
    root = stores.absolute(folder).rstrip("/")
    with failures(SettingsError, "The comparison cannot be written", f"--write {folder}"):
        for name, text in files.items():
            stores.of(root).write(f"{root}/{name}", text.encode())
