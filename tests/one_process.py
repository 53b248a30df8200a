"""The simplest engine there can be, to compare engines with: one stage after the other, in this process."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from footfall.engines import Stage
from footfall.runs.progress import StepHandle

TASKS = pa.schema([pa.field("number", pa.int64())])


class OneProcess:
    """Runs stages here; the rows of a part are gathered one by one."""

    name = "one process"
    reason = "it is easy to check"
    memory: int | None = None
    workers = 1
    versions: dict[str, str] = {}  # noqa: RUF012

    def send(self, file: Path) -> Callable[[], Path]:
        """The file is here."""
        return partial(Path, file)

    def run(self, tasks: int, stages: Sequence[Stage], step: StepHandle) -> Iterator[pa.RecordBatch]:
        """The batches of the last stage; see `Engine.run`."""
        given = [[pa.RecordBatch.from_pydict({"number": [n]}, schema=TASKS)] for n in range(tasks)]
        for stage in stages:
            made = [batch for batches in given for batch in stage.work(batches)]
            for batch in made:
                assert batch.schema.equals(stage.gives), batch.schema
            if not stage.parts:
                yield from made
                return
            parts: dict[int, list[dict[str, Any]]] = defaultdict(list)
            for row in (row for batch in made for row in batch.to_pylist()):
                assert 0 <= row["part"] < stage.parts, row["part"]
                parts[row["part"]].append(row)
            given = [[pa.RecordBatch.from_pylist(rows, stage.gives)] for rows in parts.values()]

    def stop(self) -> None:
        """Nothing to end."""
