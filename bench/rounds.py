"""Runs a scenario: every contender in a process of its own, one at a time, in rotating order."""

import statistics
import tempfile
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from bench import machine, object_store
from bench.answers import canonical, differences, digest
from bench.command import COMMANDS, Command
from bench.contenders import ENTRIES, Job
from bench.datasets import Dataset
from bench.process import Failed, Process
from bench.questions import Question
from bench.scenarios import Scenario

Say = Callable[[str], None]


@dataclass(frozen=True)
class Limits:
    """What each contender gets: cores, bytes of memory, seconds per answer; and how often it is asked.

    A contender that has answered for `enough` seconds is not asked again once it has three timed answers.
    """

    cores: int = 2
    memory: int = 8 << 30
    seconds: float = 900
    rounds: int = 5
    enough: float = 90

    def wants(self, seconds: list[float]) -> bool:
        """Whether a contender with these timed answers is asked once more."""
        return len(seconds) < min(3, self.rounds) or (
            len(seconds) < self.rounds and sum(seconds) < self.enough
        )


@dataclass
class Record:
    """One line of the results; `status` is ok, or says why there is no result."""

    question: Question
    polygons: str
    pings: int
    contender: str
    version: str = ""
    status: str = "ok"
    seconds: list[float] = field(default_factory=list)
    cpu_seconds: list[float] = field(default_factory=list)
    cold_seconds: float | None = None
    prepare_seconds: float | None = None
    parts: dict[str, float] = field(default_factory=dict)
    rows: int = 0
    rows_digest: str = ""
    peak_bytes: int | None = None
    cores: int = 0
    memory_bytes: int = 0
    store: str = "local"
    data: dict[str, Any] = field(default_factory=dict)
    machine: dict[str, str | int] = field(default_factory=machine.described)


class Race:
    """The contenders of one scenario and what they have done so far.

    Args:
        scenario: What is asked about which data.
        data: The files.
        limits: What each contender gets.
        folder: For what contenders write.
        say: Hears of each step.
        address: Of the S3 server that serves the data, if there is one.
    """

    def __init__(
        self,
        scenario: Scenario,
        data: Dataset,
        limits: Limits,
        folder: Path,
        say: Say,
        address: str | None = None,
    ) -> None:
        self.scenario, self.data, self.limits, self.folder, self.say = scenario, data, limits, folder, say
        self.address = address
        self.records: dict[str, Record] = {}
        self.running: dict[str, Process | Command] = {}
        self.answers: dict[str, pa.Table] = {}
        self.parts: dict[str, list[dict[str, float]]] = {}
        self.wrong: list[str] = []

    def start(self, name: str) -> None:
        """Start a contender and let it prepare and answer once, untimed."""
        data, limits = self.data.data, self.limits
        self.records[name] = Record(
            self.scenario.question,
            data.places,
            data.pings,
            name,
            store=self.scenario.store,
            cores=limits.cores,
            memory_bytes=limits.memory,
            data=asdict(data),
        )
        self.say(f"  {name}: prepares")
        scratch = self.folder / name
        scratch.mkdir()
        self.running[name] = self._process(name, str(scratch))
        try:
            ready = self.running[name].prepare()
        except Failed as failure:
            self._stop(name, str(failure))
            return
        record = self.records[name]
        record.version, record.prepare_seconds = ready["version"], ready["seconds"]
        self.ask(name, timed=False)

    def _process(self, name: str, scratch: str) -> Process | Command:
        """A command where that is asked for; the oracle is none, and answers it as the question `table`."""
        limits, log = self.limits, self.folder.parent / f"{name}.log"
        is_command = self.scenario.question == "command" and name in COMMANDS
        files = str(self.data.pings), str(self.data.places)
        if is_command and self.address:
            files = object_store.path(self.data.pings), object_store.path(self.data.places)
        job = Job(*files, self.data.days, limits.cores, limits.memory, scratch)
        if not is_command:
            return Process(name, job, log, limits.seconds)
        variables = object_store.variables(self.address) if self.address else {}
        return Command(name, job, log, limits.seconds, variables)

    def ask(self, name: str, *, timed: bool) -> None:
        """Let a contender answer, and compare its rows."""
        record, into, process = self.records[name], self.folder / f"{name}.arrow", self.running[name]
        is_warm = self.scenario.question == "command" and isinstance(process, Process)
        try:
            reply = process.answer("table" if is_warm else self.scenario.question, into)
        except Failed as failure:
            self._stop(name, str(failure))
            return
        if timed:
            record.seconds.append(reply["seconds"])
            record.cpu_seconds.append(reply["cpu_seconds"])
            self.parts.setdefault(name, []).append(reply["parts"])
        else:
            record.cold_seconds = reply["seconds"]
        record.peak_bytes = self.running[name].peak.bytes or None
        self.say(
            f"  {name}: {reply['seconds']:.2f} s, CPU {reply['cpu_seconds']:.2f} s{'' if timed else ' (warm-up)'}"
        )
        self._compare(name, into)

    def _compare(self, name: str, file: Path) -> None:
        record = self.records[name]
        with pa.OSFile(str(file)) as source:
            rows = canonical(self.scenario.question, pa.ipc.open_file(source).read_all())
        found = digest(rows)
        self.answers.setdefault(name, rows)
        reference = next(iter(self.answers))
        record.rows, record.rows_digest = rows.num_rows, found
        if found != self.records[reference].rows_digest:
            shown = differences(self.answers[reference], rows)
            self.wrong.append(f"{name} (+) differs from {reference} (-) on {_title(self.scenario)}: {shown}")
            self._stop(name, f"wrong: differs from {reference}")

    def _stop(self, name: str, why: str) -> None:
        self.say(f"  {name}: {why}")
        self.records[name].status = why
        self.records[name].peak_bytes = self.running[name].peak.bytes or None
        self.running.pop(name).close()

    def run(self, names: list[str]) -> list[Record]:
        """All rounds; what fails is recorded and the others go on."""
        try:
            for name in names:
                self.start(name)
            for number in range(self.limits.rounds):
                turn = number % len(names)
                for name in names[turn:] + names[:turn]:
                    if name in self.running and self.limits.wants(self.records[name].seconds):
                        self.ask(name, timed=True)
        finally:
            for process in self.running.values():
                process.close()
        for name, parts in self.parts.items():
            self.records[name].parts = {
                part: statistics.median(each[part] for each in parts) for part in parts[0]
            }
        return list(self.records.values())


def _title(scenario: Scenario) -> str:
    where = ", from S3" if scenario.store == "s3" else ""
    return f"{scenario.question} on {scenario.data.places}, {scenario.data.pings:,} pings{where}"


def absent(name: str) -> str | None:
    """Why a contender cannot run at all, or nothing."""
    entry = ENTRIES.get(name) or COMMANDS[name]
    if not (entry.home / "bin" / "python").exists():
        return "not installed"
    return None


def taking_part(question: Question, names: Iterable[str]) -> list[str]:
    """Those of the contenders that answer a question."""
    known = {*COMMANDS, "oracle"} if question == "command" else set(ENTRIES)
    return [name for name in names if name in known]


def run(
    scenario: Scenario, data: Dataset, names: list[str], limits: Limits, say: Say
) -> tuple[list[Record], list[str]]:
    """Measure a scenario.

    Returns:
        A record for each contender, and a text for each wrong answer. The first contender that answers is the
        reference, so the oracle comes first where it takes part.
    """
    say(f"\n{_title(scenario)}")
    logs = data.folder.parent / "logs"
    logs.mkdir(exist_ok=True)
    server = object_store.served(data.folder) if scenario.store == "s3" else nullcontext(None)
    with tempfile.TemporaryDirectory(prefix="run-", dir=logs) as folder, server as address:
        race = Race(scenario, data, limits, Path(folder), say, address)
        records = race.run(taking_part(scenario.question, names))
    return records, race.wrong
