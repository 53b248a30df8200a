"""The run of one day as a process of `footfall run` or `footfall submit`, whose output is passed on with the day."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from footfall.launch.driver_log import DriverLog

STOPPED = (128 + signal.SIGINT, 128 + signal.SIGTERM, -signal.SIGINT, -signal.SIGTERM)


def day_states(words: Sequence[str]) -> tuple[int, dict[date, str]]:
    """The exit code of `footfall plan`, and the state that it gives each day; no days if it failed.

    Args:
        words: Its flags. Its errors go to the stderr of this process.
    """
    command = [sys.executable, "-m", "footfall", "plan", *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 - this command again
    records = [json.loads(line) for line in done.stdout.splitlines()] if done.returncode == 0 else []
    return done.returncode, {date.fromisoformat(each["day"]): each["state"] for each in records if "day" in each}


@dataclass(frozen=True)
class ProcessResult:
    """How the process ended.

    Attributes:
        code: Its exit code.
        run: The id of the run, or the name of its SparkApplication; None if the process printed neither.
        error: The first line of the error that it printed; None if it printed none.
    """

    code: int
    run: str | None
    error: str | None

    @property
    def is_stopped(self) -> bool:
        """Whether SIGINT or SIGTERM ended it."""
        return self.code in STOPPED


@dataclass
class DayProcess:
    """A process that runs a day."""

    day: date
    process: subprocess.Popen[str]
    say: Callable[[str], None]
    is_stopping: bool = False

    @classmethod
    def started(cls, day: date, words: Sequence[str], say: Callable[[str], None]) -> "DayProcess":
        """Start `footfall` with these words.

        Args:
            day: The day it runs.
            words: Its command and flags.
            say: Called with each line of its output, marked with the day.
        """
        process = subprocess.Popen(  # noqa: S603 - this command again
            [sys.executable, "-m", "footfall", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # Ctrl-C is passed on by `stop`, once
        )
        return cls(day, process, say)

    def follow(self) -> ProcessResult:
        """Pass on its output until it ends, and give how it ended."""
        log = DriverLog(say=lambda line: None)
        assert self.process.stdout is not None  # noqa: S101 - it is a pipe, as asked for above
        for line in self.process.stdout:
            log.feed(line.rstrip("\n"))
            self.say(_marked(self.day, line.rstrip("\n")))
        summary, code = log.summary or {}, self.process.wait()
        run = summary.get("application") or summary.get("run_id")
        return ProcessResult(code, run, log.error[0] if log.error else None)

    def stop(self) -> None:
        """Send it SIGINT, as Ctrl-C would; only the first call does."""
        if not self.is_stopping:
            self.is_stopping = True
            self.process.send_signal(signal.SIGINT)


def _marked(day: date, line: str) -> str:
    """The line with its day: as a field of a JSON line, else in front of it."""
    if line.startswith("{") and line.endswith("}"):
        try:
            return json.dumps({"day": str(day), **json.loads(line)})
        except ValueError:
            pass
    return f"{day}  {line}"
