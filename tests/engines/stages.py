"""Small steps for engines to run: each can be pickled, and its results can be worked out by hand."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from footfall.engines import Batches, Stage
from footfall.errors import InputError

DEALT = pa.schema(
    [pa.field("part", pa.int32()), pa.field("value", pa.int64()), pa.field("load", pa.binary())]
)
GATHERED = pa.schema([pa.field("part", pa.int32()), pa.field("values", pa.list_(pa.int64()))])


@dataclass(frozen=True)
class Deal:
    """Each task deals rows out: task n has the values 100 n to 100 n + `rows`, and value v goes to part v modulo parts.

    Args:
        parts: How many parts there are.
        rows: How many rows a task has.
        batch: How many rows of a task, from its last one on, are in a batch.
        load: Bytes that each row carries.
    """

    parts: int
    rows: int = 10
    batch: int = 10
    load: int = 0

    def __call__(self, numbers: Batches) -> Iterator[pa.RecordBatch]:
        """DEALT."""
        for number in (n for batch in numbers for n in batch.column(0).to_pylist()):
            values = [100 * number + i for i in reversed(range(self.rows))]
            for start in range(0, self.rows, self.batch):
                some = values[start : start + self.batch]
                yield dealt([(value % self.parts, value) for value in some], self.load)


def dealt(rows: list[tuple[int, int]], load: int = 0) -> pa.RecordBatch:
    """DEALT of parts and values."""
    table = [{"part": part, "value": value, "load": bytes([value % 256]) * load} for part, value in rows]
    return pa.RecordBatch.from_pylist(table, DEALT)


@dataclass(frozen=True)
class Gather:
    """One row for each call: the part it was given, and all values in order; that of several parts is -1."""

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """GATHERED."""
        rows = [row for batch in batches for row in batch.to_pylist()]
        assert all(set(row["load"]) <= {row["value"] % 256} for row in rows)
        parts = {row["part"] for row in rows}
        values = sorted(row["value"] for row in rows)
        part = parts.pop() if len(parts) == 1 else -1
        yield pa.RecordBatch.from_pylist([{"part": part, "values": values}], GATHERED)


@dataclass(frozen=True)
class Odd:
    """Deals as another step does, but where a task's number is one of these something happens first."""

    happens: Callable[[], Any]
    at: tuple[int, ...] = (1,)
    then: Deal = field(default_factory=lambda: Deal(2))

    def __call__(self, numbers: Batches) -> Iterator[pa.RecordBatch]:
        """DEALT."""
        for batch in numbers:
            if batch.column(0)[0].as_py() in self.at:
                self.happens()
            yield from self.then([batch])


def die() -> None:
    """End this process as the system does where memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)


def leave() -> None:
    """End this process by its own will."""
    os._exit(3)


def hang() -> None:
    """Do nothing for a long time."""
    time.sleep(600)


def refuse() -> None:
    """Say what is wrong with an input."""
    raise InputError("The file is torn", where="pings.csv, line 3", fix="Write it again.")


def break_down() -> None:
    """Be wrong in a way that nobody thought of."""
    raise ZeroDivisionError("seven by nothing")


def find_no_memory() -> None:
    """Ask for more memory than there is."""
    raise MemoryError


@dataclass(frozen=True)
class Touch:
    """Makes an empty file, so that others see how far a step is."""

    path: str

    def __call__(self) -> None:
        """Make it, and hang."""
        with open(f"{self.path}-{os.getpid()}", "w"):  # noqa: PTH123
            pass
        hang()


def two_stages(first: Any, parts: int) -> tuple[Stage, Stage]:
    """A first step, and what gathers its parts."""
    return Stage(first, DEALT, parts), Stage(Gather(), GATHERED)
