"""A run in this process, with an engine that lives as long as it does."""

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder

import pyarrow as pa

from footfall import aws
from footfall.pipeline import Finished
from footfall.platforms.driver import count
from footfall.platforms.engine import choice, embedded, local_spark
from footfall.platforms.inputs import look_at_inputs
from footfall.runs.progress import Progress
from footfall.settings import Settings, on_object_store
from footfall.settings.sources import Loaded


def run(loaded: Loaded, command: Sequence[str], progress: Progress, run_id: str) -> Finished:
    """Run the job here.

    Args:
        loaded: The settings and where they came from.
        command: The words that repeat the run.
        progress: Hears of each step.
        run_id: The id of the run.
    """
    settings = loaded.settings
    name, reason = choice(settings, os.environ)
    if name == "embedded":
        _keep_arrow_from_pandas()
        if any(map(on_object_store, _inputs(settings))):
            aws.prepare()
        engine = embedded(settings, reason)  # before progress has a thread
        with progress.step("start engine", f"{name}, as {reason}"):
            pass
        return count(engine, loaded, command, progress, run_id)
    # What is wrong with the inputs is said before Spark takes its time to start.
    with progress.step("look at inputs"):
        look_at_inputs(settings, os.environ)
    with progress.step("start engine", f"{name}, as {reason}"):
        on_spark = local_spark(settings, reason)
    return count(on_spark, loaded, command, progress, run_id)


def _inputs(settings: Settings) -> list[str]:
    pings = settings.pings.path
    return [settings.places.path, *([pings] if isinstance(pings, str) else pings)]


class _NoPandas(MetaPathFinder):
    """Says of pandas that it is not installed."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        """Find nothing, and leave other modules to other finders."""
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def _keep_arrow_from_pandas() -> None:
    """Let Arrow take pandas for not installed, unless it is imported: it asks once, and forks remember the answer.

    It would import pandas to see whether an array is one of it: a third of a second in this process and in each worker.
    """
    finder = _NoPandas()
    sys.meta_path.insert(0, finder)
    try:
        pa.array([0])
    finally:
        sys.meta_path.remove(finder)
