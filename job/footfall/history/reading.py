"""All runs of an output, the latest first."""

from collections import defaultdict
from datetime import UTC, date, datetime

from footfall.errors import SettingsError
from footfall.history.files import RunFile, RunFiles
from footfall.history.record import RunRecord, record_from_alive, record_from_manifest
from footfall.runs.manifest import ALIVE, MANIFEST, PAGE
from footfall.suggestions import suggestion

_BEFORE_ALL = datetime(1, 1, 1, tzinfo=UTC)


def all_runs(files: RunFiles, now: datetime) -> list[RunRecord]:
    """One record for each run, the latest first; a damaged manifest is a record that says so.

    Args:
        files: The files of the runs.
        now: The time, by which a run that is running is distinguished from a lost one.

    Raises:
        SettingsError: The output is not there, or may not be read.
        InfrastructureError: The store does not answer.
    """
    by_run: dict[str, dict[str, RunFile]] = defaultdict(dict)
    for file in files.listing():
        by_run[file.run_id][file.name] = file
    telling = [there.get(MANIFEST) or there.get(ALIVE) for there in by_run.values()]
    wanted = [file for file in telling if file is not None]
    records = []
    for file, content in zip(wanted, files.read(wanted), strict=True):
        if content is not None:
            page = files.address(file.run_id, PAGE) if PAGE in by_run[file.run_id] else None
            records.append(_record(files, file, content.decode("utf-8", "replace"), page, now))
    return sorted(records, key=lambda run: (run.started or _BEFORE_ALL, run.run_id), reverse=True)


def find(runs: list[RunRecord], named: str, root: str) -> RunRecord:
    """The run of this id, of an id that begins so, or the latest one: `last`, or a day as 2023-03-01.

    Raises:
        SettingsError: No run matches, or several do.
    """
    if named == "last":
        found = [run for run in runs if run.is_over][:1]
    else:
        exact = [run for run in runs if run.run_id == named]
        found = exact or _of_day(runs, named) or [run for run in runs if run.run_id.startswith(named)]
    if len(found) == 1:
        return found[0]
    if found:
        what = f"Several runs begin with {named}: {', '.join(run.run_id for run in found[:5])}"
        fix = "Give one whole id; `footfall runs` lists them all."
    elif not runs:
        what = "There is no run yet"
        fix = "Name the output of a run by --output or a settings file, or count first: footfall run."
    elif day := _day_of(named):
        what = f"No run has counted {named}"
        fix = f"{_nearest_day(day, runs)}`footfall runs --by day` lists all days."
    else:
        what = f"There is no run {named}"
        fix = f"{suggestion(named, [run.run_id for run in runs] + ['last'])}`footfall runs` lists them all."
    raise SettingsError(what, where=f"{root}/runs", fix=fix)


def _nearest_day(day: date, runs: list[RunRecord]) -> str:
    known = {each for run in runs if run.report for each in run.days}
    return (
        f"The nearest day with a report is {min(known, key=lambda each: abs(each - day))}; " if known else ""
    )


def _of_day(runs: list[RunRecord], named: str) -> list[RunRecord]:
    """The last run that published a day, else the last one that tried; a list of one run, or empty."""
    day = _day_of(named)
    of_day = [run for run in runs if day in run.days and run.is_over]
    return ([run for run in of_day if run.state == "published"] or of_day)[:1]


def _day_of(named: str) -> date | None:
    try:
        return date.fromisoformat(named) if named.count("-") == 2 else None  # the beginning of an id is none
    except ValueError:
        return None


def _record(files: RunFiles, file: RunFile, text: str, page: str | None, now: datetime) -> RunRecord:
    folder = files.address(file.run_id)
    if file.name == MANIFEST:
        return record_from_manifest(file.run_id, text, folder, page)
    return record_from_alive(file.run_id, text, folder, now - file.written)
