"""Divides files into tasks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import TypeVar

from footfall.read.pings.rows import Task
from footfall.schema import InputFile

TASKS_PER_WORKER = 4
"""Tasks per worker: enough that all workers finish at about the same time."""

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Plan:
    """The tasks that read files of one format, as `plan` of `csv`, `parquet` and `iceberg` gives them.

    Args:
        files: All files; rows refer to them by their index here.
        tasks: Large ones first.
        empty: The indices of the files without rows.
        row_estimate: The number of rows: as the files say, else estimated from their size.
    """

    files: tuple[InputFile, ...]
    tasks: tuple[Task, ...]
    empty: tuple[int, ...]
    row_estimate: int


def share(total: int, least: int, most: int, workers: int) -> int:
    """The rows or bytes that a task should read out of `total`, between `least` and `most`."""
    return min(most, max(least, total // (TASKS_PER_WORKER * workers)))


def chunks(items: Sequence[_Item], sizes: Sequence[int], size: int) -> Iterator[list[_Item]]:
    """Groups of neighbouring items, each of about `size` in sum: an item belongs to the group in which it begins."""
    begin = accumulate(sizes, initial=0)
    for _, same in groupby(zip(begin, items, strict=False), lambda pair: pair[0] // size):
        yield [item for _, item in same]
