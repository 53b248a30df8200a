"""A contender of the question `command`: a whole process that writes the published table, from start to end."""

import ctypes
import importlib.metadata
import json
import os
import select
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.dataset as ds

from bench import cpu, memory
from bench.contenders import SHARE_FOR_ENGINE, SHARE_FOR_JAVA, Job
from bench.process import FOREIGN, SECONDS_BETWEEN_SAMPLES, Failed
from bench.questions import Question
from bench.surroundings import OWN, PEERS, ROOT
from bench.worker import limit_cores

BY_DAY = ds.partitioning(pa.schema([("day", pa.date32())]), flavor="hive")
"""How footfall's table says the day of a file."""

SECONDS_TO_END = 20
"""What a command has started must end so many seconds after it."""

_ADOPT_ORPHANS = 36
"""PR_SET_CHILD_SUBREAPER of Linux: who waits for processes whose parent is gone."""


class Recipe(NamedTuple):
    """How a contender is run as a command.

    Args:
        title: Its name for readers.
        home: Its virtual environment.
        package: The package whose version it is known by.
        words: The command, given the job and a folder for what it writes.
        table: The file or the folder in that folder that then holds the table.
    """

    title: str
    home: Path
    package: str
    words: Callable[[Job, Path], list[str]]
    table: str


def _script(module: str, job: Job, to: Path) -> list[str]:
    told = {**asdict(job), "memory": int(job.memory * SHARE_FOR_ENGINE), "to": str(to / "table.parquet")}
    return [str(PEERS / "bin" / "python"), "-m", f"bench.commands.{module}", json.dumps(told)]


def _footfall(job: Job, to: Path) -> list[str]:
    inputs = ["--pings-path", job.pings, "--places-path", job.places]
    return [str(OWN / "bin" / "footfall"), "run", *inputs, "--output", str(to), "--privacy-k", "1"]


def _footfall_on_spark(job: Job, to: Path) -> list[str]:
    memory = f"{int(job.memory * SHARE_FOR_JAVA) >> 20}m"
    spark = ["--engine", "spark", "--spark-master", f"local[{job.cores}]", "--spark-memory", memory]
    return [*_footfall(job, to), *spark]


COMMANDS = {
    "footfall": Recipe("Footfall", OWN, "footfall", _footfall, "footfall"),
    "footfall-spark": Recipe("Footfall on Spark", OWN, "pyspark", _footfall_on_spark, "footfall"),
    "pycanopy": Recipe(
        "PyCanopy and Polars", PEERS, "pycanopy", partial(_script, "pycanopy_polars"), "table.parquet"
    ),
    "duckdb": Recipe("DuckDB spatial", PEERS, "duckdb", partial(_script, "duckdb_spatial"), "table.parquet"),
    "sedona": Recipe(
        "Apache Sedona on Spark", PEERS, "pyspark", partial(_script, "sedona_spark"), "table.parquet"
    ),
    "sedonadb": Recipe("SedonaDB", PEERS, "sedonadb", partial(_script, "sedona_db"), "table.parquet"),
}


class Command:
    """A contender that is run anew for each answer.

    Args:
        name: One of COMMANDS.
        job: What it is to count.
        log: Where what it prints goes.
        limit_seconds: How long it may take.
        variables: What is added to its environment.
    """

    def __init__(
        self, name: str, job: Job, log: Path, limit_seconds: float, variables: dict[str, str]
    ) -> None:
        self.recipe, self.job, self.log, self.limit_seconds = COMMANDS[name], job, log, limit_seconds
        self.environment = {key: value for key, value in os.environ.items() if key not in FOREIGN} | variables
        self.peak = memory.Peak(list)
        self._answers = 0

    def prepare(self) -> dict[str, Any]:
        """Nothing is prepared; gives its version."""
        ctypes.CDLL(None).prctl(_ADOPT_ORPHANS, 1, 0, 0, 0)
        (site,) = self.recipe.home.glob("lib/python*/site-packages")
        (found,) = importlib.metadata.distributions(name=self.recipe.package, path=[str(site)])
        return {"version": f"{self.recipe.package} {found.version}", "seconds": None}

    def answer(self, question: Question, into: Path) -> dict[str, Any]:
        """Run the command, and bring the rows that it wrote into a file of Arrow.

        Memory is looked at in the first answer only, because looking takes time.

        Raises:
            Failed: It ended with an error, took too long or needed too much memory.
        """
        to = Path(self.job.scratch) / f"written-{self._answers}"
        to.mkdir()
        self._answers += 1
        reply = self._run(self.recipe.words(self.job, to), watched=self._answers == 1)
        rows = ds.dataset(to / self.recipe.table, partitioning=BY_DAY).to_table()
        with pa.OSFile(str(into), "wb") as sink, pa.ipc.new_file(sink, rows.schema) as file:
            file.write_table(rows)
        shutil.rmtree(to)
        return reply

    def close(self) -> None:
        """Nothing is left of it."""

    def _run(self, words: list[str], *, watched: bool) -> dict[str, Any]:
        others, group, started = memory.children(os.getpid()), cpu.Group.made(), time.perf_counter()
        with self.log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own words
                words,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd=ROOT,
                env=self.environment,
                start_new_session=True,
                preexec_fn=partial(_begin, self.job.cores, group),
            )
        if watched:
            self.peak = memory.Peak(partial(_its, others))
        try:
            self._wait(process.pid, watched)
            seconds = time.perf_counter() - started
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        except Failed:
            memory.kill(_its(others))
            process.wait()
            raise
        spent = usage.ru_utime + usage.ru_stime + sum(_orphans(others))
        if group is not None:
            spent = group.spent()
            group.close()
        if process.returncode:
            raise Failed(f"exit code {process.returncode} (its last words: {self.log})")
        return {"seconds": seconds, "cpu_seconds": spent, "parts": {}}

    def _wait(self, process: int, watched: bool) -> None:
        """Until it ends, with an eye on the clock and, where watched, on memory."""
        deadline, poll = time.monotonic() + self.limit_seconds, select.poll()
        end = os.pidfd_open(process)
        poll.register(end, select.POLLIN)
        try:
            while not poll.poll(1000 * SECONDS_BETWEEN_SAMPLES):
                if time.monotonic() > deadline:
                    raise Failed(f"did not end in {self.limit_seconds:g} s")
                if watched and self.peak.sample() > self.job.memory:
                    raise Failed(f"needed more than {self.job.memory / 2**30:g} GiB of memory")
        finally:
            os.close(end)


def _begin(cores: int, group: cpu.Group | None) -> None:
    """What a process does before it becomes a command."""
    limit_cores(cores)
    if group is not None:
        group.enter()


def _its(others: set[int]) -> list[int]:
    """All processes of a command: what this process has adopted or started beside the others, with all below it."""
    return memory.descendants(memory.children(os.getpid()) - others)


def _orphans(others: set[int]) -> Iterator[float]:
    """The CPU seconds of what a command left running, such as a Java that ends after it; what does not end is ended.

    A process that ends has the time of those that it waited for, whatever session they are in.
    """
    deadline = time.monotonic() + SECONDS_TO_END
    while left := memory.children(os.getpid()) - others:
        for process in left:
            ended, _, usage = os.wait4(process, os.WNOHANG)
            if ended:
                yield usage.ru_utime + usage.ru_stime
        if time.monotonic() > deadline:
            memory.kill(_its(others))
        time.sleep(0.02)
