"""`footfall verify`: counts a published day again, and compares the digests."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import pyarrow as pa

from footfall import jobs
from footfall.check import digest
from footfall.engines import Engine
from footfall.errors import AuditError, InputError
from footfall.platforms.driver import count
from footfall.platforms.engine import start
from footfall.publish import open_output
from footfall.publish.folder import Folder
from footfall.runs.progress import Progress
from footfall.settings import DayRange
from footfall.settings.sources import Loaded
from footfall.table import DayTable
from footfall.temporary import temporary_folder


def verify(loaded: Loaded, day: date, progress: Progress, run_id: str) -> str:
    """Count a day again without publishing it, and compare its digest with the published one.

    Args:
        loaded: The settings that it was counted by.
        day: The day.
        progress: Shows the steps.
        run_id: Names the run that counts.

    Returns:
        The digest of the day's rows, equal in both.

    Raises:
        InputError: The day is not published.
        AuditError: The published rows differ from those counted now.
    """
    settings = loaded.settings
    engine = start(settings, progress)
    try:
        published = _published(loaded, engine, day, run_id)
        with temporary_folder() as folder:
            counted = _counted(loaded, engine, day, progress, run_id, folder)
    finally:
        engine.stop()
    if counted != published:
        raise AuditError(
            f"Counted again, {day} has the digest {counted}, but {published} is published",
            where=f"{settings.output}, {day}",
            fix=f"Ask `footfall plan --from {day} --to {day}` whether input, settings or code changed since.",
        )
    return published


def _published(loaded: Loaded, engine: Engine, day: date, run_id: str) -> str:
    settings = loaded.settings
    table = jobs.named(settings.count).table
    output = open_output(table, settings, run_id, partial(getattr, engine, "session"))
    rows = output.published(day)
    if rows is None:
        raise InputError(
            f"{day} is not published",
            where=f"setting output: {settings.output}",
            fix="Name a day that `footfall runs --by day` lists as published.",
        )
    return _digest(rows, table)


def _counted(loaded: Loaded, engine: Engine, day: date, progress: Progress, run_id: str, folder: Path) -> str:
    """Count into a private folder, without regard to gates, and give the digest."""
    changed = {
        "output": str(folder),
        "days": DayRange(day, day),
        "period": "day",
        "look_back": None,
        "lineage": None,
        "allow_empty": True,
        "quality": loaded.settings.quality.without_limits(),
    }
    ours = loaded.settings
    here = ours.model_copy(update={name: changed[name] for name in changed if hasattr(ours, name)})
    table = jobs.named(ours.count).table
    finished = count(engine, replace(loaded, settings=here), ["footfall", "verify"], progress, run_id)
    if finished.refusal:
        raise finished.refusal
    return _digest(Folder.at(str(folder), run_id, table).published(day) or (), table)


def _digest(rows: Iterable[pa.RecordBatch], table: DayTable) -> str:
    return digest(pa.Table.from_batches(rows, table.schema), table)
