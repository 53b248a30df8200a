"""Measures the CPU time of stages in all threads and processes of a run, from outside: the job knows nothing of it.

Functions are replaced by wrappers before the job runs; workers are forked, and so have them too. Each thread adds to a
row of its own in memory that all processes share, since workers are killed when a run ends.
"""

import functools
import importlib
import inspect
import mmap
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np

from bench.budget.stages import DRIVER, NAMES, STAGES, START, WORKER

ROWS, ROWS_OF_A_PROCESS = 1 << 14, 64


class Clocks:
    """CPU nanoseconds of each stage, summed over threads and processes."""

    def __init__(self) -> None:
        shared = mmap.mmap(-1, ROWS * len(NAMES) * 8)
        self._spent = np.frombuffer(shared, np.int64).reshape(ROWS, len(NAMES))
        self._here = threading.local()
        self._processes, self._rows, self._lock = 0, 0, threading.Lock()
        self._base = NAMES.index(DRIVER)
        self._begin(NAMES.index(START), 0)
        os.register_at_fork(before=self._before_fork, after_in_child=self._in_child)

    def seconds(self) -> dict[str, float]:
        """The CPU seconds of each stage so far; those of other threads until they last entered or left a stage."""
        self._charge()
        return dict(zip(NAMES, (self._spent.sum(axis=0) / 1e9).tolist(), strict=True))

    @contextmanager
    def within(self, stage: int) -> Iterator[None]:
        """Count what this thread does in the context as a stage."""
        self._enter(stage)
        try:
            yield
        finally:
            self._leave()

    def stage(self) -> int:
        """The stage that this thread is in."""
        self._known()
        return int(self._here.stages[-1])

    def started(self) -> None:
        """Count what this thread does from now on as the driver's, unless a stage says otherwise."""
        self._charge()
        self._here.stages[0] = NAMES.index(DRIVER)

    def _before_fork(self) -> None:
        self._charge()
        self._processes += 1

    def _in_child(self) -> None:
        """Begin anew in a process that was forked: its clock begins at 0."""
        self._rows, self._lock = 0, threading.Lock()
        self._base = NAMES.index(WORKER)
        self._here = threading.local()
        self._begin(self._base, 0)

    def _begin(self, stage: int, since: int) -> None:
        with self._lock:
            row, self._rows = self._rows, self._rows + 1
        self._here.row = self._spent[self._processes * ROWS_OF_A_PROCESS + row]
        self._here.stages, self._here.since = [stage], since

    def _known(self) -> None:
        if not hasattr(self._here, "row"):
            self._begin(self._base, 0)

    def _charge(self) -> None:
        self._known()
        now = time.thread_time_ns()
        self._here.row[self._here.stages[-1]] += now - self._here.since
        self._here.since = now

    def _enter(self, stage: int) -> None:
        self._charge()
        self._here.stages.append(stage)

    def _leave(self) -> None:
        self._charge()
        self._here.stages.pop()


def watch(clocks: Clocks) -> None:
    """Replace the functions of all stages by wrappers that count their time.

    Raises:
        LookupError: The job has no such function, or no other module of it has one of that name.
    """
    for number, stage in enumerate(STAGES):
        for name in stage.functions:
            _replace(name, functools.partial(_timed, clocks, number))
    _watch_imports(clocks)
    _watch_pools(clocks)


def _replace(name: str, wrapped: Callable[[Any], Any]) -> None:
    """Replace a function wherever a module has it."""
    module_name, _, path = name.partition(":")
    holder: Any = importlib.import_module(module_name)
    *outer, last = path.split(".")
    for part in outer:
        holder = getattr(holder, part, None)
    old = getattr(holder, last, None)
    if old is None:
        raise LookupError(f"There is no {name} any more: correct bench/budget/stages.py")
    new = wrapped(old)
    setattr(holder, last, new)
    for module in [module for name, module in sys.modules.items() if name.startswith("footfall")]:
        for alias, value in list(vars(module).items()):
            if value is old:
                setattr(module, alias, new)


def _timed(clocks: Clocks, stage: int, function: Callable[..., Any]) -> Callable[..., Any]:
    if inspect.isgeneratorfunction(function):

        @functools.wraps(function)
        def each(*given: Any, **named: Any) -> Iterator[Any]:
            items = function(*given, **named)
            while True:
                with clocks.within(stage):
                    item = next(items, items)
                if item is items:
                    return
                yield item

        return each

    @functools.wraps(function)
    def whole(*given: Any, **named: Any) -> Any:
        with clocks.within(stage):
            return function(*given, **named)

    return whole


def _watch_imports(clocks: Clocks) -> None:
    """Count imports as such, wherever they happen."""
    machinery: Any = sys.modules["_frozen_importlib"]
    machinery._find_and_load = _timed(clocks, NAMES.index(START), machinery._find_and_load)


def _watch_pools(clocks: Clocks) -> None:
    """Count what a pool of threads does as the stage that gave it the work."""
    submit = ThreadPoolExecutor.submit

    def submitted(
        self: ThreadPoolExecutor, function: Callable[..., Any], /, *given: Any, **named: Any
    ) -> Any:
        return submit(self, _timed(clocks, clocks.stage(), function), *given, **named)

    ThreadPoolExecutor.submit = submitted  # type: ignore[method-assign,assignment]
