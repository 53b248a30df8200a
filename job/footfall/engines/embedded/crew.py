"""The driver's side of the embedded engine: starts worker processes, gives them orders, and ends them."""

import multiprocessing
import pickle
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from footfall.engines import Stage
from footfall.engines.embedded.local import Local
from footfall.engines.embedded.rounds import Orders, rounds
from footfall.engines.embedded.worker import STOP_SIGNALS, Order, Output, serve
from footfall.errors import FootfallError, InfrastructureError
from footfall.runs.progress import StepHandle

Start = Literal["fork", "spawn"]


@dataclass
class _Worker:
    process: BaseProcess
    orders: Connection
    stage: bytes | None = None
    number: int | None = None
    since: float = 0.0


class Embedded(Local):
    """An engine whose workers are processes of this machine, started once by fork, or by spawn on macOS.

    Make it before any client of a store or pool of threads is started: these do not survive a fork.

    Args:
        workers: The number of workers.
        memory: Bytes that all of them together may use.
        scratch: The folder in which the run's scratch folder is made; None for the system's temporary folder.
        timeout: Seconds that a task may take before the run fails.
        reason: Why this engine was chosen, in a sentence for people.
        start: How processes are started; None for what is safe on this system.

    Raises:
        SettingsError: The scratch folder is not writable.
        InfrastructureError: A process cannot be started.
    """

    def __init__(
        self,
        workers: int,
        memory: int,
        scratch: str | None,
        timeout: float,
        reason: str,
        start: Start | None = None,
    ) -> None:
        super().__init__(workers, memory, scratch)
        self.reason = reason
        self._timeout = timeout
        self._start: Start = start or ("spawn" if sys.platform == "darwin" else "fork")
        self._workers: list[_Worker] = []
        try:
            for _ in range(workers):
                self._workers.append(self._start_worker())
        except OSError as failure:
            self.stop()
            raise InfrastructureError(
                f"A worker could not be started: {failure.strerror}",
                where=f"setting workers: {workers}",
                fix="Free some memory or processes, or set fewer workers.",
            ) from failure

    @property
    def workers(self) -> int:
        """How many tasks run at once."""
        return len(self._workers)

    def run(self, tasks: int, stages: Sequence[Stage], step: StepHandle) -> Iterator[pa.RecordBatch]:
        """The batches of the last stage, in any order; see `Engine.run`. All workers are ended if it fails."""
        if not self._workers:
            raise ValueError("the engine was stopped")
        try:
            yield from rounds(self._scratch, self._answers, tasks, stages, step)
        except BaseException:
            self.stop()  # the results of the other workers are not needed any more
            raise

    def stop(self) -> None:
        """End all workers and delete the scratch folder."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.orders.close()
        self._workers = []
        self._scratch.remove()

    def _start_worker(self) -> _Worker:
        context: Any = multiprocessing.get_context(self._start)
        ours, theirs = context.Pipe()
        others = [*(worker.orders for worker in self._workers), ours] if self._start == "fork" else []
        process = context.Process(target=serve, args=(theirs, others), daemon=True)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOP_SIGNALS)
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            theirs.close()
        return _Worker(process, ours)

    def _answers(
        self, stage: Stage, orders: Orders, given: pa.Schema, folder: Path
    ) -> Iterator[tuple[int, Output]]:
        """The number and output of each task or part, as workers finish them; the last orders are begun first."""
        work, waiting = pickle.dumps(stage), list(reversed(orders))
        while True:
            for worker in self._workers:
                if worker.number is None and waiting:
                    number, files = waiting.pop()
                    to = str(folder / str(number)) if stage.parts else None
                    unsent = None if worker.stage is work else work
                    self._give(worker, Order(unsent, number, files, given, to, self._held))
                    worker.stage = work
            busy = [worker for worker in self._workers if worker.number is not None]
            if not busy:
                return
            for worker, answer in self._finished(busy):
                number, worker.number = int(worker.number or 0), None
                yield number, answer

    def _give(self, worker: _Worker, order: Order) -> None:
        try:
            worker.orders.send(order)
        except (BrokenPipeError, ConnectionError):
            raise self._death(worker) from None
        worker.number, worker.since = order.number, time.monotonic()

    def _finished(self, busy: list[_Worker]) -> Iterator[tuple[_Worker, Output]]:
        """Wait until at least one worker has answered; gives the workers that have, with their output."""
        left = self._timeout - (time.monotonic() - min(worker.since for worker in busy))
        ready = wait([worker.orders for worker in busy], timeout=max(0.0, left))
        if not ready:
            raise InfrastructureError(
                f"A worker has not ended its task for {self._timeout:g} s, and was ended",
                where="setting task_timeout",
                fix="Run again; if a task needs so long, raise task_timeout.",
            )
        for worker in busy:
            if worker.orders in ready:
                yield worker, self._received(worker)

    def _received(self, worker: _Worker) -> Output:
        try:
            answer: Any = worker.orders.recv()
        except (EOFError, ConnectionError):
            raise self._death(worker) from None
        if isinstance(answer, FootfallError):
            raise answer
        output: Output = answer
        return output

    def _death(self, worker: _Worker) -> InfrastructureError:
        worker.process.join()
        code = worker.process.exitcode or 0
        names = {int(each): each.name for each in signal.Signals}
        how = f"was ended by {names.get(-code, -code)}" if code < 0 else f"ended with exit code {code}"
        return InfrastructureError(
            f"A worker {how} while it counted",
            where=f"process {worker.process.pid} of this machine",
            fix="Run again. Where the system ended it for its memory, give the run fewer workers or more memory.",
        )
