"""The run of some days as a process of `footfall run` or `footfall submit`, whose output is passed on with the days."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from footfall.launch.driver_log import DriverLog
from footfall.periods import Period
from footfall.settings import DayRange
from footfall.settings.values import days_name

STOPPED = (128 + signal.SIGINT, 128 + signal.SIGTERM, -signal.SIGINT, -signal.SIGTERM)


def day_states(words: Sequence[str]) -> tuple[int, dict[date, str]]:
    """The exit code of `footfall plan`, and the state that it gives each day; no days if it failed.

    A day of a week or month that should be counted is stale.

    Args:
        words: Its flags. Its errors go to the stderr of this process.
    """
    command = [sys.executable, "-m", "footfall", "plan", *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603 - this command again
    records = [json.loads(line) for line in done.stdout.splitlines()] if done.returncode == 0 else []
    states = {date.fromisoformat(each["day"]): each["state"] for each in records if "day" in each}
    for each in records:
        if each.get("state") in ("stale", "missing"):
            states |= {day: "stale" for day in _days_of(each) if states.get(day) == "current"}
    return done.returncode, states


def _days_of(record: Mapping[str, str]) -> Sequence[date]:
    """The days of a record of a week or month; none of the record of a day."""
    name = record.get("period")
    if name is None:
        return ()
    year, _, number = name.partition("-")
    if number.startswith("W"):
        return Period("week", date.fromisocalendar(int(year), int(number[1:]), 1)).days
    return Period("month", date(int(year), int(number), 1)).days


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
    """A process that runs a day, or days that follow each other, in one run."""

    days: Sequence[date]
    process: subprocess.Popen[str]
    say: Callable[[str], None]
    is_stopping: bool = False

    @classmethod
    def started(cls, days: Sequence[date], words: Sequence[str], say: Callable[[str], None]) -> "DayProcess":
        """Start `footfall` with these words.

        Args:
            days: The days it runs.
            words: Its command and flags.
            say: Called with each line of its output, marked with the days.
        """
        process = subprocess.Popen(  # noqa: S603 - this command again
            [sys.executable, "-m", "footfall", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # Ctrl-C is passed on by `stop`, once
        )
        return cls(days, process, say)

    def follow(self) -> ProcessResult:
        """Pass on its output until it ends, and give how it ended."""
        log, name = DriverLog(say=lambda line: None), days_name(DayRange(self.days[0], self.days[-1]))
        assert self.process.stdout is not None  # noqa: S101 - it is a pipe, as asked for above
        for line in self.process.stdout:
            log.feed(line.rstrip("\n"))
            self.say(_marked(name, line.rstrip("\n")))
        summary, code = log.summary or {}, self.process.wait()
        run = summary.get("application") or summary.get("run_id")
        return ProcessResult(code, run, log.error[0] if log.error else None)

    def stop(self) -> None:
        """Send it SIGINT, as Ctrl-C would; only the first call does."""
        if not self.is_stopping:
            self.is_stopping = True
            self.process.send_signal(signal.SIGINT)


def _marked(days: str, line: str) -> str:
    """The line with its days: as a field of a JSON line, else in front of it."""
    if line.startswith("{") and line.endswith("}"):
        try:
            return json.dumps({"day": days, **json.loads(line)})
        except ValueError:
            pass
    return f"{days}  {line}"
