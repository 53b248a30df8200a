"""Runs stages one after the other; the output files of a stage are the input of the next."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from footfall.engines import Stage
from footfall.engines.embedded.part_files import ByteRanges
from footfall.engines.embedded.scratch import Scratch
from footfall.engines.embedded.worker import Output
from footfall.runs.progress import StepHandle

TASKS = pa.schema([pa.field("number", pa.int64())])
"""The columns of the first stage's input."""

BUFFER_DIVISOR = 8
"""A worker buffers at most its memory divided by this before it writes rows for the next stage."""

Orders = list[tuple[int, Sequence[tuple[str, ByteRanges]] | None]]
"""Numbers of tasks; or of parts, with the files and byte ranges of their rows."""

Answers = Callable[[Stage, Orders, pa.Schema, Path], Iterator[tuple[int, Output]]]
"""Runs a stage for some orders, whose rows have these columns, with output files in this folder; gives the number and
output of each order."""


def rounds(
    scratch: Scratch, answers: Answers, tasks: int, stages: Sequence[Stage], step: StepHandle
) -> Iterator[pa.RecordBatch]:
    """The batches of the last stage, in any order; see `Engine.run`.

    Args:
        scratch: Holds the files of one stage until the next one has read them.
        answers: Has the workers run a stage.
        tasks: The number of tasks.
        stages: The stages in their order.
        step: Shows the progress.
    """
    total, done = tasks + sum(stage.parts for stage in stages), 0
    orders: Orders = [(number, None) for number in range(tasks)]
    given = TASKS
    for stage in stages:
        folder = scratch.new_folder()
        parts: dict[int, list[tuple[str, ByteRanges]]] = {}
        for number, output in answers(stage, orders, given, folder):
            done += 1
            step.advance(done, total)
            if isinstance(output, list):
                yield from (batch for content in output for batch in pa.ipc.open_stream(content))
                continue
            for part, ranges in output.items():
                parts.setdefault(part, []).append((str(folder / str(number)), ranges))
        done += stage.parts - len(parts) if stage.parts else 0
        step.advance(done, total)
        scratch.drop_older(folder)
        orders, given = sorted(parts.items()), stage.gives
