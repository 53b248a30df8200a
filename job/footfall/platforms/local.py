"""A run in this process, with an engine of its own."""

from collections.abc import Sequence

from footfall.pipeline import Finished
from footfall.platforms.driver import count
from footfall.platforms.engine import start
from footfall.runs.progress import Progress
from footfall.settings.sources import Loaded


def run(loaded: Loaded, command: Sequence[str], progress: Progress, run_id: str) -> Finished:
    """Run the job in this process.

    Args:
        loaded: The settings and where they came from.
        command: The words that repeat the run.
        progress: Shows the steps.
        run_id: The id of the run.
    """
    return count(start(loaded.settings, progress), loaded, command, progress, run_id)
