"""What goes on at once during a soak: parts arrive, days are run, killed and backfilled, the history is read."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tests.soak.arrivals import DAYS, Arrivals, parts_in
from tests.soak.outputs import Output

FOOTFALL = Path(sys.executable).with_name("footfall")

PUBLISHED, CONFLICT, KILLED = 0, 5, -signal.SIGKILL

PATIENCE = 900
"""Seconds after which a command that has not ended hangs."""


@dataclass
class Soak:
    """A soak under way; its methods are what happens once, and `repeat` does one of them until the end.

    Attributes:
        root: Its folder.
        output: Where runs publish.
        arrivals: The input.
        seed: What is drawn follows from it, but for the order in which threads take their turns.
        run_seconds: How long the last run took that ended by itself.
        counts: How often what happened.
        failures: What must not happen, and did.
        is_over: Set when no new command is to begin.
    """

    root: Path
    output: Output
    arrivals: Arrivals
    seed: int
    run_seconds: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    def repeat(self, act: Callable[["Soak", random.Random], None], pause: float) -> threading.Thread:
        """Do something again and again in a thread of its own, so many seconds apart, until the soak is over."""

        def loop() -> None:
            drawn = random.Random(f"{self.seed} {act.__name__}")  # noqa: S311
            while not self.is_over.is_set():
                try:
                    act(self, drawn)
                except Exception as failure:  # of any kind: it ends the soak, which says it
                    self.failures.append(f"{act.__name__}: {failure!r}")
                    self.is_over.set()
                self.is_over.wait(pause)

        thread = threading.Thread(target=loop, name=act.__name__)
        thread.start()
        return thread

    def command(self, *words: str, kill_after: float | None = None) -> int:
        """Run `footfall` with these words as a process of its own; its exit code.

        Args:
            words: The command and its flags.
            kill_after: Kill it (-9) with its workers after so many seconds, unless it has ended by then.
        """
        with (self.root / f"{threading.current_thread().name}.log").open("ab") as log:
            log.write(f"\n$ footfall {' '.join(words)}\n".encode())
            log.flush()
            process = self.start(words, log.fileno())
            try:
                return process.wait(PATIENCE if kill_after is None else kill_after)
            except subprocess.TimeoutExpired:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                code = process.wait()
                if kill_after is None:
                    raise
                return code

    def start(self, words: Sequence[str], log: int) -> subprocess.Popen[bytes]:
        """Start `footfall` with these words, in a group of processes of its own."""
        return subprocess.Popen(
            [FOOTFALL, *words],
            cwd=self.root,
            env=self.output.environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def expect(self, act: str, code: int, expected: Sequence[int]) -> None:
        """Note how a command ended.

        Raises:
            AssertionError: It ended with another exit code than these.
        """
        self.counts[f"{act}: exit code {code}"] += 1
        if code not in expected:
            raise AssertionError(f"{act} ended with {code}, see {self.root}")

    def parts(self, day: date) -> int:
        """How many parts of a day are published."""
        return parts_in(self.output.rows(day), day)


def arrive(soak: Soak, drawn: random.Random) -> None:
    """Let a part of some day arrive."""
    soak.arrivals.add(drawn.choice(DAYS))
    soak.counts["parts that arrived"] += 1


def run_a_day(soak: Soak, drawn: random.Random) -> None:
    """Run some day, and see that all that had arrived before is published; one run in eight is killed."""
    day, is_doomed = drawn.choice(DAYS), soak.run_seconds and drawn.random() < 1 / 8
    kill_after = drawn.uniform(0, soak.run_seconds) if is_doomed else None
    before, began = soak.arrivals.parts[day], time.monotonic()
    code = soak.command("run", *soak.output.flags, f"--day={day}", kill_after=kill_after)
    soak.expect("run", code, (PUBLISHED, CONFLICT, *((KILLED,) if is_doomed else ())))
    if not is_doomed:
        soak.run_seconds = time.monotonic() - began
    if code == PUBLISHED and not before <= (shown := soak.parts(day)) <= soak.arrivals.parts[day]:
        raise AssertionError(f"{before} parts of {day} had arrived before the run, {shown} are published")


def backfill(soak: Soak, drawn: random.Random) -> None:
    """Backfill some days that follow each other, while others are run."""
    first = drawn.randrange(len(DAYS))
    last = drawn.randrange(first, min(first + 5, len(DAYS)))
    code = soak.command("backfill", *soak.output.flags, f"--from={DAYS[first]}", f"--to={DAYS[last]}")
    soak.expect("backfill", code, (PUBLISHED, CONFLICT))


def look_back(soak: Soak, drawn: random.Random) -> None:
    """Ask for the history and the pages of runs, as people do."""
    output = f"--output={soak.output.address}"
    for words in (
        ("runs", output),
        ("runs", "--by=day", output),
        ("report", "last", output),
        ("site", output),
    ):
        soak.expect(words[0], soak.command(*words), (0,))


def scrape(address: str) -> Callable[[Soak, random.Random], None]:
    """Asks the metrics for what Prometheus would."""

    def scrape_metrics(soak: Soak, drawn: random.Random) -> None:
        with urllib.request.urlopen(address, timeout=120) as answer:  # noqa: S310 - our own server
            text = answer.read().decode()
        soak.counts["scrapes of the metrics"] += 1
        if "footfall_history_up 1" not in text:
            raise AssertionError(f"the metrics cannot read the history:\n{text[:500]}")

    return scrape_metrics
