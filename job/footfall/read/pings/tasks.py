"""Deals out what tasks read by themselves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import TypeVar

from footfall.read.pings.rows import Task
from footfall.schema import InputFile

TASKS_PER_WORKER = 4
"""So many tasks for each worker let the last ones end at about the same time."""

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class Plan:
    """How files of one format are read: what `plan` of `csv`, `parquet` and `iceberg` gives.

    Args:
        files: Those that were looked at; rows tell them by their number here.
        tasks: Large ones first.
        empty: The numbers of the files without any row.
        about: How many rows there are: what the files say, else a guess by their size.
    """

    files: tuple[InputFile, ...]
    tasks: tuple[Task, ...]
    empty: tuple[int, ...]
    about: int


def share(total: int, least: int, most: int, workers: int) -> int:
    """How much a task reads of so many rows or bytes."""
    return min(most, max(least, total // (TASKS_PER_WORKER * workers)))


def dealt(items: Sequence[_Item], sizes: Sequence[int], size: int) -> Iterator[list[_Item]]:
    """Deal items out to tasks, in their order: a task gets those that begin within the same `size`."""
    begin = accumulate(sizes, initial=0)
    for _, same in groupby(zip(begin, items, strict=False), lambda pair: pair[0] // size):
        yield [item for _, item in same]
