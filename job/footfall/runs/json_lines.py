"""What a run tells where there is no terminal: one JSON line for each step that starts and ends."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TextIO

from footfall.runs.progress import SilentStep

Facts = dict[str, int | float | str]


def write_line(stream: TextIO, head: Facts, facts: Mapping[str, Any]) -> None:
    """Write one line of JSON; no fact can stand in for a key of the head."""
    stream.write(json.dumps({**head, **facts, **head}) + "\n")
    stream.flush()


@dataclass(frozen=True)
class Marks:
    """What stands in each line of a run: its time, and whatever tells the run.

    Attributes:
        facts: Such as the run's id and its day.
        now: Tells the time, in UTC.
    """

    facts: Mapping[str, str]
    now: Callable[[], datetime]

    def stamp(self) -> Facts:
        """The time now, and the facts."""
        return {"time": self.now().isoformat(timespec="milliseconds"), **self.facts}


def stamped(marks: Marks | None) -> Facts:
    """What stands in a line with these marks."""
    return marks.stamp() if marks else {}


@dataclass(frozen=True)
class JsonProgress:
    """Tells each step as two lines: `started`, then `done` or `failed` with its seconds and facts.

    `marks` stand in each line.
    """

    stream: TextIO
    marks: Marks | None = None

    @contextmanager
    def step(self, name: str, detail: str = "") -> Iterator[SilentStep]:
        """Open a step; it ends, with its time, when the context is left."""
        handle, start = SilentStep(), time.monotonic()
        began = {"step": name, "state": "started", **stamped(self.marks)}
        write_line(self.stream, began, {"detail": detail} if detail else {})
        state = "failed"
        try:
            yield handle
            state = "done"
        finally:
            head: Facts = {"step": name, "state": state, "seconds": round(time.monotonic() - start, 3)}
            write_line(self.stream, {**head, **stamped(self.marks)}, handle.facts)
