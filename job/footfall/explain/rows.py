"""Finds rows of the input, with their files and lines."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from footfall.engines import Batches
from footfall.explain.wanted import Wanted
from footfall.read.pings.rows import Ints, Lines, Rows, Unread
from footfall.scan import Scan
from footfall.schema import SOUND

FOUND = pa.schema(
    [
        pa.field("file", pa.int32(), nullable=False),
        pa.field("range", pa.int32(), nullable=False),
        pa.field("line", pa.int64(), nullable=False),
        pa.field("lines", pa.int64()),
        pa.field("device", pa.string()),
        pa.field("compared", pa.string()),
        pa.field("at", pa.int64()),
        pa.field("lon", pa.float64()),
        pa.field("lat", pa.float64()),
        pa.field("accuracy", pa.float64()),
        pa.field("defect", pa.int8()),
        pa.field("raw", pa.string()),
    ]
)
"""A found row, its line counted from the start of its range; or with `lines` the number of lines of a range."""

MOST_ROWS = 1000
"""The most rows that a task returns; of a ping that is repeated more often, the rest is not listed."""


@dataclass(frozen=True)
class Seek:
    """Reads tasks and returns the wanted rows, as FOUND.

    Args:
        scan: The tasks, and the rules of a run for their rows.
        wanted: Which rows to find.
        kept: Whether to return only rows that a run keeps.
    """

    scan: Scan
    wanted: Wanted
    kept: bool = False

    def __call__(self, numbers: Batches) -> Iterator[pa.RecordBatch]:
        """FOUND, from the tasks whose numbers are in the first column."""
        for batch in numbers:
            for number in batch.column(0).to_pylist():
                yield from self._found(number)

    def _found(self, number: int) -> Iterator[pa.RecordBatch]:
        left = MOST_ROWS
        for rows in self.scan.tasks[number].read(self.wanted.unread):
            if isinstance(rows, Lines):
                yield _batch(file=[rows.file], range=[rows.range], line=[0], lines=[rows.lines])
            elif not isinstance(rows, Unread):
                chosen = self.wanted.among(rows)
                if self.kept and chosen.any():
                    reasons = self.scan.judged(rows)
                    chosen &= True if reasons is None else reasons == SOUND
                at = np.flatnonzero(chosen)[:left]
                left -= len(at)
                if len(at):
                    yield _rows(rows, at)


@dataclass(frozen=True)
class FoundRow:
    """A row of the input.

    Args:
        file: Its file.
        line: Its line; in Parquet the number of its row; from 1.
        device: The id as written in the file.
        compared: The id in the normalized spelling.
        at: Microseconds since 1970 UTC; None without a valid time.
        lon: Degrees; None if it is not a number.
        lat: Degrees; None if it is not a number.
        accuracy: Metres; None if the row has none.
        defect: The number of the first of REASONS by which its fields are invalid, or SOUND.
        raw: Its text.
    """

    file: str
    line: int
    device: str | None
    compared: str | None
    at: int | None
    lon: float | None
    lat: float | None
    accuracy: float | None
    defect: int
    raw: str


@dataclass(frozen=True)
class Findings:
    """The found rows, and the number of lines of each range of a file, by which their lines are counted."""

    rows: tuple[dict[str, object], ...]
    lines: Mapping[tuple[int, int], int]

    @classmethod
    def of(cls, batches: Iterable[pa.RecordBatch]) -> "Findings":
        """The findings of all batches of FOUND."""
        rows, lines = list[dict[str, object]](), dict[tuple[int, int], int]()
        for batch in batches:
            for row in batch.to_pylist():
                if row["lines"] is None:
                    rows.append(row)
                else:
                    lines[row["file"], row["range"]] = row["lines"]
        return cls(tuple(rows), lines)

    def placed(self, paths: tuple[str, ...]) -> list[FoundRow]:
        """The rows with lines counted from the beginning of their files, sorted by file and line."""
        return sorted(
            (self._placed(row, paths) for row in self.rows), key=lambda found: (found.file, found.line)
        )

    def range_of(self, file: int, line: int) -> tuple[int, int]:
        """The number of the range of a file that has a line, and the line counted from the start of that range."""
        ranges = sorted((number, lines) for (of, number), lines in self.lines.items() if of == file)
        for number, lines in ranges:
            if line <= lines:
                return number, line
            line -= lines
        return (ranges[-1][0] + 1 if ranges else 0), line

    def _placed(self, row: Mapping[str, object], paths: tuple[str, ...]) -> FoundRow:
        file, number, line = (int(str(row[name])) for name in ("file", "range", "line"))
        before = sum(n for (of, earlier), n in self.lines.items() if of == file and earlier < number)
        values = {name: row[name] for name in FoundRow.__dataclass_fields__ if name not in ("file", "line")}
        return FoundRow(paths[file], before + line, **values)  # type: ignore[arg-type]  # the types of FOUND


def _rows(rows: Rows, at: Ints) -> pa.RecordBatch:
    some = pa.array(at)
    defect = np.full(len(at), SOUND, np.int8) if rows.defect is None else rows.defect[at]
    return _batch(
        file=[rows.file] * len(at),
        range=[rows.range] * len(at),
        line=rows.line(at),
        device=rows.device.take(some).cast(pa.string()),
        compared=rows.compared.take(some).cast(pa.string()),
        at=rows.at.view(pa.int64()).take(some),
        lon=rows.lon.take(some),
        lat=rows.lat.take(some),
        accuracy=None if rows.accuracy is None else rows.accuracy.take(some),
        defect=defect,
        raw=rows.raw(at),
    )


def _batch(**columns: object) -> pa.RecordBatch:
    """A batch of FOUND, with null in columns that are not given."""
    length = len(columns["file"])  # type: ignore[arg-type]  # a list
    arrays = [
        pa.nulls(length, field.type)
        if columns.get(field.name) is None
        else pa.array(columns[field.name], field.type)
        for field in FOUND
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=FOUND)
