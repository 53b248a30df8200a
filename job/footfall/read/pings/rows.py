"""What tasks read: rows of a file with their values, what is wrong with each, and where it stands."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.schema import InputFile

Ints = npt.NDArray[np.int64]
Span = tuple[int, int]
"""Instants in microseconds since 1970 UTC, the second exclusive."""


@dataclass(frozen=True)
class Rows:
    """Some rows of one file.

    Args:
        file: The number of the file among those of the input.
        range: The number of the range of that file that they lie in; 0 where lines are counted from its beginning.
        device: The ids as text, as they stand in the file.
        compared: The same in the spelling that is compared: equal where the device is the same.
        at: Instants, type INSTANT; null where there is none that can be read.
        lon: Degrees, float64; null where there is no finite number.
        lat: As `lon`.
        accuracy: Metres, float64, null where none is given; None where the column is not mapped.
        defect: For each row the number of the first of REASONS that its fields show, or SOUND; None where all are.
            Rules on values that could be read (ranges, days, accuracy) are asked by `clean`.
        line: Gives for some rows their lines, counted from 1 at the beginning of the range.
        raw: Gives for some rows their text: the line of CSV, or the mapped columns as JSON.
    """

    file: int
    range: int
    device: pa.Array
    compared: pa.Array
    at: pa.Array
    lon: pa.Array
    lat: pa.Array
    accuracy: pa.Array | None
    defect: npt.NDArray[np.int8] | None
    line: Callable[[Ints], Ints]
    raw: Callable[[Ints], list[str]]

    def __len__(self) -> int:
        return len(self.device)


@dataclass(frozen=True)
class Unread:
    """So many rows of days that were not asked for, told by the file's statistics without reading them."""

    rows: int


@dataclass(frozen=True)
class Lines:
    """How many lines a range of a file holds, blank ones included; given where a file has several ranges."""

    file: int
    range: int
    lines: int


class Task(Protocol):
    """What one task reads. Tasks are pickled, and read in workers."""

    @property
    def rows(self) -> int | None:
        """How many rows there are, where the files say so before they are read."""

    def read(self, unread: Sequence[Span]) -> Iterator[Rows | Unread | Lines]:
        """Read all rows; those that surely lie in one of the spans `unread` need not be read.

        Raises:
            InputError: A file is gone, was changed since it was looked at, or is damaged.
            InfrastructureError: A store does not answer.
        """


@dataclass(frozen=True)
class PingInput:
    """Pings that were found, and the tasks that read them.

    Args:
        files: Those that were looked at; rows tell them by their number here.
        format: csv, parquet or iceberg.
        notes: What was passed over, in sentences.
        tasks: Large ones first.
        about: How many pings there are: what the files say, else a guess by their size.
    """

    files: tuple[InputFile, ...]
    format: str
    notes: tuple[str, ...]
    tasks: tuple[Task, ...]
    about: int

    @property
    def rows(self) -> int:
        """The rows of those tasks that know them before they read."""
        return sum(task.rows or 0 for task in self.tasks)
