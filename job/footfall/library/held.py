"""Keeps counts in memory in place of files: in the process that counts, or in the rows that workers send back."""

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
from footfall.periods import Period
from footfall.periods.columns import ROWS
from footfall.publish.output import PeriodTarget, Piece, Target
from footfall.read.pings import PingInput
from footfall.schema import FOOTFALL

NOWHERE = Target("", FOOTFALL, "", "", PeriodTarget("", ROWS, ""))
"""The target of counts that are not written to files."""


class Sink(Protocol):
    """Takes the rows that workers counted."""

    def write(self, day: date, number: int, table: pa.Table) -> Piece:
        """Keep rows of FOOTFALL; returns their piece. Pieces of a day are ordered by their numbers."""

    def write_period(self, period: Period, number: int, table: pa.Table) -> Piece:
        """Keep rows of a week or month, ROWS of `periods.columns`; returns their piece."""

    def quarantine(self, number: int, table: pa.Table) -> None:
        """Keep rows that cannot be used, a table of the columns of LISTED, under the number of their part."""

    def table(self, piece: Piece) -> pa.Table:
        """The rows of a piece."""


@dataclass(frozen=True)
class InMemory:
    """A sink in this process, for workers that are its threads."""

    unusable: list[pa.Table] = field(default_factory=list)
    tables: dict[tuple[date, str], pa.Table] = field(default_factory=dict)

    def write(self, day: date, number: int, table: pa.Table) -> Piece:
        """Keep the rows in memory."""
        return self._kept(Piece(day, f"{number:05}", table.nbytes, len(table)), table)

    def write_period(self, period: Period, number: int, table: pa.Table) -> Piece:
        """Keep the rows in memory."""
        path = f"{period.kind} {number:05}"
        return self._kept(Piece(period.first, path, table.nbytes, len(table)), table)

    def quarantine(self, number: int, table: pa.Table) -> None:
        """Keep the rows in memory."""
        self.unusable.append(table)

    def table(self, piece: Piece) -> pa.Table:
        """The rows of a piece."""
        return self.tables[piece.day, piece.path]

    def _kept(self, piece: Piece, table: pa.Table) -> Piece:
        self.tables[piece.day, piece.path] = table
        return piece


@dataclass(frozen=True)
class InAnswers:
    """A sink for workers in other processes: rows come back as text in the path of a piece, bad rows are dropped."""

    def write(self, day: date, number: int, table: pa.Table) -> Piece:
        """Put the rows into the path of the piece, as text."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, table.schema) as stream:
            stream.write_table(table)
        content = base64.b64encode(sink.getvalue()).decode()
        return Piece(day, f"{number:05} {content}", len(content), len(table))

    def write_period(self, period: Period, number: int, table: pa.Table) -> Piece:
        """Put the rows into the path of the piece, as text."""
        return self.write(period.first, number, table)

    def quarantine(self, number: int, table: pa.Table) -> None:
        """Drop the rows; only their reasons are counted, by the stages."""

    def table(self, piece: Piece) -> pa.Table:
        """The rows of a piece."""
        return pa.ipc.open_stream(base64.b64decode(piece.path.partition(" ")[2])).read_all()


@dataclass(frozen=True)
class HeldCounting(Counting):
    """The counting of a call, with the sink that keeps its rows."""

    sink: Sink

    def stages(self, pings: PingInput, search: Search) -> tuple[Stage, ...]:
        """The stages of a run; the last two write to the sink in place of files."""
        scan, sums, days = super().stages(pings, search)
        sum_part, write_days = cast(SumPart, sums.work), cast(WriteDays, days.work)
        periods = write_days.periods and replace(write_days.periods, write=self.sink.write_period)
        return (
            scan,
            replace(sums, work=replace(sum_part, quarantine=self.sink.quarantine)),
            replace(days, work=replace(write_days, write=self.sink.write, periods=periods)),
        )


class Held:
    """The kept rows by day; those of weeks and months by their first day."""

    def __init__(self, pieces: Iterable[Piece], sink: Sink, schema: pa.Schema) -> None:
        self._schema = schema
        self._by_day: dict[date, pa.Table] = {}
        for piece in pieces:
            self._by_day[piece.day] = pa.concat_tables([self.rows(piece.day), sink.table(piece)])

    def rows(self, day: date) -> pa.Table:
        """The rows of a day, sorted by place."""
        return self._by_day.get(day, self._schema.empty_table())

    def staged(self, day: date, columns: Sequence[str] = ()) -> Iterator[pa.RecordBatch]:
        """The rows of a day in batches; all columns, or these."""
        yield from self.rows(day).select([*columns] or self._schema.names).to_batches()

    def restage(self, day: date, rows: pa.Table) -> None:
        """Replace the rows of a day by these."""
        self._by_day[day] = rows

    def table(self, days: Iterable[date]) -> pa.Table:
        """The rows of all these days."""
        return pa.concat_tables([self._schema.empty_table(), *map(self.rows, days)])
