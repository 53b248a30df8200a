"""Runs the job on an engine, for all platforms: counts, describes the run, stops the engine."""

import os
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

import pyarrow as pa

from footfall import __version__, jobs, pipeline
from footfall.engines import Engine
from footfall.geometry import GEOS_VERSION
from footfall.pipeline import Finished
from footfall.platforms.code import code_digest
from footfall.platforms.usage import usage
from footfall.publish import open_output
from footfall.runs import lineage
from footfall.runs.manifest import Alive, Manifest
from footfall.runs.progress import Progress
from footfall.runs.run import Run
from footfall.settings.sources import Loaded

NO_NAMES: Mapping[str, str] = {}


def count(
    engine: Engine,
    loaded: Loaded,
    command: Sequence[str],
    progress: Progress,
    run_id: str,
    names: Mapping[str, str] = NO_NAMES,
) -> Finished:
    """Run the job on an engine, and stop the engine.

    Args:
        engine: The engine.
        loaded: The settings and where they came from.
        command: The words that repeat the run.
        progress: Shows the steps.
        run_id: The id of the run.
        names: The platform's names of this run, kept beside the versions.
    """
    settings, began = loaded.settings, time.monotonic()
    job = jobs.named(settings.count)
    try:
        run = Run(
            id=run_id,
            command=" ".join(command),
            settings=loaded.rows(),
            versions={**_versions(), **engine.versions, **names},
            engine=engine.name,
            reason=engine.reason,
            now=lambda: datetime.now(UTC),
            clock=time.monotonic,
            usage=lambda: usage(engine, time.monotonic() - began),
            environ=os.environ,
            notify=_notifier(settings.lineage, job.table.schema, progress),
        )
        output = partial(open_output, job.table, settings, run_id, partial(getattr, engine, "session"))
        return pipeline.run(job, engine, output, settings, run, progress)
    finally:
        engine.stop()


def _notifier(to: str | None, columns: pa.Schema, progress: Progress) -> Callable[[Alive | Manifest], None]:
    """A function that sends the run's state to a collector of lineage; a failure is noted, and the run goes on."""

    def notify(state: Alive | Manifest) -> None:
        if to is not None:
            with progress.step("send lineage", to) as step:
                try:
                    lineage.send(state, columns, to, os.environ.get("OPENLINEAGE_API_KEY"))
                except lineage.LineageError as failure:
                    step.note(not_sent=str(failure))

    return notify


def _versions() -> dict[str, str]:
    return {
        "footfall": __version__,
        "code": code_digest(),
        "python": platform.python_version(),
        "geos": GEOS_VERSION,
    }
