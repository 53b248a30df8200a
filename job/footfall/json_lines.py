"""What a run tells where there is no terminal: one JSON line for each step that starts and ends."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TextIO

from footfall.progress import SilentStep

Facts = dict[str, int | float | str]
Marks = Mapping[str, str]
NO_MARKS: Marks = {}


def write_line(stream: TextIO, head: Facts, facts: Mapping[str, Any]) -> None:
    """Write one line of JSON; no fact can stand in for a key of the head."""
    stream.write(json.dumps({**head, **facts, **head}) + "\n")
    stream.flush()


def stamped(marks: Marks) -> Facts:
    """The marks of a line, and its time in UTC; without marks nothing."""
    if not marks:
        return {}
    return {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), **marks}


@dataclass(frozen=True)
class JsonProgress:
    """Tells each step as two lines: `started`, then `done` or `failed` with its seconds and facts.

    `marks` stand in each line, after the time: which run it is of, and which day.
    """

    stream: TextIO
    marks: Marks = field(default_factory=dict)

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
