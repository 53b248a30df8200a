"""The driver's side of the embedded engine: it starts workers, deals out orders, and ends them."""

import multiprocessing
import pickle
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa

from footfall.engines import Stage
from footfall.engines.embedded.rounds import HELD, Orders, rounds
from footfall.engines.embedded.scratch import Scratch
from footfall.engines.embedded.worker import STOPS, Made, Order, serve
from footfall.errors import FootfallError, InfrastructureError
from footfall.runs.progress import StepHandle

Start = Literal["fork", "spawn"]


@dataclass
class _Worker:
    process: BaseProcess
    orders: Connection
    knows: bytes | None = None
    number: int | None = None
    since: float = 0.0


class Embedded:
    """Workers of this machine: processes that are forked once, or spawned where forks are not safe.

    Make it before clients of stores or pools of threads are started: forks would have them half.

    Args:
        workers: How many.
        memory: Bytes that all of them may take together.
        scratch: The folder below which the run has one of its own; None for the system's.
        timeout: Seconds after which a worker that does not answer is ended.
        reason: Why this engine was chosen, for people.
        start: How processes are started; None for what is safe on this system.

    Raises:
        SettingsError: The scratch folder cannot be written.
        InfrastructureError: The machine refuses to start a process.
    """

    name = "embedded"
    memory: int | None

    def __init__(
        self,
        workers: int,
        memory: int,
        scratch: str | None,
        timeout: float,
        reason: str,
        start: Start | None = None,
    ) -> None:
        self.reason = reason
        self.memory = memory // workers
        self._held = self.memory // HELD
        self._timeout = timeout
        self._start: Start = start or ("spawn" if sys.platform == "darwin" else "fork")
        self._scratch = Scratch(scratch)
        self._workers: list[_Worker] = []
        try:
            for _ in range(workers):
                self._workers.append(self._started())
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

    @property
    def versions(self) -> dict[str, str]:
        """It runs on nothing but what the job brings."""
        return {"arrow": str(pa.__version__)}

    def send(self, file: Path) -> Callable[[], Path]:
        """Workers of this machine read a file where it is."""
        return partial(Path, file.absolute())

    def run(self, tasks: int, stages: Sequence[Stage], step: StepHandle) -> Iterator[pa.RecordBatch]:
        """The batches of the last stage, in any order; see `Engine.run`. Where it fails, all workers are ended."""
        if not self._workers:
            raise ValueError("the engine was stopped")
        try:
            yield from rounds(self._scratch, self._answers, tasks, stages, step)
        except BaseException:
            self.stop()  # what the others are still at is of no use
            raise

    def stop(self) -> None:
        """End all workers and take the scratch folder away."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.join()
            worker.orders.close()
        self._workers = []
        self._scratch.remove()

    def _started(self) -> _Worker:
        context: Any = multiprocessing.get_context(self._start)
        ours, theirs = context.Pipe()
        others = [*(worker.orders for worker in self._workers), ours] if self._start == "fork" else []
        process = context.Process(target=serve, args=(theirs, others), daemon=True)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        try:
            process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            theirs.close()
        return _Worker(process, ours)

    def _answers(
        self, stage: Stage, orders: Orders, given: pa.Schema, folder: Path
    ) -> Iterator[tuple[int, Made]]:
        """What workers made of each task or part; large ones stand first, and are begun first."""
        work, waiting = pickle.dumps(stage), list(reversed(orders))
        while True:
            for worker in self._workers:
                if worker.number is None and waiting:
                    number, files = waiting.pop()
                    to = str(folder / str(number)) if stage.parts else None
                    known = None if worker.knows is work else work
                    self._give(worker, Order(known, number, files, given, to, self._held))
                    worker.knows = work
            busy = [worker for worker in self._workers if worker.number is not None]
            if not busy:
                return
            for worker, answer in self._heard(busy):
                number, worker.number = int(worker.number or 0), None
                yield number, answer

    def _give(self, worker: _Worker, order: Order) -> None:
        try:
            worker.orders.send(order)
        except (BrokenPipeError, ConnectionError):
            raise self._died(worker) from None
        worker.number, worker.since = order.number, time.monotonic()

    def _heard(self, busy: list[_Worker]) -> Iterator[tuple[_Worker, Made]]:
        """The answers that are there, when at least one is."""
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
                yield worker, self._made(worker)

    def _made(self, worker: _Worker) -> Made:
        try:
            answer: Any = worker.orders.recv()
        except (EOFError, ConnectionError):
            raise self._died(worker) from None
        if isinstance(answer, FootfallError):
            raise answer
        made: Made = answer
        return made

    def _died(self, worker: _Worker) -> InfrastructureError:
        worker.process.join()
        code = worker.process.exitcode or 0
        names = {int(each): each.name for each in signal.Signals}
        how = f"was ended by {names.get(-code, -code)}" if code < 0 else f"ended with exit code {code}"
        return InfrastructureError(
            f"A worker {how} while it counted",
            where=f"process {worker.process.pid} of this machine",
            fix="Run again. Where the system ended it for its memory, give the run fewer workers or more memory.",
        )
