"""A contender's process as its parent sees it: orders, replies, limits of time and memory."""

import json
import os
import selectors
import subprocess
import time
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from bench import cpu, memory
from bench.contenders import ENTRIES, Job
from bench.questions import Question
from bench.surroundings import ROOT

SECONDS_BETWEEN_SAMPLES = 0.2
FOREIGN = ("SPARK_HOME", "PYTHONHOME", "PYSPARK_PYTHON", "PYSPARK_DRIVER_PYTHON")
"""Variables that would lead a contender to another Spark or Python than its own."""


class Failed(Exception):
    """A contender gave no answer; the text says why."""


class Process:
    """A running contender."""

    def __init__(self, name: str, job: Job, log: Path, limit_seconds: float) -> None:
        self.name, self.job, self.log, self.limit_seconds = name, job, log, limit_seconds
        python = ENTRIES[name].home / "bin" / "python"
        variables = {key: value for key, value in os.environ.items() if key not in FOREIGN}
        with log.open("wb") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - our own words
                [str(python), "-m", "bench.worker", name, str(job.cores)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=ROOT,
                env=variables,
                start_new_session=True,
            )
        self.peak = memory.Peak(partial(memory.session, self._process.pid))

    def prepare(self) -> dict[str, Any]:
        """Start the engine and load the places.

        Raises:
            Failed: It could not.
        """
        return self._order({"do": "prepare", "job": asdict(self.job)})

    def answer(self, question: Question, into: Path) -> dict[str, Any]:
        """Answer once; `cpu_seconds` of the reply is what all its processes worked meanwhile.

        Raises:
            Failed: It could not, took too long or needed too much memory. Then its process is over.
        """
        before = cpu.spent(self._process.pid)
        reply = self._order({"do": "answer", "question": question, "into": str(into)})
        return {**reply, "cpu_seconds": cpu.spent(self._process.pid) - before}

    def close(self) -> None:
        """End the process and all that it started."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self.end()

    def end(self) -> None:
        """End them at once."""
        memory.kill(memory.session(self._process.pid))
        self._process.kill()  # where there is no /proc to find it by
        self._process.wait()

    def _order(self, order: dict[str, Any]) -> dict[str, Any]:
        pipe = self._process.stdin
        try:
            assert pipe is not None  # noqa: S101 - it was asked for
            pipe.write(json.dumps(order).encode() + b"\n")
            pipe.flush()
            reply: dict[str, Any] = json.loads(self._reply())
        except (Failed, OSError, ValueError) as failure:
            self.end()
            raise (
                failure if isinstance(failure, Failed) else Failed(f"ended without an answer: {failure}")
            ) from None
        if "error" in reply:
            self.end()
            raise Failed(f"{reply['error']} (all of it: {self.log})")
        return reply

    def _reply(self) -> bytes:
        """One line, waited for with an eye on the clock and on memory."""
        deadline, pipe = time.monotonic() + self.limit_seconds, self._process.stdout
        assert pipe is not None  # noqa: S101 - it was asked for
        with selectors.DefaultSelector() as waiting:
            waiting.register(pipe, selectors.EVENT_READ)
            while not waiting.select(SECONDS_BETWEEN_SAMPLES):
                if time.monotonic() > deadline:
                    raise Failed(f"gave no answer in {self.limit_seconds:g} s")
                if self.peak.sample() > self.job.memory:
                    raise Failed(f"needed more than {self.job.memory / 2**30:g} GiB of memory")
        self.peak.sample()
        line = pipe.readline()
        if not line:
            raise Failed(f"its process died (its last words: {self.log})")
        return line
