"""Makes rows from lines of CSV: compiled code reads the usual ones, Python the rest."""

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from footfall.local_time import LocalTime
from footfall.read.pings.csv import kernel
from footfall.read.pings.csv.lines import LineReader
from footfall.read.pings.csv.parts import Parts
from footfall.read.pings.devices import devices
from footfall.read.pings.fields import Fields, decoded, defects
from footfall.read.pings.rows import Ints, Rows
from footfall.read.pings.times import placed
from footfall.read.pings.times.kernel import PATTERN, STYLES
from footfall.read.pings.times.texts import steps_of_format

ROWS_PER_BATCH = 1 << 18

LONGEST_LINE = 1 << 20
"""Bytes; longer lines count as malformed, and are not split."""

LONGEST_RAW = 2 * LONGEST_LINE
"""Bytes of a line that are kept as its text."""


@dataclass
class BlockReader:
    """Reads the lines of a range, block by block.

    Args:
        file: The number of the file.
        range: The number of the range.
        reader: How lines are read.
        number: The number of the next line.

    Attributes:
        rest: The beginning of a row that ends in the next block.
    """

    file: int
    range: int
    reader: LineReader
    number: int = 1
    rest: bytes = field(default=b"", init=False)

    def read(self, block: bytes | memoryview) -> Iterator[Rows]:
        """The rows of the next block of whole lines."""
        data = b"".join((self.rest, block)) if self.rest else block
        start = yield from self._scanned(data, len(data), is_last=False)
        self.rest = bytes(data[start:])

    def finish(self, ahead: bytes) -> Iterator[Rows]:
        """The rows that begin in `rest`; `ahead` is what follows it in the file, if anything does."""
        yield from self._scanned(self.rest + ahead, len(self.rest), is_last=True)

    def _scanned(self, data: bytes | memoryview, until: int, *, is_last: bool) -> Generator[Rows, None, int]:
        """The rows that begin before `until`; returns where an incomplete last row begins."""
        content = np.frombuffer(data, np.uint8)
        fields, rules, start = np.empty((self.reader.fields, 3), np.int64), self._rules(), 0
        while start < until:
            left = len(content) - start
            lines = kernel.Lines.room(min(ROWS_PER_BATCH, 1 + left // 2), left)
            place = start, self.number, until, is_last
            rows, start, self.number = kernel.scan(content, place, fields, rules, lines)
            if rows:
                yield self._rows(content, lines.first(rows))
            if rows < len(lines.kind):
                break
        return start

    def _rules(self) -> kernel.Rules:
        reader, written = self.reader, self.reader.written
        return kernel.Rules(
            classes=reader.classes,
            columns=np.array([reader.columns.get(part, -1) for part in kernel.PARTS]),
            style=STYLES.get(written.time_format, PATTERN),
            steps=steps_of_format(written.time_format),
            longest=LONGEST_LINE,
            dot=ord(written.decimal),
            no_row=kernel.MALFORMED if written.delimiter.isascii() else kernel.RARE,
        )

    def _rows(self, content: kernel.Bytes, lines: kernel.Lines) -> Rows:
        parts = Parts(content, lines, self.reader)
        at, never = placed(parts.moments(), LocalTime.of(self.reader.written.time_zone))
        lat, lon = parts.numbers("lat"), parts.numbers("lon")
        accuracy = parts.numbers("accuracy") if "accuracy" in self.reader.columns else None
        device = parts.device()
        compared, parts.blank["device"] = devices(device, self.reader.written.null_devices)
        fields = Fields(at, lat, lon, accuracy, parts.blank, never, parts.malformed)
        return Rows(
            self.file,
            self.range,
            device,
            compared,
            at,
            lon,
            lat,
            accuracy,
            defects(fields),
            lambda rows: lines.number[rows],
            _raw(content, lines.bounds),
        )


def _raw(content: kernel.Bytes, bounds: Ints) -> Callable[[Ints], pa.Array]:
    def raw(rows: Ints) -> pa.Array:
        spans = bounds[rows]
        spans[:, 1] = np.minimum(spans[:, 1], spans[:, 0] + LONGEST_RAW)
        return decoded(kernel.copies(content, spans))

    return raw
