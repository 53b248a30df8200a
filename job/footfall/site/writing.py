"""Writes the page of all runs and a copy of each report beside it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from footfall.errors import SettingsError
from footfall.history.files import RunFile, RunFiles
from footfall.history.reading import all_runs
from footfall.history.record import RunRecord
from footfall.runs.manifest import PAGE, REPORT
from footfall.site.content import overview, publishers, trend_days
from footfall.site.html import render
from footfall.stores.errors import failures

REPORTS = "reports"


def write_site(files: RunFiles, folder: Path, now: datetime) -> Path:
    """Write the page; reports that are there already are not copied again.

    Args:
        files: The runs.
        folder: Where to; made where it is missing.
        now: Now.

    Returns:
        The path of the page.

    Raises:
        SettingsError: The folder cannot be written, or the output not be read.
        InfrastructureError: The store does not answer, or the disk is full.
    """
    runs = all_runs(files, now)
    with failures(SettingsError, "The page cannot be written", str(folder)):
        (folder / REPORTS).mkdir(parents=True, exist_ok=True)
        pages = _copy_pages(files, runs, folder)
        seen = overview(files.root, runs, _reports(files, publishers(trend_days(runs))), now)
        page = folder / "index.html"
        part = folder / ".index.html"
        part.write_text(render(seen, pages), encoding="utf-8")
        return part.replace(page)


def _copy_pages(files: RunFiles, runs: Sequence[RunRecord], folder: Path) -> dict[str, str]:
    """Copy the pages of runs, and say where each is, seen from the page of all runs."""
    pages = {run.run_id: f"{REPORTS}/{run.run_id}.html" for run in runs if run.report is not None}
    new = [run_id for run_id, page in pages.items() if not (folder / page).exists()]
    for run_id, content in zip(new, _read(files, new, PAGE), strict=True):
        if content is None:
            del pages[run_id]
        else:
            (folder / pages[run_id]).write_bytes(content)
    return pages


def _reports(files: RunFiles, runs: Sequence[RunRecord]) -> Mapping[str, Any]:
    """The content of the reports, as far as they are there and whole."""
    found = {}
    ids = [run.run_id for run in runs]
    for run_id, content in zip(ids, _read(files, ids, REPORT), strict=True):
        try:
            found[run_id] = json.loads(content or b"")
        except ValueError:
            continue  # the page shows no trend of it, and the run itself all the same
    return found


def _read(files: RunFiles, run_ids: Sequence[str], name: str) -> list[bytes | None]:
    return files.read([RunFile(run_id, name) for run_id in run_ids])
