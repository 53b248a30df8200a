"""The output of a run without a terminal: a JSON line when a step starts, and one when it ends."""

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
    """Write one line of JSON with the keys of `head` and `facts`; of a key in both, the value of `head` counts."""
    stream.write(json.dumps({**head, **facts, **head}) + "\n")
    stream.flush()


@dataclass(frozen=True)
class LineFields:
    """The fields of every JSON line of a run: the time, and facts such as the run's id and its day.

    Attributes:
        facts: The facts by their keys.
        now: Returns the time, in UTC.
    """

    facts: Mapping[str, str]
    now: Callable[[], datetime]

    def stamp(self) -> Facts:
        """The fields of a line that is written now: `time` in ISO 8601, then the facts."""
        return {"time": self.now().isoformat(timespec="milliseconds"), **self.facts}


def stamped(fields: LineFields | None) -> Facts:
    """The fields of a line that is written now; none if `fields` is None."""
    return fields.stamp() if fields else {}


@dataclass(frozen=True)
class JsonProgress:
    """Writes two lines for each step: `started`, then `done` or `failed` with its seconds and facts.

    Each line also has `fields`.
    """

    stream: TextIO
    fields: LineFields | None = None

    @contextmanager
    def step(self, name: str, detail: str = "") -> Iterator[SilentStep]:
        """Open a step; it ends, with its time, when the context is left."""
        handle, start = SilentStep(), time.monotonic()
        began = {"step": name, "state": "started", **stamped(self.fields)}
        write_line(self.stream, began, {"detail": detail} if detail else {})
        state = "failed"
        try:
            yield handle
            state = "done"
        finally:
            head: Facts = {"step": name, "state": state, "seconds": round(time.monotonic() - start, 3)}
            write_line(self.stream, {**head, **stamped(self.fields)}, handle.facts)
