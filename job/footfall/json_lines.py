"""What a run tells where there is no terminal: one JSON line for each step that starts and ends."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TextIO

from footfall.progress import SilentStep

Facts = dict[str, int | float | str]


def write_line(stream: TextIO, head: Facts, facts: Mapping[str, Any]) -> None:
    """Write one line of JSON; no fact can stand in for a key of the head."""
    stream.write(json.dumps({**head, **facts, **head}) + "\n")
    stream.flush()


@dataclass(frozen=True)
class JsonProgress:
    """Tells each step as two lines: `started`, then `done` or `failed` with its seconds and facts."""

    stream: TextIO

    @contextmanager
    def step(self, name: str, detail: str = "") -> Iterator[SilentStep]:
        """Open a step; it ends, with its time, when the context is left."""
        handle, start = SilentStep(), time.monotonic()
        write_line(self.stream, {"step": name, "state": "started"}, {"detail": detail} if detail else {})
        state = "failed"
        try:
            yield handle
            state = "done"
        finally:
            head: Facts = {"step": name, "state": state, "seconds": round(time.monotonic() - start, 3)}
            write_line(self.stream, head, handle.facts)
