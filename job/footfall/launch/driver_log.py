"""Reads the log of a run on a cluster: its steps, its summary, and the error that ended it."""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from footfall.runs.progress import Progress, StepHandle

_WHERE, _FIX = "  where: ", "  do:    "
MARKS = ("time", "run_id", "day")
"""Fields of every line of a run; a launcher follows one run and leaves them out."""


@dataclass
class DriverLog:
    """Parses a driver's log line by line, and shows its steps as steps of the launcher.

    Attributes:
        say: Called with each line that is not shown as a step.
        progress: Shows the steps of the run; None to pass their lines to `say`.
        facts: Fields that the launcher adds to its own lines; the run's id is added once a line of the run holds it.
        summary: The summary line that ends a run's log; None until it was read.
        error: What was wrong, where, and what to do, from the last error in the log; None if there is none.
    """

    say: Callable[[str], None]
    progress: Progress | None = None
    facts: dict[str, str] = field(default_factory=dict)
    summary: dict[str, Any] | None = None
    error: tuple[str, str, str] | None = None
    _steps: dict[str, "_Open"] = field(default_factory=dict)
    _last: tuple[str, str] = ("", "")
    _is_closed: bool = False

    def feed(self, line: str) -> None:
        """Parse one line; does nothing after `close`."""
        if self._is_closed:
            return
        record = _json(line)
        if "run_id" in record:
            self.facts["run_id"] = str(record["run_id"])
        if record.get("step") == "summary":
            self.summary = record
        elif self.progress and {"step", "state"} <= record.keys():
            self._show_step(self.progress, record)
        else:
            self._look_for_error(line)
            self.say(line)

    def close(self) -> None:
        """Mark steps that have not ended as failed, and ignore further lines."""
        self._is_closed = True
        while self._steps:
            self._steps.popitem()[1].end(failed=True)

    def _show_step(self, progress: Progress, record: dict[str, Any]) -> None:
        facts = dict(record)
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


def summary_text(summary: Mapping[str, Any], ran_as: str) -> str:
    """The summary of a run as lines for people.

    Args:
        summary: The run's summary line, with its cost if known; only its `state` if the log is gone.
        ran_as: What it is called there, such as "SparkApplication footfall-20230301-1a2b3c4d".
    """
    if "run_id" not in summary:
        return f"{summary['state'].upper()}  by {ran_as}, whose log is gone"
    lines = [
        f"{summary['state'].upper()}  {summary.get('result', '')}".rstrip(),
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
    """Marks a step as the one in which the run failed."""


def _json(line: str) -> dict[str, Any]:
    """The JSON object on this line; empty if the line is anything else."""
    if not line.startswith("{"):
        return {}
    try:
        record = json.loads(line)
    except ValueError:
        return {}
    return record if isinstance(record, dict) else {}
