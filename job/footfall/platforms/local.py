"""A run in this process, with an engine that lives as long as it does."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from footfall.pipeline import Finished
from footfall.platforms.driver import count
from footfall.platforms.engine import choice, embedded, local_spark
from footfall.platforms.inputs import look_at_inputs
from footfall.runs.progress import Progress
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
        with _without_pandas():
            engine = embedded(settings, reason)  # before progress has a thread
            with progress.step("start engine", f"{name}, as {reason}"):
                pass
            return count(engine, loaded, command, progress, run_id)
    with progress.step(
        "look at inputs"
    ):  # what is wrong with them is said before Spark takes its time to start
        look_at_inputs(settings, os.environ)
    with progress.step("start engine", f"{name}, as {reason}"):
        on_spark = local_spark(settings, reason)
    return count(on_spark, loaded, command, progress, run_id)


@contextmanager
def _without_pandas() -> Iterator[None]:
    """Keep Arrow from importing pandas meanwhile, where it is installed and was not imported before.

    Arrow does so to see whether an array is one of pandas: a third of a second in this process and in each worker.
    """
    if "pandas" in sys.modules:
        yield
        return
    # Python then takes it for not installed.
    sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["pandas"]
