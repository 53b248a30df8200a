"""Compares two runs by their manifests, also if the rows of one were replaced since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from footfall.errors import InputError
from footfall.history.record import RunRecord
from footfall.history.staleness import input_changes, setting_changes
from footfall.runs.facts import DaySums
from footfall.runs.manifest import Manifest


@dataclass(frozen=True)
class RunDay:
    """A day of either of two runs.

    Attributes:
        day: The day.
        before: The sums of the old run; None if it did not count the day.
        after: Those of the new run.
        is_same: Whether both counted the same rows: by digests, or by sums if a manifest has no digests.
    """

    day: date
    before: DaySums | None
    after: DaySums | None
    is_same: bool


@dataclass(frozen=True)
class RunsChange:
    """The differences of two runs.

    Attributes:
        old: The run before.
        new: The run after.
        days: The days that either run counted.
        rows: Old and new number of rows, for each stage of the funnel that differs.
        settings: Old and new value, for each setting that affects counts and differs.
        inputs: The paths of files by how they differ: `changed`, `new` or `gone`.
        code: The old and new digest of the code that counted; None if they are equal.
    """

    old: RunRecord
    new: RunRecord
    days: tuple[RunDay, ...]
    rows: Mapping[str, tuple[int | None, int | None]]
    settings: Mapping[str, tuple[Any, Any]]
    inputs: Mapping[str, list[str]]
    code: tuple[str, str] | None

    @property
    def differs(self) -> bool:
        """Whether they counted different rows or different days."""
        return any(not day.is_same for day in self.days)


def compare_runs(
    old: RunRecord, new: RunRecord, within: tuple[date | None, date | None] = (None, None)
) -> RunsChange:
    """The differences of two runs: in their counts, and in their code, settings and files.

    Args:
        old: The run before.
        new: The run after.
        within: The first and the last day to compare; None for no bound.

    Raises:
        InputError: A run has no counts, or no day is within the bounds.
    """
    one, other = _manifest(old), _manifest(new)
    code = [
        each.versions.get("code") or each.versions.get("footfall", "an unknown version")
        for each in (one, other)
    ]
    stages = dict.fromkeys((*old.rows, *new.rows))
    return RunsChange(
        old,
        new,
        tuple(_run_day(day, old, new) for day in _days(old, new, within)),
        {
            stage: (old.rows.get(stage), new.rows.get(stage))
            for stage in stages
            if old.rows.get(stage) != new.rows.get(stage)
        },
        setting_changes(one.settings, other.settings),
        input_changes(one.inputs, other.inputs),
        None if code[0] == code[1] else (code[0], code[1]),
    )


def _manifest(run: RunRecord) -> Manifest:
    """The manifest of a run; raises InputError if the run has no counts."""
    if run.manifest is None or run.manifest.counts is None:
        raise InputError(
            f"The run {run.run_id} has counted nothing: it is {run.state}",
            where=run.folder,
            fix=run.trouble or "Name runs that `footfall runs` lists as published or refused.",
        )
    return run.manifest


def _days(old: RunRecord, new: RunRecord, within: tuple[date | None, date | None]) -> list[date]:
    """The days of both runs within the bounds."""
    first, last = within[0] or date.min, within[1] or date.max
    every = sorted({*old.days, *new.days})
    days = [day for day in every if first <= day <= last]
    if not days:
        fix = f"They counted days from {every[0]} to {every[-1]}." if every else "Name runs with days."
        raise InputError("Neither run has a day in this range", where="--from, --to", fix=fix)
    return days


def _run_day(day: date, old: RunRecord, new: RunRecord) -> RunDay:
    before, after = (next((each for each in run.per_day if each.day == day), None) for run in (old, new))
    digests = [run.manifest.digests.get(day) if run.manifest else None for run in (old, new)]
    if None in digests:
        is_same = before is not None and after is not None and before.all_sums == after.all_sums
    else:
        is_same = digests[0] == digests[1]
    return RunDay(day, before, after, is_same)
