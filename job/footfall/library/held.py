"""Counts that are kept instead of written: by the process that counts, or in the rows that workers send back."""

import base64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol, cast

import pyarrow as pa

from footfall.aggregate.days import WriteDays
from footfall.aggregate.parts import SumPart
from footfall.counting import Counting
from footfall.engines import Stage
from footfall.locate import Search
from footfall.publish.output import Piece, Target
from footfall.read.pings import PingInput
from footfall.schema import FOOTFALL

NOWHERE = Target("", FOOTFALL, "", "")
"""The folder of counts that are not written."""


class Sink(Protocol):
    """Takes what workers counted."""

    def write(self, day: date, number: int, table: pa.Table) -> Piece:
        """Take rows of FOOTFALL; pieces of a day are in the order of their numbers."""

    def quarantine(self, number: int, table: pa.Table) -> None:
        """Take rows of LISTED, which cannot be used."""

    def table(self, piece: Piece) -> pa.Table:
        """The rows of a piece."""


@dataclass(frozen=True)
class InMemory:
    """A sink of workers that are threads of this process."""

    unusable: list[pa.Table] = field(default_factory=list)
    tables: dict[tuple[date, str], pa.Table] = field(default_factory=dict)

    def write(self, day: date, number: int, table: pa.Table) -> Piece:
        """Keep them."""
        piece = Piece(day, f"{number:05}", table.nbytes, len(table))
        self.tables[day, piece.path] = table
        return piece

    def quarantine(self, number: int, table: pa.Table) -> None:
        """Keep them."""
        self.unusable.append(table)

    def table(self, piece: Piece) -> pa.Table:
        """The rows of a piece."""
        return self.tables[piece.day, piece.path]


@dataclass(frozen=True)
class InAnswers:
    """A sink of workers that are elsewhere: rows come back in the path of their piece, those of no use only counted."""

    def write(self, day: date, number: int, table: pa.Table) -> Piece:
        """Put them into the path, as text."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table)
        content = base64.b64encode(sink.getvalue()).decode()
        return Piece(day, f"{number:05} {content}", len(content), len(table))

    def quarantine(self, number: int, table: pa.Table) -> None:
        """Leave them; their reasons are counted."""

    def table(self, piece: Piece) -> pa.Table:
        """The rows of a piece."""
        return pa.ipc.open_stream(base64.b64decode(piece.path.partition(" ")[2])).read_all()


@dataclass(frozen=True)
class HeldCounting(Counting):
    """What is counted, and the sink that takes it."""

    sink: Sink

    def stages(self, pings: PingInput, search: Search) -> tuple[Stage, ...]:
        """The stages of a run, of which the last two give what they would write to the sink."""
        scan, sums, days = super().stages(pings, search)
        sum_part, write_days = cast(SumPart, sums.work), cast(WriteDays, days.work)
        return (
            scan,
            replace(sums, work=replace(sum_part, quarantine=self.sink.quarantine)),
            replace(days, work=replace(write_days, write=self.sink.write)),
        )


class Days:
    """The counted rows by day."""

    def __init__(self, pieces: Iterable[Piece], sink: Sink) -> None:
        self.by_day: dict[date, pa.Table] = {}
        for piece in pieces:
            there = self.by_day.get(piece.day, FOOTFALL.empty_table())
            self.by_day[piece.day] = pa.concat_tables([there, sink.table(piece)])

    def staged(self, day: date, columns: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
        """The rows of a day, sorted by place; all columns of FOOTFALL, or these."""
        rows = self.by_day.get(day, FOOTFALL.empty_table())
        yield from rows.select([*columns] or FOOTFALL.names).to_batches()

    def restage(self, day: date, rows: pa.Table) -> None:
        """Take these rows of a day instead."""
        self.by_day[day] = rows

    def table(self, days: Iterable[date]) -> pa.Table:
        """The rows of all these days."""
        return pa.concat_tables([FOOTFALL.empty_table(), *(self.by_day[day] for day in days)])
