"""The embedded engine in threads of this process, for callers whose process must not be forked."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path

import pyarrow as pa

from footfall.engines import Stage
from footfall.engines.embedded.rounds import HELD, Orders, rounds
from footfall.engines.embedded.scratch import Scratch
from footfall.engines.embedded.worker import Made, Order, answered
from footfall.errors import FootfallError
from footfall.runs.progress import StepHandle


class Threads:
    """Workers that are threads: Python's lock is free while compiled code and Arrow work, which is most of the time.

    Nothing is forked or spawned: a fork would have the threads and clients of its caller half, and a process that is
    spawned would run the caller's script again. What goes from stage to stage is written to files, as with processes,
    so that memory is bounded as there.

    Args:
        workers: How many threads.
        memory: Bytes that all of them may take together.
        scratch: The folder below which the files are; None for the system's.

    Raises:
        SettingsError: The scratch folder cannot be written.
    """

    name = "embedded"
    reason = "a library counts in the process that calls it"

    def __init__(self, workers: int, memory: int, scratch: str | None) -> None:
        self.workers = workers
        self.memory: int | None = memory // workers
        self._held = self.memory // HELD
        self._scratch = Scratch(scratch)

    @property
    def versions(self) -> dict[str, str]:
        """It runs on nothing but what the job brings."""
        return {"arrow": str(pa.__version__)}

    def send(self, file: Path) -> Callable[[], Path]:
        """Threads read a file where it is."""
        return partial(Path, file.absolute())

    def run(self, tasks: int, stages: Sequence[Stage], step: StepHandle) -> Iterator[pa.RecordBatch]:
        """The batches of the last stage, in any order; see `Engine.run`."""
        with ThreadPoolExecutor(self.workers, "footfall") as pool:
            try:
                yield from rounds(self._scratch, partial(self._answers, pool), tasks, stages, step)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)  # what waits is of no use any more
                raise

    def stop(self) -> None:
        """Take the scratch folder away; may be called twice."""
        self._scratch.remove()

    def _answers(
        self, pool: ThreadPoolExecutor, stage: Stage, orders: Orders, given: pa.Schema, folder: Path
    ) -> Iterator[tuple[int, Made]]:
        """What threads made of each task or part; large ones stand first, and are begun first."""
        waiting = {
            pool.submit(
                answered,
                Order(
                    None, number, files, given, str(folder / str(number)) if stage.parts else None, self._held
                ),
                stage,
            ): number
            for number, files in orders
        }
        for done in as_completed(waiting):
            answer = done.result()
            if isinstance(answer, FootfallError):
                raise answer
            yield waiting[done], answer
