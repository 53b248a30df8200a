"""The run of one day as a process: `footfall run`, or `footfall submit`, whose lines are passed on with the day."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from footfall.launch.driver_log import DriverLog

STOPPED = (128 + signal.SIGINT, 128 + signal.SIGTERM, -signal.SIGINT, -signal.SIGTERM)


def planned(words: Sequence[str]) -> tuple[int, dict[date, str]]:
    """Ask `footfall plan` which days should be counted: its exit code, and the state of each day.

    Args:
        words: Its flags; what it complains of goes where this process complains.
    """
    command = [sys.executable, "-m", "footfall", "plan", *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 - this command again
    told = [json.loads(line) for line in done.stdout.splitlines()] if done.returncode == 0 else []
    return done.returncode, {date.fromisoformat(each["day"]): each["state"] for each in told}


@dataclass(frozen=True)
class Ended:
    """How the process ended.

    Attributes:
        code: Its exit code.
        run: The id of the run, or the object it ran as, if it told one.
        trouble: What was wrong, in its words.
    """

    code: int
    run: str | None
    trouble: str | None

    @property
    def is_stopped(self) -> bool:
        """Whether it ended because it was told to."""
        return self.code in STOPPED


@dataclass
class DayProcess:
    """A process that runs a day."""

    day: date
    process: subprocess.Popen[str]
    say: Callable[[str], None]
    is_told_to_stop: bool = False

    @classmethod
    def started(cls, day: date, words: Sequence[str], say: Callable[[str], None]) -> "DayProcess":
        """Start `footfall` with these words.

        Args:
            day: The day it runs.
            words: Its command and flags.
            say: Told each line that it says, marked with the day.
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

    def follow(self) -> Ended:
        """Pass its lines on until it has ended."""
        log = DriverLog(say=lambda line: None)
        assert self.process.stdout is not None  # noqa: S101 - it is a pipe, as asked for above
        for line in self.process.stdout:
            log.hear(line.rstrip("\n"))
            self.say(_marked(self.day, line.rstrip("\n")))
        summary, code = log.summary or {}, self.process.wait()
        run = summary.get("application") or summary.get("run_id")
        return Ended(code, run, log.error[0] if log.error else None)

    def stop(self) -> None:
        """Interrupt it as Ctrl-C would, unless that was done."""
        if not self.is_told_to_stop:
            self.is_told_to_stop = True
            self.process.send_signal(signal.SIGINT)


def _marked(day: date, line: str) -> str:
    """A line with the day that it is about."""
    if line.startswith("{") and line.endswith("}"):
        try:
            return json.dumps({"day": str(day), **json.loads(line)})
        except ValueError:
            pass
    return f"{day}  {line}"
