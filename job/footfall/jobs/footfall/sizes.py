"""How large a run of so many pings is, by the rules that the run itself follows: tasks, parts, bytes and memory."""

from dataclasses import dataclass

from footfall.aggregate.sums import SUMS
from footfall.counting import day_parts
from footfall.job import Scale
from footfall.read.pings import PingInput
from footfall.read.pings.csv import LEAST_BYTES, MOST_BYTES
from footfall.read.pings.parquet.row_groups import FEWEST_ROWS, MOST_ROWS
from footfall.read.pings.tasks import share
from footfall.settings import Settings
from footfall.shuffle.records import BYTES_PER_PING, MARK, PING, parts_for, pings_at_once

ROW_OF_SUMS = 4 * SUMS + 36
"""Bytes of a row that a part gives for a place and day: its sums, and place, day, number, part and offsets."""

BYTES_PER_VISIT = 8
"""What the dwell of a visit takes on its way to the task that takes quartiles."""


@dataclass(frozen=True)
class Sizes:
    """The size of a run; pairs are the least and the most that it can be.

    Args:
        pings: The rows to read.
        cores: The tasks that run at once.
        tasks: The tasks that read and locate.
        parts: The parts into which pings are shuffled, each of which is summed by one task.
        pings_per_part: On average.
        shuffle_bytes: All bytes from tasks to parts, with every ping in no place, and in one.
        task_bytes: The memory of a task that sums a part of this size, at most; beside the index of places.
        sums_bytes: All bytes from parts to writers but for dwells, at most; None if the days are not known.
        writers: The tasks that write, in each of which all visits of a day in some places come together.
        writer_bytes: What such a task gets, with no visit, and with every ping a visit; None if the days are not known.
        rows: The rows that are published; None if the days are not known.
    """

    pings: int
    cores: int
    tasks: int
    parts: int
    pings_per_part: int
    shuffle_bytes: tuple[int, int]
    task_bytes: int
    sums_bytes: int | None
    writers: int
    writer_bytes: tuple[int, int] | None
    rows: int | None


def sizes_of(settings: Settings, places: int, scale: Scale) -> Sizes:
    """The size of a run of these settings, for so many places."""
    found, cores, memory = scale.found, scale.cores, scale.memory
    number = found.row_estimate if scale.pings is None else scale.pings
    parts = parts_for(number, memory)
    per_part = -(-number // parts)
    days = None if settings.days == "all" else len(list(settings.days))
    writers = day_parts(settings, places, cores, number)
    sums = None if days is None else parts * min(places * days, per_part) * ROW_OF_SUMS
    return Sizes(
        pings=number,
        cores=cores,
        tasks=len(found.tasks) if scale.pings is None else tasks_for(found, number, cores),
        parts=parts,
        pings_per_part=per_part,
        shuffle_bytes=(number * MARK.itemsize, number * PING.itemsize),
        task_bytes=min(per_part, pings_at_once(memory)) * BYTES_PER_PING,
        sums_bytes=sums,
        writers=writers.parts,
        writer_bytes=None if sums is None else (
            -(-sums // writers.parts),
            -(-(sums + number * BYTES_PER_VISIT) // writers.parts),
        ),
        rows=None if days is None else places * days,
    )  # fmt: skip


def tasks_for(found: PingInput, pings: int, cores: int) -> int:
    """How many tasks would read so many pings, if they are written as those that were found."""
    if found.format == "csv":
        total = sum(file.bytes for file in found.files) * pings // max(1, found.row_estimate)
        least, most = LEAST_BYTES, MOST_BYTES
    else:
        total, least, most = pings, FEWEST_ROWS, MOST_ROWS
    return max(1, -(-total // share(total, least, most, cores)))
