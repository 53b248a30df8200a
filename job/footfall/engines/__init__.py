"""The interface of an engine, which runs the job's steps in workers: of this machine, or of Spark."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from footfall.runs.progress import StepHandle

Batches = Iterable[pa.RecordBatch]


@dataclass(frozen=True)
class Stage:
    """A step over parts.

    Args:
        work: Turns the batches of a part into batches of `gives`. It is pickled, and runs in a worker.
        gives: The columns that it returns.
        parts: The number of parts for the next stage: all rows with the same `part` (int32, from 0) go to one worker.
            0 for the last stage, whose batches are returned to the driver.
    """

    work: Callable[[Batches], Iterator[pa.RecordBatch]]
    gives: pa.Schema
    parts: int = 0


class Engine(Protocol):
    """Runs stages over tasks, brings the rows of each part together between stages, and reports progress."""

    name: str
    reason: str
    """Why it was chosen, in a sentence for people."""
    memory: int | None
    """Bytes of memory that a worker may use; None if the engine does not know."""

    @property
    def workers(self) -> int:
        """How many tasks run at once."""

    @property
    def versions(self) -> dict[str, str]:
        """Versions of what it runs on, such as `spark` and `java`, by name."""

    def send(self, file: Path) -> Callable[[], Path]:
        """Send a local file to all workers.

        Returns:
            A function that can be pickled; called in a worker, it gives the path of the file there.
        """

    def run(self, tasks: int, stages: Sequence[Stage], step: StepHandle) -> Iterator[pa.RecordBatch]:
        """The batches of the last stage, in any order; the first stage gets the numbers of the tasks.

        Args:
            tasks: The number of tasks.
            stages: The stages in their order.
            step: Shows the progress.

        Raises:
            FootfallError: A worker raised it.
            InfrastructureError: A worker died or hangs, or memory or disk are used up.
        """

    def stop(self) -> None:
        """End all workers; may be called twice."""
