"""`footfall backfill`: all days of a range, one run for each or one for many, and an honest account of all days."""

import json
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from types import FrameType
from typing import Literal

from footfall.errors import (
    AuditError,
    Conflict,
    DefectError,
    GateRefused,
    InfrastructureError,
    InputError,
    SettingsError,
)
from footfall.launch.day_process import DayProcess, ProcessResult, day_states
from footfall.launch.exit_codes import OWN, foreign, kind_of
from footfall.launch.stretches import Stretches
from footfall.plurals import counted

State = Literal["published", "kept", "refused", "conflict", "failed", "running", "missing"]
"""`kept`: published by an earlier run of the same code and input. `running`: the run goes on elsewhere. `missing`: not
run, or stopped in the middle."""

WORST_FIRST = (DefectError, AuditError, SettingsError, InputError, GateRefused, Conflict, InfrastructureError)
"""What people must look at comes before what a machine may try again: code 6 means that nothing else went wrong."""

LONGEST_RANGE = 3660
"""Days; more is a slip of the pen."""

OF_ONE_DAY = (InputError.exit_code, GateRefused.exit_code, Conflict.exit_code)
"""With these codes a run of several days ends for the sake of one of them, so that the others are run again alone."""


@dataclass(frozen=True)
class DayResult:
    """What became of a day.

    Attributes:
        day: The day.
        state: How it ended.
        exit_code: That of its run; none where there was none.
        run: The id of the run, or the name of the object it ran as, where it is known.
        trouble: What was wrong, in a sentence.
    """

    day: date
    state: State
    exit_code: int | None = None
    run: str | None = None
    trouble: str | None = None


@dataclass
class Backfill:
    """Days that are run.

    Attributes:
        start: Starts the run of some days that follow each other as a process of its own.
        parallel: How many processes run at once.
        goes_on: Whether a run goes on when its process is stopped.
        stretches: Which days go into one run.
        results: What became of the days so far.
        code: How the backfill itself was stopped, if it was.
    """

    start: Callable[[Sequence[date]], DayProcess]
    parallel: int
    goes_on: bool
    stretches: Stretches = field(default_factory=Stretches)
    results: dict[date, DayResult] = field(default_factory=dict)
    code: int | None = None

    def leave_out(self, days: Sequence[date], flags: Sequence[str]) -> int:
        """Do not run days that are published and would be counted the same again, nor those that others run.

        Args:
            days: All days.
            flags: Those of `footfall run`, by which `footfall plan` judges the days.

        Returns:
            The exit code of the plan.
        """
        code, states = day_states([f"--from={days[0]}", f"--to={days[-1]}", *flags])
        known: dict[str, State] = {"current": "kept", "running": "running"}
        self.results = {day: DayResult(day, known[state]) for day, state in states.items() if state in known}
        return code

    def run(self, days: Sequence[date]) -> None:
        """Run all days that are not left out, or as many as there are until Ctrl-C or SIGTERM."""
        waiting = self.stretches.of([day for day in days if day not in self.results])
        under_way = dict[Future[ProcessResult], DayProcess]()
        with ThreadPoolExecutor(self.parallel) as threads, _told_to_stop(self._stop):
            while (waiting and self.code is None) or under_way:
                while waiting and self.code is None and len(under_way) < self.parallel:
                    process = self.start(waiting.pop(0))
                    under_way[threads.submit(process.follow)] = process
                done, _ = wait(under_way, timeout=1, return_when=FIRST_COMPLETED)
                for future in done:
                    waiting[:0] = self._end(under_way.pop(future).days, future.result())
                if self.code is not None:
                    for process in under_way.values():
                        process.stop()
        for day in (day for some in waiting for day in some):
            self.results[day] = DayResult(day, "missing", trouble="The backfill was stopped before it")

    def _end(self, days: Sequence[date], ended: ProcessResult) -> list[list[date]]:
        """Note what became of days; gives those that are to be run again, fewer at a time."""
        if ended.code in OF_ONE_DAY and (fewer := self.stretches.split(days)):
            return fewer
        self.results |= {day: self._result(day, ended) for day in days}
        return []

    def _stop(self, number: int) -> None:
        self.code = 128 + number

    def _result(self, day: date, ended: ProcessResult) -> DayResult:
        states: dict[int, State] = {
            0: "published",
            GateRefused.exit_code: "refused",
            Conflict.exit_code: "conflict",
        }
        state: State = states.get(ended.code, "failed")
        if self.code is not None and ended.is_stopped:
            state = "running" if self.goes_on else "missing"
        trouble = ended.error
        if not (trouble or ended.is_stopped or ended.code <= 0 or ended.code in OWN):
            trouble = foreign(ended.code).what
        return DayResult(day, state, ended.code, ended.run, trouble)


def days_between(first: date, last: date) -> list[date]:
    """All days of a range.

    Raises:
        SettingsError: It ends before it begins, or is longer than anybody means.
    """
    length = (last - first).days + 1
    if 1 <= length <= LONGEST_RANGE:
        return [first + timedelta(days=n) for n in range(length)]
    raise SettingsError(
        f"From {first} to {last} there is no day"
        if length < 1
        else f"From {first} to {last} there are {length:,} days, more than {LONGEST_RANGE:,}",
        where="flags --from and --to",
        fix="Give the first day and the last day, as 2023-03-01.",
    )


def exit_code(results: Sequence[DayResult]) -> int:
    """The code of the worst day, as ours; 0 where all days are published."""
    found = {kind_of(each.exit_code) for each in results if each.state not in ("published", "kept")}
    if any(each.state == "running" and each.exit_code is None for each in results):
        found.add(Conflict)  # by someone else
    return next((kind.exit_code for kind in WORST_FIRST if kind in found), 0)


def told(results: Sequence[DayResult], *, for_people: bool) -> Iterator[str]:
    """Lines on what became of the days, and how many there are of each state.

    For machines each day is a JSON line, and all together are one; people read of the days that are not published.
    """
    states = Counter(each.state for each in results)
    for result in results:
        if not for_people:
            yield json.dumps({**asdict(result), "day": str(result.day)})
        elif result.state not in ("published", "kept"):
            yield f"{result.day}  {result.state:<9}  {result.trouble or ''}".rstrip()
    if for_people:
        numbers = ", ".join(f"{number} {state}" for state, number in states.most_common())
        yield f"{counted(len(results), 'day')}: {numbers}"
    else:
        yield json.dumps({"step": "summary", "days": len(results), **states})


@contextmanager
def _told_to_stop(told: Callable[[int], None]) -> Iterator[None]:
    """Meanwhile Ctrl-C and SIGTERM are told, instead of ending this process."""

    def note(number: int, frame: FrameType | None) -> None:
        told(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
