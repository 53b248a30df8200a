"""Finds earlier counts of the same days that, compared with new ones, would give suppressed numbers away."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from footfall.history.files import RunFiles, run_files
from footfall.history.reading import all_runs
from footfall.history.staleness import setting_changes
from footfall.plurals import counted
from footfall.runs.manifest import Manifest
from footfall.runs.outcome import Check, DayTotals
from footfall.settings import JobSettings

LISTED = 3
"""The most earlier runs that the check names."""


@dataclass(frozen=True)
class _Counts:
    """What a run counted: the suppressed rows of each day, the zone of these days, the places, the settings,
    and which of these decide what counts and what is suppressed."""

    suppressed: Mapping[date, int]
    zone: str | None
    places: str | None
    settings: Mapping[str, Any]
    of_rows: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Other:
    """An earlier run that counted some of the days in another way.

    Args:
        run_id: Its id.
        days: How many days it has in common with the new counts.
        suppressed: How many of their rows it suppressed.
        hidden: How many of their rows the new counts suppress.
        why: What is different.
    """

    run_id: str
    days: int
    suppressed: int
    hidden: int
    why: tuple[str, ...]

    def __str__(self) -> str:
        rows = counted(self.suppressed, "row was suppressed", "rows were suppressed")
        what = f"{self.run_id} counted {counted(self.days, 'day')} of these with {', '.join(self.why)}"
        return f"{what}: {rows} there, {self.hidden:,} now"


def earlier(settings: JobSettings, by_day: Sequence[DayTotals], places: str | None, now: datetime) -> Check:
    """The check that no earlier counts of these days are left by which a suppressed number could be worked out.

    That is so where rows of a day are suppressed, there or here, and the places, the zone of the days or a setting of
    `of_rows` differ.

    Args:
        settings: The settings of the run.
        by_day: What it counted of each day.
        places: The digest of its places; None where the job has none.
        now: The current time.

    Raises:
        InfrastructureError: The store does not answer.
    """
    name, level = "other counts of these days", settings.quality.other_counts
    if level == "allow":
        return Check(name, True, "not looked for", "anything, by the settings", gate=True)
    files = run_files(settings.output)
    new = _Counts(
        {day.day: day.suppressed for day in by_day},
        settings.day_zone,
        places,
        settings.model_dump(mode="json"),
        settings.of_rows,
    )
    found = list(_others(files, new, now))
    return Check(
        name,
        not found,
        _listed(found) if found else "none",
        "none, as their difference may be a suppressed number",
        gate=True,
        level=level,
        fix=_fix(files.root) if found else "",
    )


def _others(files: RunFiles, new: _Counts, now: datetime) -> Iterator[_Other]:
    """The runs, the latest first, whose counts may not be beside the new ones."""
    for run in all_runs(files, now):
        if run.manifest is not None and run.manifest.totals is not None:
            other = _compare(run.manifest, new)
            if other.why and other.suppressed + other.hidden:
                yield other


def _compare(run: Manifest, new: _Counts) -> _Other:
    old = _Counts(
        {day.day: day.suppressed_rows for day in run.per_day}, run.time_zone, run.places_digest, run.settings
    )
    # A day of one zone overlaps with two days of another.
    apart = timedelta(days=0 if old.zone == new.zone else 1)
    before, after = _near(old.suppressed, new.suppressed, apart), _near(new.suppressed, old.suppressed, apart)
    return _Other(run.run_id, len(after), sum(before), sum(after), tuple(_differences(old, new)))


def _near(days: Mapping[date, int], others: Mapping[date, int], apart: timedelta) -> list[int]:
    """The suppressed rows of each of these days that is one of the others, or at most so far from one."""
    near = {day + each for day in others for each in {-apart, timedelta(0), apart}}
    return [suppressed for day, suppressed in days.items() if day in near]


def _differences(old: _Counts, new: _Counts) -> Iterator[str]:
    if old.places != new.places:
        yield "other places"
    if old.zone != new.zone:
        yield f"days of {old.zone}, now {new.zone}"
    for name, (before, after) in setting_changes(old.settings, new.settings).items():
        if name in new.of_rows or name.split(".")[0] in new.of_rows:
            is_list = isinstance(before, list) or isinstance(after, list)
            yield f"other {name}" if is_list else f"{name} {before}, now {after}"


def _listed(found: Sequence[_Other]) -> str:
    more = f"; and {counted(len(found) - LISTED, 'more run')}" if len(found) > LISTED else ""
    return "; ".join(map(str, found[:LISTED])) + more


def _fix(root: str) -> str:
    return (
        "Count with the places and settings of these runs, or into another output for other readers. Where nobody has"
        f" kept their numbers, delete their folders in {root}/runs. quality.other_counts: warn publishes all the same,"
        " and names them."
    )
