"""Which days, weeks or months, and which measures of a published table are exported."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc

from footfall.errors import InputError
from footfall.export.published import Published
from footfall.plurals import shortened
from footfall.suggestions import refuse_unknown

KEYS = ("place_id", "suppressed")
"""Columns that files of every version have."""

_MOST_NAMED = 5


@dataclass(frozen=True)
class Wanted:
    """The selection that the flags ask for.

    Attributes:
        first: The first day; None for the first that is published.
        last: The last day; None for the last that is published.
        measures: Names of measures, in this order; empty for all.
        skips_missing: Whether to skip days between `first` and `last` that are not published.
    """

    first: date | None
    last: date | None
    measures: Sequence[str] = ()
    skips_missing: bool = False


@dataclass(frozen=True)
class Selection:
    """The parts and measures of a published table that are exported."""

    published: Published
    parts: tuple[date, ...]
    measures: tuple[str, ...]

    def rows(self, part: date) -> pa.Table:
        """The rows of a part: `place_id`, `day`, the measures, and `suppressed`.

        Rows of weeks or months have `week` or `month`, the name, and `first_day` in place of `day`.
        """
        unit = () if self.published.unit == self.published.key else (self.published.unit,)
        columns = ["place_id", *unit, self.published.key, *self.measures, "suppressed"]
        return self.published.rows(part).select(columns)


def select(published: Published, wanted: Wanted) -> Selection:
    """The days, weeks or months and the measures that are asked for.

    Raises:
        InputError: No part lies within the bounds, one between them is not published, or one lacks a column because
            another version of footfall wrote it.
        SettingsError: There is no measure of that name.
    """
    known = [measure.name for measure in published.measures]
    for name in wanted.measures:
        refuse_unknown(name, known, noun="measure", where="flag --measure")
    parts = _parts(published, wanted)
    measures = tuple(dict.fromkeys(wanted.measures)) or _all_measures(published, parts)
    for part in parts:
        _refuse_other_version(published, part, measures, named=bool(wanted.measures))
    return Selection(published, parts, measures)


def _parts(published: Published, wanted: Wanted) -> tuple[date, ...]:
    first = wanted.first or published.parts[0]
    last = wanted.last or published.last_day(published.parts[-1])
    parts = tuple(p for p in published.parts if first <= published.last_day(p) and p <= last)
    if not parts:
        is_one = published.start(first) == published.start(last)
        named = f"{published.name(published.start(first))} is not" if is_one else f"from {first} to {last} is"
        raise InputError(
            f"{published.unit.title() if is_one else f'No {published.unit}'} {named} published",
            where=published.address,
            fix=f"Published are {_spans(published, published.parts)}: choose among these, or count what is missing"
            " by `footfall run --day DAY`.",
        )
    missing = [part for part in published.between(first, last) if part not in {*parts}]
    if missing and not wanted.skips_missing and (wanted.first or wanted.last):
        raise InputError(
            f"{published.unit.title()}s of the range are not published: {_spans(published, missing)}",
            where=published.address,
            fix="Count them by `footfall backfill --from DAY --to DAY`, or pass over them by --skip-missing.",
        )
    return parts


def _all_measures(published: Published, parts: Sequence[date]) -> tuple[str, ...]:
    """All measures, without optional ones that no row has."""
    return tuple(
        measure.name
        for measure in published.measures
        if not measure.is_optional or any(_has(published, part, measure.name) for part in parts)
    )


def _has(published: Published, part: date, measure: str) -> bool:
    if measure not in published.columns(part):
        return False
    return bool(pc.any(published.rows(part)[measure].is_valid()).as_py())


def _refuse_other_version(published: Published, part: date, measures: Sequence[str], *, named: bool) -> None:
    """Raise InputError if the files of a part lack a column that is needed."""
    there = published.columns(part)
    lacking = [name for name in (*KEYS, *measures) if name not in there]
    if not named:
        optional = {measure.name for measure in published.measures if measure.is_optional}
        lacking = [name for name in lacking if name not in optional]
    if not lacking:
        return
    name = f"{published.unit.title()} {published.name(part)}"
    if "place_id" in lacking:
        raise InputError(
            f"{name} holds no visits to places: it has no column place_id",
            where=published.address,
            fix="Name an output of the job footfall; the tables of other jobs any reader of Parquet reads.",
        )
    others = [measure.name for measure in published.measures if measure.name in there]
    fix = "Count it again with this version"
    if others and not {*KEYS} & {*lacking}:
        fix += f", or choose by --measure among what it has: {', '.join(others)}"
    raise InputError(
        f"{name} was written by another version of footfall: it has no column {', '.join(lacking)}",
        where=published.address,
        fix=f"{fix}.",
    )


def _spans(published: Published, parts: Sequence[date]) -> str:
    """The names of parts, with consecutive ones as a range."""
    found: list[list[date]] = []
    for part in parts:
        if found and part - published.last_day(found[-1][-1]) == timedelta(days=1):
            found[-1] = [found[-1][0], part]
        else:
            found.append([part])
    words = [" to ".join(map(published.name, span)) for span in found]
    return shortened(words, _MOST_NAMED)
