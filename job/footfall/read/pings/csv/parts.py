"""The parts of pings in lines of CSV, as read by compiled code or, in rarer spellings, by Python."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from footfall.read.pings.csv import kernel
from footfall.read.pings.csv.lines import LineReader
from footfall.read.pings.fields import blank, numbers
from footfall.read.pings.times.dates import UNKNOWN
from footfall.read.pings.times.moments import Longs, Mask, Moments

_TIMES = {"at", "date", "time"}


class Parts:
    """The parts of some lines.

    Args:
        content: The bytes that the lines are in.
        lines: What compiled code read of them.
        reader: How they are read.
    """

    def __init__(self, content: kernel.Bytes, lines: kernel.Lines, reader: LineReader) -> None:
        self._content, self._lines, self._reader = content, lines, reader
        self._usual: Mask = lines.kind == kernel.USUAL
        self._rare = np.flatnonzero(lines.kind == kernel.RARE)
        self._texts: Mapping[str, pa.Array] = {}
        self.malformed: Mask = lines.kind == kernel.MALFORMED
        self.blank: dict[str, Mask] = {}
        """The mask of blank values of each part that is blank in some line."""
        if len(self._rare):
            bounds = lines.bounds[self._rare].tolist()
            self._texts, malformed = reader.apart([_text(content, begin, end) for begin, end in bounds])
            self.malformed[self._rare] = malformed
            for part in self._texts.keys() - _TIMES - {"device"}:
                self._note_blank(part, self._rare, blank(self._texts[part]))

    def device(self) -> pa.Array:
        """The ids as they are written; null in malformed lines."""
        validity = None if self._usual.all() else pa.py_buffer(np.packbits(self._usual, bitorder="little"))
        buffers = [validity, pa.py_buffer(self._lines.device_ends), pa.py_buffer(self._lines.device)]
        return self._patched(pa.Array.from_buffers(pa.string(), len(self._usual), buffers), "device")

    def numbers(self, part: str) -> pa.Array:
        """A part as float64; null for all but finite numbers."""
        number = kernel.PARTS.index(part)
        degrees = self._lines.degrees[number - kernel.LAT]
        unread = self._usual & np.isnan(degrees)
        if not unread.any() and not (self.malformed.any() or len(self._rare)):
            return pa.array(degrees)
        found = pa.array(degrees, mask=~self._usual | unread)
        rows = np.flatnonzero(unread)
        if len(rows):
            texts = self._field(part, rows)
            missing = blank(texts)
            self._note_blank(part, rows, missing)
            unread[rows] = ~missing
            found = pc.replace_with_mask(
                found, pa.array(unread), self._numbers(texts.filter(pa.array(~missing)))
            )
        return self._patched(found, part)

    def moments(self) -> Moments:
        """The time of each line; not `known` if it cannot be read."""
        micros, is_wall = self._lines.at, self._lines.is_wall
        found = Moments(micros, is_wall, self._usual & (micros != UNKNOWN))
        unread = np.flatnonzero(self._usual & (micros == UNKNOWN))
        if len(unread):
            self._read_times(found, unread, {part: self._field(part, unread) for part in self._reader.times})
        if len(self._rare):
            self._read_times(found, self._rare, {part: self._texts[part] for part in self._reader.times})
        return found

    def _read_times(self, found: Moments, rows: Longs, texts: dict[str, pa.Array]) -> None:
        moments, missing = self._reader.moments(texts)
        for column, others in zip(found, moments, strict=True):
            column[rows] = others
        self._note_blank("at", rows, missing)

    def _field(self, part: str, rows: Longs) -> pa.Array:
        """The ASCII text of a part of the pings in usual lines."""
        first = 2 * kernel.PARTS.index(part)
        spans = np.ascontiguousarray(self._lines.spans[rows, first : first + 2])
        return kernel.copies(self._content, spans).view(pa.string())

    def _numbers(self, texts: pa.Array) -> pa.Array:
        return numbers(texts, self._reader.written.decimal)

    def _note_blank(self, part: str, rows: Longs, is_blank: Mask | bool) -> None:
        mask = self.blank.setdefault(part, np.zeros(len(self._usual), np.bool_))
        mask[rows] = is_blank

    def _patched(self, column: pa.Array, part: str) -> pa.Array:
        """The column with the values of the rare rows filled in."""
        if not len(self._rare):
            return column
        values = self._texts[part] if part == "device" else self._numbers(self._texts[part])
        mask = np.zeros(len(column), np.bool_)
        mask[self._rare] = True
        return pc.replace_with_mask(column, pa.array(mask), values)


def _text(content: kernel.Bytes, begin: int, end: int) -> str:
    return content[begin:end].tobytes().decode("utf-8", "backslashreplace")
