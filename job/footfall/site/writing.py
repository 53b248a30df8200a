"""Writes the page of all runs, the pages of its places, and a copy of each report beside them."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from footfall.errors import SettingsError
from footfall.history.files import RunFile, RunFiles
from footfall.history.reading import all_runs
from footfall.history.record import RunRecord
from footfall.runs.manifest import PAGE, REPORT
from footfall.site import PLACE_PAGES
from footfall.site.atlas import Atlas
from footfall.site.content import Overview, overview, publishers, trend_days
from footfall.site.history import page_name
from footfall.site.html import inlined, render
from footfall.site.place import render_place
from footfall.stores.errors import failures

REPORTS, PLACES = "reports", "places"

_PAGE_OF_A_PLACE = re.compile(r"[a-z0-9-]+-[0-9a-f]{10}\.html")


def write_site(files: RunFiles, folder: Path, now: datetime, place_pages: int = PLACE_PAGES) -> Path:
    """Write the page of all runs, and pages of places; reports that were copied before are not copied again.

    Pages of places of an earlier call that this one does not write are deleted: their numbers may be suppressed now.

    Args:
        files: The runs.
        folder: The folder to write to; created if needed.
        now: The current time.
        place_pages: The number of places with a page: those with most visits on a known day.

    Returns:
        The path of the page.

    Raises:
        SettingsError: The folder cannot be written, or the output cannot be read.
        InfrastructureError: The store does not answer, or the disk is full.
    """
    runs = all_runs(files, now)
    with failures(SettingsError, "The page cannot be written", str(folder)):
        (folder / REPORTS).mkdir(parents=True, exist_ok=True)
        pages = _copy_pages(files, runs, folder)
        seen = overview(files.root, runs, _reports(files, publishers(trend_days(runs))), now)
        places = {place.place_id: page_name(place.place_id) for place in seen.places[:place_pages]}
        _write_places(seen, places, pages, folder / PLACES)
        page = folder / "index.html"
        part = folder / ".index.html"
        listed = {place_id: f"{PLACES}/{name}" for place_id, name in places.items()}
        part.write_text(render(seen, pages, listed), encoding="utf-8")
        return part.replace(page)


def _write_places(seen: Overview, names: Mapping[str, str], reports: Mapping[str, str], folder: Path) -> None:
    """Write the pages of these places, and delete those of others."""
    if names:
        folder.mkdir(exist_ok=True)
    atlas = Atlas(seen.shapes, seen.places, names)
    reports = {run_id: f"../{page}" for run_id, page in reports.items()}
    shared = inlined()
    for place in seen.places:
        if place.place_id in names:
            page = render_place(place, seen, atlas, reports, shared)
            (folder / names[place.place_id]).write_text(page, encoding="utf-8")
    kept = set(names.values())
    for old in folder.glob("*.html"):
        if old.name not in kept and _PAGE_OF_A_PLACE.fullmatch(old.name):
            old.unlink()


def _copy_pages(files: RunFiles, runs: Sequence[RunRecord], folder: Path) -> dict[str, str]:
    """Copy the pages of runs; returns the links from the page of all runs to them, by the id of the run."""
    pages = {run.run_id: f"{REPORTS}/{run.run_id}.html" for run in runs if run.report is not None}
    new = [run_id for run_id, page in pages.items() if not (folder / page).exists()]
    for run_id, content in zip(new, _read(files, new, PAGE), strict=True):
        if content is None:
            del pages[run_id]
        else:
            (folder / pages[run_id]).write_bytes(content)
    return pages


def _reports(files: RunFiles, runs: Sequence[RunRecord]) -> Mapping[str, Any]:
    """The content of report.json by the id of the run; missing or damaged ones are left out."""
    found = {}
    ids = [run.run_id for run in runs]
    for run_id, content in zip(ids, _read(files, ids, REPORT), strict=True):
        try:
            found[run_id] = json.loads(content or b"")
        except ValueError:
            continue  # the page shows the run, but no trend of its days
    return found


def _read(files: RunFiles, run_ids: Sequence[str], name: str) -> list[bytes | None]:
    return files.read([RunFile(run_id, name) for run_id in run_ids])
