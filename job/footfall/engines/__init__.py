"""What runs the steps of the job: workers of this machine, or Spark. Steps know no engine."""

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
        work: Makes batches of `gives` of the batches of a part. It is pickled and runs in a worker.
        gives: The columns of these batches.
        parts: Into how many parts they go for the next stage: rows with the same `part` (int32, from 0) come together.
            0 for the last stage, whose batches come back to the driver.
    """

    work: Callable[[Batches], Iterator[pa.RecordBatch]]
    gives: pa.Schema
    parts: int = 0


class Engine(Protocol):
    """Runs stages over tasks, brings the rows of a part together, tells progress, and stops."""

    name: str
    reason: str
    """Why it was chosen, for people."""
    memory: int | None
    """Bytes that a worker may take; None where the engine does not know."""

    @property
    def workers(self) -> int:
        """How many tasks run at once."""

    @property
    def versions(self) -> dict[str, str]:
        """What it runs on, such as the version of Spark and of Java."""

    def send(self, file: Path) -> Callable[[], Path]:
        """Make a local file known to all workers; what is returned is pickled and says, in a worker, where it is."""

    def run(self, tasks: int, stages: Sequence[Stage], step: StepHandle) -> Iterator[pa.RecordBatch]:
        """The batches of the last stage, in any order; the first stage is given the numbers of the tasks.

        Raises:
            FootfallError: What a worker raised.
            InfrastructureError: A worker died or hangs, or memory or disk do not suffice.
        """

    def stop(self) -> None:
        """End all workers; may be called twice."""
