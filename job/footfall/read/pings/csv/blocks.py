"""Reads the bytes of files in pieces, and cuts them into blocks of whole lines."""

from collections.abc import Callable, Iterable, Iterator

from footfall.read.pings.csv.batches import LONGEST_RAW
from footfall.read.pings.csv.breaks import LONGEST_QUOTED, line_start
from footfall.stores.ranges import fetch
from footfall.stores.store import File

PIECE = 1 << 23
"""Bytes that are read at a time."""

STEP = 1 << 16
"""Bytes that are read at a time of a line that continues after a range."""

AHEAD = 2
"""Pieces of a remote file that are requested ahead while one is processed."""

QUOTE = b'"'

Pieces = Iterator[bytes | memoryview]


def whole_lines(pieces: Iterable[bytes | memoryview]) -> Iterator[memoryview]:
    """Blocks that end where a line does, of pieces that follow each other and begin with a line.

    Of a line with more bytes than LONGEST_RAW some behind those may be left out.
    """
    rest = b""
    for piece in pieces:
        data = b"".join((rest, piece))
        cut = _last_break(data)
        if cut:
            yield memoryview(data)[:cut]
            rest = data[cut:]
        else:
            rest = data[:LONGEST_RAW]
    if rest:
        yield memoryview(rest)


def _last_break(data: bytes) -> int:
    """The end of the last line break; a CR at the end may be half of one."""
    end = data.rfind(b"\n") + 1
    return max(end, data.rfind(b"\r", end, len(data) - 1) + 1)


class RangePieces:
    """The rows that begin in a range of a file, in pieces; no piece if none does.

    Of a row of several lines the last piece may hold the first lines only; `ahead` gives the others.

    Args:
        file: The file.
        span: Where the range begins and ends.
        first: Where the first row of the file begins.
        row_start: Gives the first row from the beginning of a line on.
    """

    def __init__(
        self, file: File, span: tuple[int, int], first: int, row_start: Callable[[int], int]
    ) -> None:
        self._file, self._first, self._row_start = file, first, row_start
        self._begin, self._end = span
        self._given = self._begin

    def __iter__(self) -> Pieces:
        """The pieces.

        Raises:
            InputError: The file was changed.
        """
        last = b""
        for piece in self._from_first_row():
            last = bytes(piece[-1:])
            yield piece
        self._given = self._end
        if last and last not in (b"\n", b"\r"):
            for piece in _to_line_end(self._file, self._end):
                self._given += len(piece)
                yield piece

    def ahead(self) -> bytes:
        """The bytes after the pieces, as many as complete a row that begins in them."""
        return bytes(self._file.read(self._given, min(2 * LONGEST_QUOTED, self._file.size - self._given)))

    def _from_first_row(self) -> Pieces:
        back = min(LONGEST_QUOTED + 1, self._begin - self._first)
        base, here = self._begin - back, back
        pieces = _pieces(self._file, base, self._end)
        held = b""
        for piece in pieces:
            held += piece
            start = line_start(memoryview(held)[here - 1 :]) + here - 1 if back else 0
            if start < len(held):
                break
            if len(held) > here + LONGEST_QUOTED:  # the line is too long to be one of several of a row
                base, held, here = base + len(held) - 1, held[-1:], 1
        else:
            return
        row = base + start
        if back and QUOTE in held[:start]:
            row = self._row_start(row)
        if row < base + len(held):
            yield memoryview(held)[row - base :]
        base += len(held)
        for piece in pieces:
            if row < base + len(piece) and row < self._end:
                yield piece[max(0, row - base) :]
            base += len(piece)


def _to_line_end(file: File, begin: int) -> Iterator[bytes]:
    """The rest of a line, but not more than shows that it is too long."""
    for at in range(begin, min(file.size, begin + LONGEST_RAW), STEP):
        piece = bytes(file.read(at, min(STEP, file.size - at)))
        cut = min((found for found in (piece.find(b"\n"), piece.find(b"\r")) if found >= 0), default=None)
        yield piece[:cut]
        if cut is not None:
            return


def pieces_of_whole(file: File) -> Pieces:
    """A file from its beginning, of which the first piece is small.

    Raises:
        InputError: The file was changed.
    """
    if file.size:
        yield file.read(0, min(STEP, file.size))
    yield from _pieces(file, STEP, file.size)


def _pieces(file: File, begin: int, end: int) -> Iterator[memoryview]:
    return fetch(file, ((at, min(PIECE, end - at)) for at in range(begin, end, PIECE)), AHEAD)
