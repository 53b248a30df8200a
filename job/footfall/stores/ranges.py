"""Ranges of bytes of a file: near ones asked for together, and the next ones on their way while one is used."""

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
"""Bytes that are cheaper read than left out: a request takes about as long as they do."""

MOST = 16 << 20
"""A request asks for at most so many bytes: fewer cost more CPU each, and memory for more is slow to come by."""

AT_ONCE = 2
"""So many requests are on their way at once for each task."""

HELD = 64 << 20
"""So many bytes are held or on their way at most, unless more is asked for at once."""


def coalesced(ranges: Iterable[Range], gap: int = GAP, most: int = MOST) -> list[Range]:
    """Ranges that cover these, in the order of the file.

    Args:
        ranges: In any order; they may overlap.
        gap: Neighbours are joined where at most so many bytes lie between them.
        most: They are not joined to more bytes than this.
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
    """The bytes of each range, in order; of a far file the next ones come while the caller uses one.

    Args:
        file: An open file.
        ranges: They are taken one by one, as they are needed.
        at_once: How many are held or on their way beside the one that is used.

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
    """Bytes that come with one request; `left` of them are still to be read by the caller."""

    begin: int
    length: int
    left: int
    coming: Future[memoryview] | None = None

    @property
    def end(self) -> int:
        return self.begin + self.length


class RangedFile(io.RawIOBase):
    """A far file as Python and Arrow read files, which has the expected ranges on their way before they are read.

    What is read comes as a view of the bytes that the store gave, without a copy where it lies in one request. What
    was not expected is asked for when it is read. Closing it leaves the file open that it reads from.
    """

    def __init__(self, file: File, at_once: int = AT_ONCE, held: int = HELD) -> None:
        super().__init__()
        self._file, self._position, self._held, self._most_held = file, 0, 0, held
        self._threads = ThreadPoolExecutor(at_once)
        self._pieces: list[_Piece] = []
        self._waiting: deque[_Piece] = deque()

    def expect(self, ranges: Sequence[Range], gap: int = GAP, most: int = MOST) -> None:
        """Say what is read next: ranges that are read side by side, each once and from its beginning to its end.

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
        """So many bytes from here on; all where it is negative."""
        begin = self._position
        end = self._file.size if size < 0 else min(self._file.size, begin + size)
        parts = []
        while self._position < end:
            part = self._part(self._position, end)
            self._position += len(part)
            parts.append(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def readinto(self, buffer: memoryview | bytearray) -> int:  # type: ignore[override]
        """Read as many bytes as there is room for; how many there were."""
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
        """Forget what was expected, and wait for what is on its way."""
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
