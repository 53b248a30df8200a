"""The rows that tasks read: their values, what is wrong with each, and its line and text."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from footfall.schema import InputFile

Ints = npt.NDArray[np.int64]
Span = tuple[int, int]
"""First and end instant in microseconds since 1970 UTC; the end is exclusive."""


@dataclass(frozen=True)
class Rows:
    """Some rows of one file.

    Args:
        file: The number of the file among those of the input.
        range: The number of the range of the file in which they lie; 0 if lines are counted from the file's beginning.
        device: The ids as text, as they are in the file.
        compared: The ids in a normal form: equal if and only if the device is the same.
        at: Instants, type INSTANT; null if there is none or it cannot be read.
        lon: Degrees, float64; null for all but finite numbers.
        lat: As `lon`.
        accuracy: Metres, float64, null if it is missing; None if the column is not mapped.
        defect: For each row the number of the first of REASONS that applies to its fields, or SOUND; None if all are
            SOUND. Rules on values that could be read (ranges, days, accuracy) are applied by `clean`.
        line: Called with row numbers, gives their lines, counted from 1 at the beginning of the range.
        raw: Called with row numbers, gives their text, type string: the line of CSV, or the mapped columns as JSON.
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
    raw: Callable[[Ints], pa.Array]

    def __len__(self) -> int:
        return len(self.device)


@dataclass(frozen=True)
class Unread:
    """A number of rows that were not read: by the file's statistics, all lie on days that were not asked for."""

    rows: int


@dataclass(frozen=True)
class Lines:
    """The number of lines in a range of a file, blank ones included; given if a file has several ranges."""

    file: int
    range: int
    lines: int


class Task(Protocol):
    """A task: something that a worker reads. Tasks are pickled."""

    @property
    def rows(self) -> int | None:
        """The number of rows, if the files say it before they are read; else None."""

    def read(self, unread: Sequence[Span]) -> Iterator[Rows | Unread | Lines]:
        """Read all rows, except those that by the file's statistics lie in one of the spans `unread`.

        Raises:
            InputError: A file is missing, was changed since the plan was made, or is damaged.
            InfrastructureError: A store does not answer.
        """


@dataclass(frozen=True)
class PingInput:
    """The files of pings that were found, and the tasks that read them.

    Args:
        files: All files; rows refer to them by their index here.
        format: csv, parquet or iceberg.
        notes: Sentences on files that are empty or were skipped.
        tasks: Large ones first.
        row_estimate: The number of pings: as the files say, else estimated from their size.
    """

    files: tuple[InputFile, ...]
    format: str
    notes: tuple[str, ...]
    tasks: tuple[Task, ...]
    row_estimate: int

    @property
    def rows(self) -> int:
        """The number of rows of the tasks that know it before they read."""
        return sum(task.rows or 0 for task in self.tasks)
