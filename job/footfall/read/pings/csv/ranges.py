"""Reads CSV inside Spark's Python workers: ranges of bytes of local files, by compiled code where lines are usual."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame, SparkSession

from footfall.local_time import LocalTime
from footfall.read.pings.csv import kernel
from footfall.read.pings.csv.lines import LineReader
from footfall.read.pings.csv.times import AUTO, EPOCH_MS, EPOCH_S, ISO
from footfall.read.pings.files import unreadable
from footfall.read.pings.tasks import changed, dealt, frame, share
from footfall.schema import CALENDAR, SCANNED

ROWS_PER_BATCH = 1 << 18
STEP = 1 << 16
"""So many bytes are read at a time of a line that goes on behind a range."""

LEAST_BYTES, MOST_BYTES = 1 << 24, 1 << 26
"""What a task reads: enough to be worth its start, and no more than may stand in memory."""

PARTS = ("device", "lat", "lon", "accuracy", "at", "date", "time")
STYLES = {"auto": AUTO, "iso": ISO, "epoch_s": EPOCH_S, "epoch_ms": EPOCH_MS}

Longs = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Range:
    """Lines of a file: those that begin from byte `begin`, which is not 0, until `end`. `size` is that of the file."""

    path: str
    begin: int
    end: int
    size: int


@dataclass(frozen=True)
class CsvRanges:
    """CSV files that the tasks can read by themselves: the ranges of each task, and how lines are read.

    `rows` is unknown before they are read: each batch says in its metadata how many lines it stands for.
    """

    tasks: tuple[tuple[Range, ...], ...]
    reader: LineReader
    longest: int
    zone: LocalTime

    @classmethod
    def of(
        cls,
        files: Sequence[tuple[str, int, int]],
        reader: LineReader,
        longest: int,
        zone: LocalTime,
        cores: int,
    ) -> "CsvRanges":
        """Ranges of files, given as path, where the header ends, and size: neighbours that are small in one task."""
        most = share(sum(size for _, _, size in files), LEAST_BYTES, MOST_BYTES, cores)
        ranges = [
            Range(path, begin, min(begin + most, size), size)
            for path, header, size in files
            for begin in range(header, size, most)
        ]
        tasks = dealt(ranges, [each.end - each.begin for each in ranges], most)
        return cls(tuple(map(tuple, tasks)), reader, longest, zone)

    @property
    def rows(self) -> int:
        """How many rows are known to be there before they are read."""
        return 0

    def frame(self, spark: SparkSession) -> DataFrame:
        """One row and one partition for each task: its number."""
        return frame(spark, len(self.tasks))

    def read(self, numbers: Iterable[pa.RecordBatch], unread: object = ()) -> Iterator[pa.RecordBatch]:
        """The lines of the tasks with these numbers.

        Args:
            numbers: Rows of `frame`.
            unread: Is passed over: what day a line is of is known when it is read.

        Returns:
            Columns device (text), at (microseconds, UTC), lon, lat and, if it is mapped, accuracy, null where there is
            none that can be read. The metadata has SCANNED, the number of lines.

        Raises:
            InputError: A file is no longer there or as it was.
        """
        for batch in numbers:
            for number in batch.column(0).to_pylist():
                for part in self.tasks[number]:
                    try:
                        yield from self.parsed(*_content(part, self.longest))
                    except OSError as failure:
                        raise unreadable(part.path, failure) from failure

    def parsed(self, content: kernel.Bytes, start: int) -> Iterator[pa.RecordBatch]:
        """The lines of bytes from `start` on, at which one begins, as `read` gives them."""
        columns = np.array([self.reader.columns.get(part, -1) for part in PARTS])
        fields = np.empty((self.reader.fields, 3), np.int64)
        lines = kernel.Lines.room(min(ROWS_PER_BATCH, 1 + len(content) // 2))
        delimiter, style = ord(self.reader.delimiter), STYLES[self.reader.time_format]
        while start < len(content):
            rows, start = kernel.scan(content, start, fields, delimiter, columns, style, self.longest, lines)
            if rows:
                yield self._batch(content, lines.first(rows))

    def _batch(self, content: kernel.Bytes, lines: kernel.Lines) -> pa.RecordBatch:
        usual, rare = lines.kind == kernel.USUAL, np.flatnonzero(lines.kind == kernel.RARE)
        read = [
            self.reader.read(content[b:e].tobytes().decode("utf-8", "replace")) for b, e in lines.bounds[rare]
        ]
        at, is_wall, known = lines.at, lines.is_wall, usual.copy()
        moments = [each.at for each in read]
        known[rare] = [each is not None for each in moments]
        there = rare[known[rare]]
        at[there] = [each.micros for each in moments if each]
        is_wall[there] = [each.is_wall for each in moments if each]
        columns = {
            "device": _patched(
                _texts(content, lines.spans[:, kernel.DEVICE], usual), rare, [r.device for r in read]
            ),
            "at": self._instants(at, is_wall, known),
        }
        for name, part in (("lon", kernel.LON), ("lat", kernel.LAT), ("accuracy", kernel.ACCURACY)):
            if name in self.reader.columns:
                spans = lines.spans[:, part]
                there = usual & (spans[:, 0] < spans[:, 1])
                numbers = _texts(content, spans, there).cast(pa.float64())
                columns[name] = _patched(numbers, rare, [getattr(each, name) for each in read])
        schema = pa.schema(
            [(name, column.type) for name, column in columns.items()], {SCANNED: str(len(usual))}
        )
        return pa.RecordBatch.from_arrays(list(columns.values()), schema=schema)

    def _instants(self, at: Longs, is_wall: npt.NDArray[np.bool_], known: npt.NDArray[np.bool_]) -> pa.Array:
        """Wall times placed in their zone; null where unknown, skipped by clocks or outside the calendar."""
        zone = self.zone
        placed = at - zone.ahead[np.searchsorted(zone.turns, at, side="right")]
        shown = placed + zone.ahead[np.searchsorted(zone.since, placed, side="right") - 1]
        instants = np.where(is_wall, placed, at)
        bad = ~known | (is_wall & (shown != at)) | (instants < CALENDAR[0]) | (instants >= CALENDAR[1])
        return pa.array(instants, pa.int64(), mask=bad).view(pa.timestamp("us", "UTC"))


def after_header(head: bytes) -> int:
    """The byte behind the first line that is not blank, with its line break; 0 if the bytes end before."""
    return kernel.after_header(np.frombuffer(head, np.uint8))


def _content(part: Range, longest: int) -> tuple[kernel.Bytes, int]:
    """The bytes of a range up to the end of the last line that begins in it, and where the first line begins in them.

    Of a line that is longer than `longest` no more is there than shows that.

    Raises:
        InputError: The file has another size than before.
    """
    with Path(part.path).open("rb") as file:
        if os.fstat(file.fileno()).st_size != part.size:
            raise changed(part.path)
        file.seek(part.begin - 1)  # a header stands before
        data = file.read(part.end - part.begin + 1)
        start = kernel.line_start(np.frombuffer(data, np.uint8), 1)
        last = max(data.rfind(b"\n"), data.rfind(b"\r")) + 1
        while start < len(data) and last < len(data) <= last + longest and (more := file.read(STEP)):
            cut = min((at for at in map(more.find, (b"\n", b"\r")) if at >= 0), default=None)
            data += more[:cut]
            if cut is not None:
                break
    return np.frombuffer(data, np.uint8), start


def _texts(content: kernel.Bytes, spans: Longs, there: npt.NDArray[np.bool_]) -> pa.Array:
    """Texts of (n, 2) spans of bytes, null where there is none."""
    spans = np.where(there[:, None], spans, 0)
    offsets = np.concatenate([[0], np.cumsum(spans[:, 1] - spans[:, 0])]).astype(np.int32)
    out = np.empty(offsets[-1], np.uint8)
    kernel.copied(content, spans, offsets, out)
    validity = pa.py_buffer(np.packbits(there, bitorder="little"))
    return pa.Array.from_buffers(
        pa.string(), len(there), [validity, pa.py_buffer(offsets), pa.py_buffer(out)]
    )


def _patched(column: pa.Array, rows: Longs, values: list[Any]) -> pa.Array:
    """The column with other values in some rows."""
    if not len(rows):
        return column
    mask = np.zeros(len(column), np.bool_)
    mask[rows] = True
    return pc.replace_with_mask(column, pa.array(mask), pa.array(values, column.type))
