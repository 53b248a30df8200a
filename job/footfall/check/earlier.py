"""Finds earlier reports of the same days that, compared with a new one, would give suppressed numbers away."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from footfall.history.files import run_files
from footfall.history.reading import all_runs
from footfall.read.digests import sha256
from footfall.runs.manifest import Manifest
from footfall.runs.outcome import Check
from footfall.schema import InputFile
from footfall.settings import Settings

LISTED = 3
"""The most earlier runs that the check names."""


def earlier(settings: Settings, days: Collection[date], places: Sequence[InputFile], now: datetime) -> Check:
    """The check that no earlier report of these days is of other places or of a smaller `privacy.k`.

    Args:
        settings: The settings of the run.
        days: Its days.
        places: The files of its places.
        now: The current time.

    Raises:
        InfrastructureError: The store does not answer.
    """
    files = run_files(settings.output)
    contents = {_content(file.bytes, file.version, sha256(file)) for file in places}
    found = [
        run.run_id
        for run in all_runs(files, now)
        if run.report is not None
        and run.manifest is not None
        and not set(days).isdisjoint(run.days)
        and _tells_more(run.manifest, settings.privacy.k, contents)
    ]
    named = ", ".join(found[:LISTED]) + (f" and {len(found) - LISTED} more" if len(found) > LISTED else "")
    return Check(
        "other counts of these days",
        not found or settings.quality.other_counts == "allow",
        f"those of {named}, with other places or a smaller privacy.k" if found else "none",
        "none, as their difference may be a suppressed number",
        gate=True,
        level=settings.quality.other_counts,
        fix=f"Delete the folders of these runs in {files.root}/runs, if readers of this output may not have both."
        if found
        else "",
    )


def _tells_more(run: Manifest, k: int, places: set[tuple[object, ...]]) -> bool:
    before = {_content(each.bytes, each.version, each.sha256) for each in run.inputs if each.role == "places"}
    return before != places or int(run.settings.get("privacy", {}).get("k", k)) < k


def _content(size: int, version: str | None, digest: str | None) -> tuple[object, ...]:
    """What differs between two files with different contents: the size, and the digest or else the version."""
    return size, digest or version
