"""The embedded engine in threads of this process, for callers whose process must not be forked."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path

import pyarrow as pa

from footfall.engines import Stage
from footfall.engines.embedded.local import Local
from footfall.engines.embedded.rounds import Orders, rounds
from footfall.engines.embedded.worker import Order, Output, carry_out
from footfall.errors import FootfallError
from footfall.runs.progress import StepHandle


class Threads(Local):
    """An engine whose workers are threads: compiled code and Arrow release Python's lock, for most of the time.

    Nothing is forked or spawned: threads and clients of the caller do not survive a fork, and a spawned process would
    run the caller's script again. Rows go from stage to stage in files, as with processes, so memory is bounded.

    Args:
        workers: The number of threads.
        memory: Bytes that all of them together may use.
        scratch: The folder in which the scratch folder is made; None for the system's temporary folder.

    Raises:
        SettingsError: The scratch folder is not writable.
    """

    reason = "a library counts in the process that calls it"

    def __init__(self, workers: int, memory: int, scratch: str | None) -> None:
        super().__init__(workers, memory, scratch)
        self.workers = workers

    def run(self, tasks: int, stages: Sequence[Stage], step: StepHandle) -> Iterator[pa.RecordBatch]:
        """The batches of the last stage, in any order; see `Engine.run`."""
        with ThreadPoolExecutor(self.workers, "footfall") as pool:
            try:
                yield from rounds(self._scratch, partial(self._answers, pool), tasks, stages, step)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)  # their results are not needed any more
                raise

    def stop(self) -> None:
        """Delete the scratch folder; may be called twice."""
        self._scratch.remove()

    def _answers(
        self, pool: ThreadPoolExecutor, stage: Stage, orders: Orders, given: pa.Schema, folder: Path
    ) -> Iterator[tuple[int, Output]]:
        """The number and output of each task or part, as threads finish them; the first orders are begun first."""
        waiting = {
            pool.submit(
                carry_out,
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
