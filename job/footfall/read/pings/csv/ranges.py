"""Tasks for CSV: byte ranges of plain files, and whole packed files."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial

from footfall import stores
from footfall.read.pings.csv.batches import BlockReader
from footfall.read.pings.csv.blocks import Pieces, RangePieces, pieces_of_whole, whole_lines
from footfall.read.pings.csv.lines import LineReader
from footfall.read.pings.csv.packed import Packing, unpacked
from footfall.read.pings.csv.starts import row_start
from footfall.read.pings.files import DataFile
from footfall.read.pings.rows import Lines, Rows, Span
from footfall.stores.store import File


@dataclass(frozen=True)
class Range:
    """Lines of a file.

    Args:
        file: The file.
        number: Its number among those of the input.
        range: The number of this range in it.
        first: The byte at which the first row of the file begins; of a packed file, of what it unpacks to.
        begin: The byte at which the range begins.
        end: The byte where the next range begins, or the size of the file.
        line: The number of the first line.
        reader: How lines are read.
        packing: How the file is packed; None if it is not. A packed file has one range.
    """

    file: DataFile
    number: int
    range: int
    first: int
    begin: int
    end: int
    line: int
    reader: LineReader
    packing: Packing | None = None

    @property
    def bytes(self) -> int:
        """The size of the range in bytes."""
        return self.end if self.packing else self.end - self.begin

    @property
    def is_whole(self) -> bool:
        """Whether the file has no other range."""
        return self.range == 0 and self.end == self.file.bytes

    def read(self) -> Iterator[Rows | Lines]:
        """The rows that begin in the range and, if the file has other ranges, the number of its lines.

        Raises:
            InputError: The file is missing, was changed since the plan was made, or is damaged.
            InfrastructureError: The store does not answer.
        """
        blocks = BlockReader(self.number, self.range, self.reader, self.line)
        path = self.file.path
        with closing(stores.of(path).open(path, self.file.bytes, self.file.version)) as file:
            pieces = self._pieces(file)
            for block in whole_lines(pieces):
                yield from blocks.read(block)
            if blocks.rest:
                yield from blocks.finish(pieces.ahead() if isinstance(pieces, RangePieces) else b"")
        if not self.is_whole:
            yield Lines(self.number, self.range, blocks.number - 1)

    def _pieces(self, file: File) -> Pieces | RangePieces:
        if self.packing is None:
            start = partial(
                row_start, file, self.first, classes=self.reader.classes, fields=self.reader.fields
            )
            return RangePieces(file, (self.begin, self.end), self.first, start)
        return _without(unpacked(pieces_of_whole(file), self.packing, self.file.path), self.begin)


def _without(pieces: Iterator[bytes], first: int) -> Pieces:
    """The pieces of a file without a number of bytes at their beginning."""
    for piece in pieces:
        yield memoryview(piece)[first:]
        first = max(0, first - len(piece))


@dataclass(frozen=True)
class RangeTask:
    """A task that reads some ranges."""

    ranges: tuple[Range, ...]

    @property
    def bytes(self) -> int:
        """The size of all its ranges in bytes."""
        return sum(each.bytes for each in self.ranges)

    @property
    def rows(self) -> None:
        """None: the number of rows is not known before they are read."""

    def read(self, unread: Sequence[Span]) -> Iterator[Rows | Lines]:
        """All rows; `unread` has no effect, since the day of a line is known only when it is read."""
        for each in self.ranges:
            yield from each.read()
