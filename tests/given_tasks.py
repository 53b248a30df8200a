"""Tasks whose rows were given, and what scans them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from footfall.clean import Rules
from footfall.locate import Search
from footfall.read.pings.rows import Lines, Rows, Span, Unread
from footfall.scan import Scan


@dataclass(frozen=True)
class Given:
    """A task that gives what it was given, whatever need not be read."""

    parts: tuple[Rows | Unread | Lines, ...]
    rows: int | None = None

    def read(self, unread: Sequence[Span]) -> Iterator[Rows | Unread | Lines]:
        """All of it."""
        yield from self.parts


def scan(tasks: Sequence[Sequence[Rows | Unread | Lines]], rules: Rules, search: Search) -> Scan:
    """The first step of the job on such tasks."""
    return Scan(tuple(Given(tuple(parts)) for parts in tasks), rules, search)
