"""Reads the bytes of files in pieces, and cuts them into blocks of whole lines."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from footfall.read.pings.csv.batches import LONGEST_RAW
from footfall.read.pings.csv.breaks import line_start
from footfall.read.pings.tasks import changed
from footfall.stores.store import File

PIECE = 1 << 23
"""So many bytes are read at a time."""

STEP = 1 << 16
"""So many are read at a time of a line that goes on behind a range."""

Pieces = Iterator[bytes | memoryview]


def whole_lines(pieces: Pieces) -> Iterator[bytes]:
    """Blocks that end where a line does, of pieces that follow each other and begin with a line.

    Of a line with more bytes than LONGEST_RAW some behind those may be left out.
    """
    rest = b""
    for piece in pieces:
        data = b"".join((rest, piece))
        cut = _last_break(data)
        if cut:
            yield data[:cut] if cut < len(data) else data
            rest = data[cut:]
        else:
            rest = data[:LONGEST_RAW]
    if rest:
        yield rest


def _last_break(data: bytes) -> int:
    """The end of the last line break; a CR at the end may be half of one."""
    end = data.rfind(b"\n") + 1
    return max(end, data.rfind(b"\r", end, len(data) - 1) + 1)


def pieces_of_range(file: File, path: str, begin: int, end: int) -> Pieces:
    """The lines that begin from byte `begin` on, which is not 0, until `end`; nothing if none does.

    Raises:
        InputError: The file was changed.
    """
    at, before, last = begin - 1, b"", b""
    is_line = False
    while at < end:
        piece: bytes | memoryview = file.read(at, min(PIECE, end - at))
        if not len(piece):
            raise changed(path)
        at += len(piece)
        last = bytes(piece[-1:])
        if not is_line:
            data = before + bytes(piece)
            start = line_start(np.frombuffer(data, np.uint8), 1)
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


def pieces_of_whole(file: File, path: str) -> Pieces:
    """A file from its beginning, of which the first piece is small.

    Raises:
        InputError: The file was changed.
    """
    at = 0
    while at < file.size:
        piece = file.read(at, min(PIECE if at else STEP, file.size - at))
        if not len(piece):
            raise changed(path)
        at += len(piece)
        yield piece


def read_ahead(pieces: Pieces) -> Pieces:
    """The same pieces, each read by another thread while the one before is used."""
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, pieces, None)
        while (piece := coming.result()) is not None:
            coming = thread.submit(next, pieces, None)
            yield piece
