"""What the engines of this machine have in common, whether their workers are processes or threads."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyarrow as pa

from footfall.engines.embedded.rounds import BUFFER_DIVISOR
from footfall.engines.embedded.scratch import Scratch


class Local:
    """The memory of each worker, and the scratch folder in which rows go from stage to stage.

    Args:
        workers: The number of workers.
        memory: Bytes that all of them together may use.
        scratch: The folder in which the scratch folder is made; None for the system's temporary folder.

    Raises:
        SettingsError: The scratch folder is not writable.
    """

    name = "embedded"
    memory: int | None

    def __init__(self, workers: int, memory: int, scratch: str | None) -> None:
        share = memory // workers
        self.memory = share
        self._held = share // BUFFER_DIVISOR
        self._scratch = Scratch(scratch)

    @property
    def versions(self) -> dict[str, str]:
        """The version of Arrow, as `arrow`."""
        return {"arrow": str(pa.__version__)}

    def send(self, file: Path) -> Callable[[], Path]:
        """A function that gives the file's own path: workers of this machine read it in place."""
        return partial(Path, file.absolute())
