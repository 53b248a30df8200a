"""Reads the bytes of files in pieces, and cuts them into blocks of whole lines."""

from collections.abc import Iterator

from footfall.read.pings.csv.batches import LONGEST_RAW
from footfall.read.pings.csv.breaks import line_start
from footfall.stores.ranges import fetch
from footfall.stores.store import File

PIECE = 1 << 23
"""So many bytes are read at a time."""

STEP = 1 << 16
"""So many are read at a time of a line that goes on behind a range."""

AHEAD = 2
"""So many pieces of a far file are on their way while one is used."""

Pieces = Iterator[bytes | memoryview]


def whole_lines(pieces: Pieces) -> Iterator[memoryview]:
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


def pieces_of_range(file: File, begin: int, end: int) -> Pieces:
    """The lines that begin from byte `begin` on, which is not 0, until `end`; nothing if none does.

    Raises:
        InputError: The file was changed.
    """
    before, is_line = b"", False
    for piece in _pieces(file, begin - 1, end):
        last = bytes(piece[-1:])
        if not is_line:
            data = memoryview(before + bytes(piece) if before else piece)
            start = line_start(data)
            before, is_line, piece = last, start < len(data), data[start:]
        if is_line:
            yield piece
    if is_line and last not in (b"\n", b"\r"):
        yield from _to_line_end(file, end)


def _to_line_end(file: File, begin: int) -> Pieces:
    """What is missing of a line, but not more than shows that it is too long."""
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
