"""`footfall backfill`: runs all days of a range, one or several in each run, and reports how each day ended."""

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
"""The order in which errors decide the exit code: code 6, which may be retried, means that there was no other error."""

LONGEST_RANGE = 3660
"""The most days of a backfill; more are taken for a typing error."""

OF_ONE_DAY = (InputError.exit_code, GateRefused.exit_code, Conflict.exit_code)
"""Exit codes that a single day can cause; a run of several days that ends with one is split, and run again."""


@dataclass(frozen=True)
class DayResult:
    """The result of a day.

    Attributes:
        day: The day.
        state: How it ended.
        exit_code: That of its run; None if it was not run.
        run: The id of the run, or the name of its SparkApplication; None if it is not known.
        trouble: The reason, in a sentence, if the day was not published.
    """

    day: date
    state: State
    exit_code: int | None = None
    run: str | None = None
    trouble: str | None = None


@dataclass
class Backfill:
    """A backfill: runs days, and keeps the result of each.

    Attributes:
        start: Starts a process that runs some consecutive days.
        parallel: How many processes run at once.
        goes_on: Whether a run goes on when its process is stopped.
        stretches: Decides which days go into one run.
        results: The results of days so far.
        code: 128 and the number of the signal that stopped the backfill; None if none did.
    """

    start: Callable[[Sequence[date]], DayProcess]
    parallel: int
    goes_on: bool
    stretches: Stretches = field(default_factory=Stretches)
    results: dict[date, DayResult] = field(default_factory=dict)
    code: int | None = None

    def leave_out(self, days: Sequence[date], flags: Sequence[str]) -> int:
        """Exclude days that are published and not stale, and days that another run is counting.

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
        """Run all days that were not excluded; after Ctrl-C or SIGTERM no further run is started."""
        waiting = self.stretches.of([day for day in days if day not in self.results])
        under_way = dict[Future[ProcessResult], DayProcess]()
        with ThreadPoolExecutor(self.parallel) as threads, _handling_signals(self._stop):
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
        """Record the results of the days of a run; returns the groups of days that must be run again."""
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
        SettingsError: It ends before it begins, or has more than LONGEST_RANGE days.
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
    """The exit code of a backfill: that of its worst day by WORST_FIRST; 0 if all days are published."""
    found = {kind_of(each.exit_code) for each in results if each.state not in ("published", "kept")}
    if any(each.state == "running" and each.exit_code is None for each in results):
        found.add(Conflict)  # by someone else
    return next((kind.exit_code for kind in WORST_FIRST if kind in found), 0)


def report_lines(results: Sequence[DayResult], *, for_people: bool) -> Iterator[str]:
    """The results as lines, the last of which counts days by state.

    For people there is a line for each day that is not published; else a JSON line for each day.
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
def _handling_signals(handle: Callable[[int], None]) -> Iterator[None]:
    """Call `handle` at Ctrl-C and SIGTERM inside the block, where they would end this process."""

    def act(number: int, frame: FrameType | None) -> None:
        handle(number)

    before = {number: signal.signal(number, act) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
