"""`footfall plan`: what a run would read, replace and refuse, found out as a run does, with nothing written."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from footfall import jobs
from footfall.engines.embedded import cores as cores_here
from footfall.errors import SettingsError
from footfall.history.calendar import DayRecord, calendar
from footfall.history.files import run_files
from footfall.history.periods import period_verdicts
from footfall.history.reading import all_runs
from footfall.history.record import RunRecord
from footfall.history.staleness import CurrentState, days_named, verdict
from footfall.job import Scale, Survey
from footfall.platforms.code import code_digest
from footfall.platforms.engine import choice
from footfall.read.digests import sources_of
from footfall.read.pings import PingInput, read_pings
from footfall.runs.facts import Input
from footfall.settings import DayRange, JobSettings
from footfall.settings.sources import Loaded
from footfall.settings.values import bytes_of
from footfall.temporary import temporary_folder
from footfall.terminal import make_progress
from footfall.terminal.history import show_verdicts
from footfall.terminal.periods import show_period_verdicts
from footfall.terminal.plan import show_plan


class Assumed(NamedTuple):
    """What the sizes of a run are shown for; None for what is there."""

    pings: int | None = None
    cores: int | None = None


@dataclass(frozen=True)
class _Input:
    """What would be read."""

    beside: Survey
    pings: PingInput


def show(
    loaded: Loaded,
    days: tuple[date | None, date | None],
    environ: Mapping[str, str],
    now: datetime,
    assumed: Assumed,
    *,
    stale: bool,
) -> int:
    """Show the plan of a run; of a range of days, which of them should be counted.

    Args:
        loaded: The settings of the run.
        days: The first day of the range, by default the first one known, and the last day.
        environ: The environment.
        now: When it is asked.
        assumed: What its sizes are to be shown for, instead of what is there.
        stale: Whether it is asked of all days of the settings which should be counted; without a range.

    Raises:
        FootfallError: What a run would refuse before it counts; or sizes are asked of a job that says none.
    """
    settings, (first, last) = loaded.settings, days
    asked = _asked(settings, first, last)
    runs = all_runs(run_files(settings.output), now)
    (name, reason), cores = choice(settings, environ), assumed.cores or settings.workers or cores_here()
    found = _found(settings, environ, cores)
    begin, end = (first or asked.first, last or asked.last) if asked else (first, last)
    known = calendar(runs, begin, end)
    if stale and not asked:
        known = calendar(runs, begin, end, _named_days(found))
    if stale or first is not None or last is not None:
        at_present = CurrentState(_now(found), settings.model_dump(mode="json"), code_digest())
        _show_verdicts(settings, runs, known, at_present)
        return 0
    memory = bytes_of(settings.memory) // cores if name == "embedded" else None
    sizes = _sizes(settings.count, found, assumed, Scale(found.pings, assumed.pings, cores, memory))
    facts = {**_facts(loaded, found, asked, known), "sizes": sizes}
    show_plan({"engine": f"{name}: {reason}", **facts}, sys.stdout)
    return 0


def _sizes(job: str, found: _Input, assumed: Assumed, scale: Scale) -> Mapping[str, Any]:
    """Tasks, parts, bytes and memory of a run; empty where the job says none and nobody asked.

    Raises:
        SettingsError: Somebody asked, and the job says none.
    """
    sizes = found.beside.sizes(scale)
    if not sizes and assumed != Assumed():
        raise SettingsError(
            f"The job {job} does not say how large its runs are",
            where="flag --assume-pings or --assume-cores",
            fix="Leave it out: the plan says all else.",
        )
    return sizes


def _show_verdicts(
    settings: JobSettings, runs: Sequence[RunRecord], known: Sequence[DayRecord], at_present: CurrentState
) -> None:
    """Show which days should be counted, and which weeks or months, where the settings ask for these."""
    verdicts = [verdict(day, at_present) for day in known]
    show_verdicts(verdicts, sys.stdout)
    if settings.periods is not None:
        pairs = list(zip(known, verdicts, strict=True))
        show_period_verdicts(period_verdicts(settings.periods, runs, pairs, at_present), sys.stdout)


def _named_days(found: _Input) -> list[date]:
    """The days that paths of pings name."""
    return [day for file in found.pings.files for day in days_named(file.path)]


def _asked(settings: JobSettings, first: date | None, last: date | None) -> DayRange | None:
    if first is not None and last is not None:
        return DayRange(first, last)
    return None if settings.days == "all" else settings.days


def _found(settings: JobSettings, environ: Mapping[str, str], cores: int) -> _Input:
    """What a run would read, with all that it refuses before it counts."""
    progress = make_progress(sys.stderr)
    with temporary_folder() as scratch:
        with progress.step("read what is beside the pings"):
            beside = jobs.named(settings.count).survey(settings, scratch)
        with progress.step("find pings") as step:
            pings = read_pings(settings.pings, cores, settings.catalog, environ)
            step.note(files=len(pings.files))
        return _Input(beside, pings)


def _now(found: _Input) -> Sequence[Input]:
    files = {**found.beside.files, "pings": found.pings.files}
    return [Input(each.role, **asdict(each.file), sha256=each.sha256) for each in sources_of(files)]


def _facts(
    loaded: Loaded, found: _Input, asked: DayRange | None, known: Sequence[DayRecord]
) -> Mapping[str, Any]:
    published = {day.day: day for day in known if day.is_published}
    days = list(asked) if asked else []
    return {
        "days": [str(day) for day in days] if asked else "all",
        "replaces": {str(day): _publisher(published[day]) for day in days if day in published},
        "running": [str(day.day) for day in known if day.state == "running"],
        "output": loaded.settings.output,
        "beside": dict(found.beside.lines),
        "pings": {
            "path": loaded.settings.pings.path,
            "files": len(found.pings.files),
            "bytes": sum(file.bytes for file in found.pings.files),
            "first_files": [file.path for file in found.pings.files[:5]],
        },
        "notes": [*found.pings.notes, *found.beside.notes],
        "settings": loaded.rows(),
    }


def _publisher(day: DayRecord) -> str:
    return day.publisher.run_id if day.publisher else ""
