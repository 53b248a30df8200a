"""Makes rows of what compiled code found in lines of CSV, and of what it left."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from footfall.local_time import LocalTime
from footfall.read.pings.csv import kernel
from footfall.read.pings.csv.delimiters import classes_of
from footfall.read.pings.csv.lines import LineReader
from footfall.read.pings.csv.parts import Parts
from footfall.read.pings.devices import devices
from footfall.read.pings.fields import Fields, defects
from footfall.read.pings.rows import Ints, Rows
from footfall.read.pings.times import placed
from footfall.read.pings.times.kernel import PATTERN, STYLES
from footfall.read.pings.times.texts import steps_of_format

ROWS_PER_BATCH = 1 << 18

LONGEST_LINE = 1 << 20
"""Longer lines, in bytes, are torn by definition: they are not taken apart."""

LONGEST_RAW = 2 * LONGEST_LINE
"""So many bytes of a line are kept as its text."""


@dataclass
class BlockReader:
    """Reads the lines of a range, block by block.

    Args:
        file: The number of the file.
        range: The number of the range.
        reader: How lines are read.
        number: That of the next line.
    """

    file: int
    range: int
    reader: LineReader
    number: int = 1

    def read(self, content: kernel.Bytes) -> Iterator[Rows]:
        """The rows of a block of whole lines."""
        fields = np.empty((self.reader.fields, 3), np.int64)
        rules = self._rules()
        start = 0
        while start < len(content):
            left = len(content) - start
            lines = kernel.Lines.room(min(ROWS_PER_BATCH, 1 + left // 2), left)
            rows, start, self.number = kernel.scan(content, (start, self.number), fields, rules, lines)
            if rows:
                yield self._rows(content, lines.first(rows))

    def _rules(self) -> kernel.Rules:
        reader, written = self.reader, self.reader.written
        return kernel.Rules(
            classes=classes_of(written.delimiter),
            columns=np.array([reader.columns.get(part, -1) for part in kernel.PARTS]),
            style=STYLES.get(written.time_format, PATTERN),
            steps=steps_of_format(written.time_format),
            longest=LONGEST_LINE,
            no_row=kernel.TORN if written.delimiter.isascii() else kernel.RARE,
        )

    def _rows(self, content: kernel.Bytes, lines: kernel.Lines) -> Rows:
        parts = Parts(content, lines, self.reader)
        at, never = placed(parts.moments(), LocalTime.of(self.reader.written.time_zone))
        lat, lon = parts.numbers("lat"), parts.numbers("lon")
        accuracy = parts.numbers("accuracy") if "accuracy" in self.reader.columns else None
        device = parts.device()
        compared, parts.blank["device"] = devices(device, self.reader.written.null_devices)
        fields = Fields(at, lat, lon, accuracy, parts.blank, never, parts.torn)
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


def _raw(content: kernel.Bytes, bounds: Ints) -> Callable[[Ints], list[str]]:
    def raw(rows: Ints) -> list[str]:
        spans = ((begin, min(end, begin + LONGEST_RAW)) for begin, end in bounds[rows].tolist())
        return [content[begin:end].tobytes().decode("utf-8", "backslashreplace") for begin, end in spans]

    return raw
