"""Reads byte ranges of a file: joins ranges that lie close together, and requests the next ones ahead."""

import io
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from footfall.stores.store import File

Range = tuple[int, int]
"""The first byte and the number of bytes."""

GAP = 1 << 20
"""Bytes between two ranges up to which one request for both is faster than two."""

MOST = 16 << 20
"""The most bytes of a request: smaller requests cost more CPU, and larger buffers are slow to allocate."""

AT_ONCE = 2
"""Requests in flight for each task."""

HELD = 64 << 20
"""The most bytes that are buffered or requested ahead, unless a single read asks for more."""


def coalesced(ranges: Iterable[Range], gap: int = GAP, most: int = MOST) -> list[Range]:
    """Ranges that cover these, in the order of the file.

    Args:
        ranges: In any order; they may overlap.
        gap: Neighbours are joined if at most so many bytes lie between them.
        most: Joined ranges have at most so many bytes.
    """
    joined: list[Range] = []
    for begin, length in sorted(ranges):
        if joined:
            first, before = joined[-1]
            end = max(first + before, begin + length)
            if begin - (first + before) <= gap and (end - first <= most or end == first + before):
                joined[-1] = (first, end - first)
                continue
        joined.append((begin, length))
    return joined


def fetch(file: File, ranges: Iterable[Range], at_once: int = AT_ONCE) -> Iterator[memoryview]:
    """The bytes of each range, in order; of a remote file the next ones are requested ahead.

    Args:
        file: An open file.
        ranges: Ranges, taken one by one as they are needed.
        at_once: The number of ranges that are requested ahead.

    Raises:
        InputError: As `File.read`.
        InfrastructureError: As `File.read`.
    """
    if not file.is_far:
        yield from (file.read(begin, length) for begin, length in ranges)
        return
    coming: deque[Future[memoryview]] = deque()
    threads = ThreadPoolExecutor(at_once)
    try:
        for begin, length in ranges:
            coming.append(threads.submit(file.read, begin, length))
            if len(coming) > at_once:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()
    finally:
        threads.shutdown(cancel_futures=True)


@dataclass(eq=False)
class _Piece:
    """The bytes of one request; the caller has still to read `left` of them."""

    begin: int
    length: int
    left: int
    coming: Future[memoryview] | None = None

    @property
    def end(self) -> int:
        return self.begin + self.length


class RangedFile(io.RawIOBase):
    """A remote file with the interface of Python's files, which requests expected ranges ahead.

    A read that lies in one request gives a view without a copy. What was not expected is requested when it is read.
    Closing it leaves the underlying file open.
    """

    def __init__(self, file: File, at_once: int = AT_ONCE, held: int = HELD) -> None:
        super().__init__()
        self._file, self._position, self._held, self._most_held = file, 0, 0, held
        self._threads = ThreadPoolExecutor(at_once)
        self._pieces: list[_Piece] = []
        self._waiting: deque[_Piece] = deque()

    def expect(self, ranges: Sequence[Range], gap: int = GAP, most: int = MOST) -> None:
        """Announce the ranges that will be read next, each once and from its beginning to its end.

        Args:
            ranges: Such as the columns of one row group; those of the next one are expected after them.
            gap: As in `coalesced`.
            most: As in `coalesced`; a longer range comes in several requests.
        """
        cut = [
            (offset / length, begin + offset, min(most, length - offset))
            for begin, length in coalesced(ranges, gap, most)
            for offset in range(0, length, most)
        ]
        pieces = [_Piece(begin, length, _within(ranges, begin, length)) for _, begin, length in sorted(cut)]
        self._waiting.extend(pieces)
        self._pieces = sorted([*self._pieces, *pieces], key=lambda piece: piece.begin)
        self._ask_ahead()

    def read(self, size: int = -1) -> memoryview | bytes:  # Arrow takes any buffer
        """The next `size` bytes; all if it is negative."""
        begin = self._position
        end = self._file.size if size < 0 else min(self._file.size, begin + size)
        parts = []
        while self._position < end:
            part = self._part(self._position, end)
            self._position += len(part)
            parts.append(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def readinto(self, buffer: memoryview | bytearray) -> int:  # type: ignore[override]
        """Fill the buffer with the next bytes, and give their number."""
        view = memoryview(buffer)
        content = self.read(len(view))
        view[: len(content)] = content
        return len(content)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a position."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._file.size}[whence]
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        """The position."""
        return self._position

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def close(self) -> None:
        """Drop expected ranges, and wait for requests in flight."""
        if not self.closed:
            self._threads.shutdown(cancel_futures=True)
            self._pieces, self._waiting = [], deque()
        super().close()

    def _part(self, begin: int, end: int) -> memoryview:
        """Bytes from `begin` on, as far as one request gives them; nothing behind `end`."""
        place = bisect_right(self._pieces, begin, key=lambda piece: piece.begin) - 1
        piece = self._pieces[place] if place >= 0 else None
        if piece is None or begin >= piece.end:
            after = self._pieces[place + 1].begin if place + 1 < len(self._pieces) else end
            return self._file.read(begin, min(end, after) - begin)
        content = self._content(piece)[begin - piece.begin : end - piece.begin]
        piece.left -= len(content)
        if piece.left <= 0:
            self._pieces.remove(piece)
            self._held -= piece.length
            self._ask_ahead()
        return content

    def _content(self, piece: _Piece) -> memoryview:
        if piece.coming is None:
            self._waiting.remove(piece)
        return (piece.coming or self._ask(piece)).result()

    def _ask_ahead(self) -> None:
        while self._waiting and self._held + self._waiting[0].length <= self._most_held:
            self._ask(self._waiting.popleft())

    def _ask(self, piece: _Piece) -> "Future[memoryview]":
        self._held += piece.length
        piece.coming = self._threads.submit(self._file.read, piece.begin, piece.length)
        return piece.coming


def _within(ranges: Sequence[Range], begin: int, length: int) -> int:
    """How many bytes of the ranges lie in this one."""
    return sum(max(0, min(first + many, begin + length) - max(first, begin)) for first, many in ranges)
