"""Which days and which measures of a published table are exported."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from footfall.compare import Days
from footfall.errors import InputError, SettingsError
from footfall.schema import MEASURES
from footfall.suggestions import nearest

KEYS = ("place_id", "suppressed")
"""What a file of the table has in every version."""

_NAMES = [measure.name for measure in MEASURES]
_MOST_NAMED = 5


@dataclass(frozen=True)
class Wanted:
    """What is asked for.

    Attributes:
        first: The first day; None for the first that is published.
        last: The last day; None for the last that is published.
        measures: Names of measures, in this order; all that the days have where none is named.
        skips_missing: Whether days between `first` and `last` that are not published are passed over.
    """

    first: date | None
    last: date | None
    measures: Sequence[str] = ()
    skips_missing: bool = False


@dataclass(frozen=True)
class Selection:
    """Published days, and the measures of them that are exported."""

    published: Days
    days: tuple[date, ...]
    measures: tuple[str, ...]

    def rows(self, day: date) -> pa.Table:
        """The rows of a day: `place_id`, `day`, the measures, and `suppressed`."""
        return self.published.rows(day).select(["place_id", "day", *self.measures, "suppressed"])


def select(published: Days, wanted: Wanted) -> Selection:
    """The days and measures that are asked for.

    Raises:
        InputError: No day lies within the bounds, a day between them is not published, or another version of the job
            wrote a day without a column.
        SettingsError: There is no measure of a name.
    """
    for name in wanted.measures:
        if name not in _NAMES:
            near = nearest(name, _NAMES)
            fix = (f"Did you mean {near}? " if near else "") + f"It is one of {', '.join(_NAMES)}."
            raise SettingsError(f"There is no measure {name!r}", where="flag --measure", fix=fix)
    days = _days(published, wanted)
    measures = tuple(dict.fromkeys(wanted.measures)) or _all_measures(published, days)
    for day in days:
        _refuse_other_version(published, day, measures, named=bool(wanted.measures))
    return Selection(published, days, measures)


def _days(published: Days, wanted: Wanted) -> tuple[date, ...]:
    first, last = wanted.first or published.days[0], wanted.last or published.days[-1]
    days = tuple(day for day in published.days if first <= day <= last)
    known = f"Published are {_spans(published.days)}"
    if not days:
        what = f"Day {first} is" if first == last else f"No day from {first} to {last} is"
        raise InputError(
            f"{what} {'not ' if first == last else ''}published",
            where=published.address,
            fix=f"{known}: choose among these, or count what is missing by `footfall run --day DAY`.",
        )
    asked = (first + timedelta(days=n) for n in range((last - first).days + 1))
    missing = [day for day in asked if day not in {*days}]
    if missing and not wanted.skips_missing and (wanted.first or wanted.last):
        raise InputError(
            f"Days of the range are not published: {_spans(missing)}",
            where=published.address,
            fix="Count them by `footfall backfill --from DAY --to DAY`, or pass over them by --skip-missing.",
        )
    return days


def _all_measures(published: Days, days: Sequence[date]) -> tuple[str, ...]:
    """All measures; of those that a run has to be asked for, the ones that some row has."""
    optional = [measure.name for measure in MEASURES if measure.is_optional]
    present = {name for name in optional if any(_has(published, day, name) for day in days)}
    return tuple(name for name in _NAMES if name not in optional or name in present)


def _has(published: Days, day: date, measure: str) -> bool:
    if measure not in published.columns(day):
        return False
    return bool(pc.any(published.rows(day)[measure].is_valid()).as_py())


def _refuse_other_version(published: Days, day: date, measures: Sequence[str], *, named: bool) -> None:
    """Raise InputError where the files of a day lack a column that is needed."""
    there = published.columns(day)
    lacking = [name for name in (*KEYS, *measures) if name not in there]
    optional = {measure.name for measure in MEASURES if measure.is_optional}
    if not named:
        lacking = [name for name in lacking if name not in optional]
    if not lacking:
        return
    others = [name for name in _NAMES if name in there]
    fix = "Count the day again with this version"
    if others and not {*KEYS} & {*lacking}:
        fix += f", or choose by --measure among what it has: {', '.join(others)}"
    raise InputError(
        f"Day {day} was written by another version of footfall: it has no column {', '.join(lacking)}",
        where=published.address,
        fix=f"{fix}.",
    )


def _spans(days: Sequence[date]) -> str:
    """Days in words, those that follow each other as a range."""
    found: list[list[date]] = []
    for day in days:
        if found and day - found[-1][-1] == timedelta(days=1):
            found[-1] = [found[-1][0], day]
        else:
            found.append([day])
    words = [" to ".join(map(str, span)) for span in found]
    more = f" and {len(words) - _MOST_NAMED} more" if len(words) > _MOST_NAMED else ""
    return ", ".join(words[:_MOST_NAMED]) + more
