"""Stage after stage: what workers made of its tasks or parts is where the next stage finds it."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from footfall.engines import Stage
from footfall.engines.embedded.part_files import Stretches
from footfall.engines.embedded.scratch import Scratch
from footfall.engines.embedded.worker import Made
from footfall.runs.progress import StepHandle

TASKS = pa.schema([pa.field("number", pa.int64())])
"""What the first stage is given."""

HELD = 8
"""A worker holds a share of one in so many of its memory of what goes on to the next stage."""

Orders = list[tuple[int, Sequence[tuple[str, Stretches]] | None]]
"""Numbers of tasks, or of parts with the files that hold their rows."""

Answers = Callable[[Stage, Orders, pa.Schema, Path], Iterator[tuple[int, Made]]]
"""Has a stage done for some orders, of rows with these columns, into files of a folder: gives what was made of each."""


def rounds(
    scratch: Scratch, answers: Answers, tasks: int, stages: Sequence[Stage], step: StepHandle
) -> Iterator[pa.RecordBatch]:
    """The batches of the last stage, in any order; see `Engine.run`.

    Args:
        scratch: Holds the files of one stage until the next one has read them.
        answers: Has the workers do a stage.
        tasks: How many there are.
        stages: The stages.
        step: Hears how far they are.
    """
    total, done = tasks + sum(stage.parts for stage in stages), 0
    orders: Orders = [(number, None) for number in range(tasks)]
    given = TASKS
    for stage in stages:
        folder = scratch.made()
        parts: dict[int, list[tuple[str, Stretches]]] = {}
        for number, made in answers(stage, orders, given, folder):
            done += 1
            step.advance(done, total)
            if isinstance(made, list):
                yield from (batch for content in made for batch in pa.ipc.open_stream(content))
                continue
            for part, stretches in made.items():
                parts.setdefault(part, []).append((str(folder / str(number)), stretches))
        done += stage.parts - len(parts) if stage.parts else 0
        step.advance(done, total)
        scratch.drop_older(folder)
        orders, given = sorted(parts.items()), stage.gives
