"""Deals out what tasks read by themselves."""

from collections.abc import Iterator, Sequence
from itertools import accumulate, groupby
from typing import TypeVar

from pyspark.sql import DataFrame, SparkSession

from footfall.errors import InputError

TASKS_PER_CORE = 4
"""So many tasks for each core let the last ones end at about the same time."""

_Item = TypeVar("_Item")


def share(total: int, least: int, most: int, cores: int) -> int:
    """How much a task reads of so many rows or bytes."""
    return min(most, max(least, total // (TASKS_PER_CORE * cores)))


def dealt(items: Sequence[_Item], sizes: Sequence[int], size: int) -> Iterator[list[_Item]]:
    """The items of each task: neighbours that begin within the same `size`."""
    begin = accumulate(sizes, initial=0)
    for _, same in groupby(zip(begin, items, strict=False), lambda pair: pair[0] // size):
        yield [item for _, item in same]


def frame(spark: SparkSession, tasks: int) -> DataFrame:
    """One row and one partition for each task: its number."""
    return spark.range(0, tasks, 1, tasks)


def changed(path: str) -> InputError:
    """That a file is no longer as it was when it was looked at."""
    fix = "Run again when nothing writes to it any more."
    return InputError("The file was changed while it was read", where=path, fix=fix)
