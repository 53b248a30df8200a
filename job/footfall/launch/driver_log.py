"""What a run far away writes to its log, told here: its steps, its summary, and the error it ended with."""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from footfall.plurals import counted
from footfall.runs.progress import Progress, StepHandle

_WHERE, _FIX = "  where: ", "  do:    "
MARKS = ("time", "run_id", "day")
"""What each line of a run says of itself, and what nobody who follows one run needs to see again."""


@dataclass
class DriverLog:
    """Listens to the lines of a log.

    Attributes:
        say: Told each line that is not a step shown otherwise.
        progress: Shows the steps of the run; without one, their lines are said as they are.
        facts: What stands in each line of whoever listens; the run's id comes to it with the first line that tells it.
        summary: What the run told of itself at its end, once it did.
        error: What was wrong, where, and what to do, as the run wrote it, once it did.
    """

    say: Callable[[str], None]
    progress: Progress | None = None
    facts: dict[str, str] = field(default_factory=dict)
    summary: dict[str, Any] | None = None
    error: tuple[str, str, str] | None = None
    _steps: dict[str, "_Open"] = field(default_factory=dict)
    _last: tuple[str, str] = ("", "")
    _is_closed: bool = False

    def hear(self, line: str) -> None:
        """Take in one line, unless nobody listens any more."""
        if self._is_closed:
            return
        told = _json(line)
        if "run_id" in told:
            self.facts["run_id"] = str(told["run_id"])
        if told.get("step") == "summary":
            self.summary = told
        elif self.progress and {"step", "state"} <= told.keys():
            self._show(self.progress, told)
        else:
            self._look_for_error(line)
            self.say(line)

    def close(self) -> None:
        """End the steps that the run left open, and listen no more."""
        self._is_closed = True
        while self._steps:
            self._steps.popitem()[1].end(failed=True)

    def _show(self, progress: Progress, told: dict[str, Any]) -> None:
        facts = dict(told)
        step, state = facts.pop("step"), facts.pop("state")
        for mark in MARKS:
            facts.pop(mark, None)
        if state == "started":
            self._steps[step] = _Open.of(progress.step(step, facts.get("detail", "")))
        elif step in self._steps:
            facts.pop("seconds", None)
            self._steps.pop(step).end(failed=state == "failed", **facts)

    def _look_for_error(self, line: str) -> None:
        what, where = self._last
        if line.startswith(_FIX) and where.startswith(_WHERE):
            self.error = (what, where.removeprefix(_WHERE), line.removeprefix(_FIX))
        self._last = (where, line)


def told_result(summary: Mapping[str, Any], ran_as: str) -> str:
    """The summary of a run for people.

    Args:
        summary: What the run told of itself, and what it cost where that is known; the state only, where the log
            of a run of long ago is gone.
        ran_as: What it is called where it ran.
    """
    if "run_id" not in summary:
        return f"{summary['state'].upper()}  by {ran_as}, whose log is gone"
    lines = [
        f"{summary['state'].upper()}  {counted(summary['visits'], 'visit')} · "
        f"{counted(summary['pings'], 'ping')} in places · "
        f"{summary['places_visited']:,} of {counted(summary['places'], 'place')} visited",
        f"Run {summary['run_id']}, as {ran_as}",
    ]
    if "dpu_seconds" in summary:
        money = (
            f" · {summary['cost']:,.2f} {summary['currency']} at the price that is set"
            if "cost" in summary
            else ""
        )
        lines.append(f"Cost {summary['dpu_seconds']:,.0f} DPU seconds{money}")
    return "\n".join([*lines, "Report", str(summary["report"])])


@dataclass(frozen=True)
class _Open:
    """A step that began and has not ended."""

    context: AbstractContextManager[StepHandle]
    handle: StepHandle

    @classmethod
    def of(cls, context: AbstractContextManager[StepHandle]) -> "_Open":
        return cls(context, context.__enter__())

    def end(self, *, failed: bool, **facts: int | float | str) -> None:
        self.handle.note(**facts)
        if failed:
            self.context.__exit__(StepFailed, StepFailed(), None)
        else:
            self.context.__exit__(None, None, None)


class StepFailed(Exception):
    """Tells the listener of a step that the run failed in it."""


def _json(line: str) -> dict[str, Any]:
    """The object that the line is; empty where it is something else."""
    if not line.startswith("{"):
        return {}
    try:
        told = json.loads(line)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
