"""Runs the steps behind the shuffle on parts made by hand, with few places in a chunk and few days in a part."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import pyarrow as pa

from footfall.aggregate.days import COUNTED, PERIOD_PIECE, PIECE, WriteDays
from footfall.aggregate.parts import SAMPLE, DayParts, SumPart
from footfall.aggregate.periods import WritePeriods
from footfall.aggregate.presence import Presence
from footfall.aggregate.room import Room
from footfall.aggregate.sums import SUMMED, VisitRules
from footfall.aggregate.visits import Clock
from footfall.engines import Stage
from footfall.local_time import LocalTime
from footfall.periods import Period
from footfall.periods.columns import ROWS
from footfall.publish.output import Piece
from footfall.runs.progress import SilentStep
from footfall.schema import FOOTFALL, HIDDEN, PLACED, SHUFFLED
from footfall.settings import DayRange
from tests.one_process import OneProcess
from tests.ping_tables import Parts

ROOM = Room(1_000_000)
TICK = timedelta(microseconds=1)
Row = dict[str, Any]


class Counted(NamedTuple):
    """What was counted.

    Args:
        written: The rows of FOOTFALL that were written, by place and day.
        visited: Those of places with pings or visits, without zeros.
        first: The pings that were counted first in a place, by place and day.
        tallies: Numbers by tally and day; None for pings in places.
        bad: The rows that cannot be used, in tables as they were written.
        periods: The rows of weeks or months that were written, by place and period.
    """

    written: dict[tuple[int, date], Row]
    visited: dict[tuple[int, date], Row]
    first: dict[tuple[int, date], int]
    tallies: dict[tuple[str | None, date | None], int]
    bad: dict[int, list[Row]]
    periods: dict[tuple[int, str], Row]


def ids(number: int) -> list[str]:
    """Ids of so many places, sorted."""
    return [f"{place:03}" for place in range(number)]


def rules(gap: timedelta, horizon: timedelta, zone: str | Clock) -> VisitRules:
    """The rules of visits, in a time zone or with its clock."""
    if isinstance(zone, str):
        known = LocalTime.of(zone)
        zone = (known.since, known.ahead, known.turns)
    return VisitRules(gap // TICK, horizon // TICK, zone)


class _Shuffled:
    """The first stage: tasks are parts, whose batches are given."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def __call__(self, numbers: Any) -> Any:
        for batch in numbers:
            for number in batch.column(0).to_pylist():
                yield from self.parts[number]


class _Kept:
    """Passes batches on, and keeps them."""

    def __init__(self, work: Any) -> None:
        self.work = work
        self.batches: list[pa.RecordBatch] = []

    def __call__(self, batches: Any) -> Any:
        for batch in self.work(batches):
            self.batches.append(batch)
            yield batch


def count(
    parts: Parts,
    asked: VisitRules,
    places: Sequence[str],
    days: DayRange | None = None,
    k: int = 1,
    room: Room = ROOM,
    lengths: Sequence[timedelta] = (),
    presence: Presence | None = None,
) -> Counted:
    """Sum parts up, each by itself, and complete the days, from SHUFFLED to FOOTFALL.

    Args:
        parts: Batches of SHUFFLED, by part.
        asked: What a visit is.
        places: The ids of all places.
        days: The days to write; None for all that hold a ping.
        k: Rows with fewer devices are suppressed.
        room: How many records are summed at a time.
        lengths: Of visits, for `visits_of_at_least`.
        presence: The weeks or months that are asked for.
    """
    first = _Shuffled(parts), len(parts), len(parts)
    return complete(first, asked, places, days, k, room, lengths, presence)


def complete(
    first: tuple[Any, int, int],
    asked: VisitRules,
    places: Sequence[str],
    days: DayRange | None = None,
    k: int = 1,
    room: Room = ROOM,
    lengths: Sequence[timedelta] = (),
    presence: Presence | None = None,
) -> Counted:
    """The same of what a first step gives; it comes with the number of its tasks, and that of its parts."""
    dealt = DayParts(len(places), 2, 3, presence.kind if presence else None)
    made = _Made()
    looks_back = presence is not None and presence.look_back is not None
    periods = WritePeriods(presence.kind, k, looks_back, made.write_period) if presence else None
    sums = _Kept(SumPart(asked, ("0.csv", "1.csv"), dealt, made.quarantine, room, presence))
    in_micros = tuple(length // TICK for length in lengths)
    done = WriteDays(pa.array(places, pa.string()), dealt, days, k, made.write, in_micros, periods)
    work, tasks, parts = first
    stages = (Stage(work, SHUFFLED, parts), Stage(sums, SUMMED, dealt.parts))
    counts: Counter[tuple[str | None, date | None]] = Counter()
    for batch in OneProcess().run(tasks, (*stages, Stage(done, COUNTED)), SilentStep()):
        for row in batch.to_pylist():
            if row["tally"] not in (PIECE, PERIOD_PIECE, SAMPLE, PLACED, HIDDEN):
                counts[row["tally"], row["day"]] += row["n"]
    written = {(list(places).index(row["place_id"]), day): row for day, row in made.rows(FOOTFALL)}
    whole = {(list(places).index(row["place_id"]), name): row for name, row in made.rows(ROWS)}
    assert len(written) + len(whole) == sum(len(table) for _, table in made.tables)
    return Counted(written, _visited(written), _first(sums.batches), dict(counts), made.bad, whole)


class _Made:
    """What was written: tables of days and periods, and of rows that cannot be used."""

    def __init__(self) -> None:
        self.tables: list[tuple[Any, pa.Table]] = []
        self.bad: dict[int, list[Row]] = {}

    def write(self, day: date, number: int, table: pa.Table) -> Piece:
        self.tables.append((day, table))
        return Piece(day, f"{day} {number}", 0, len(table))

    def write_period(self, period: Period, number: int, table: pa.Table) -> Piece:
        self.tables.append((period.name, table))
        return Piece(period.first, f"{period.name} {number}", 0, len(table))

    def quarantine(self, number: int, table: pa.Table) -> None:
        assert number not in self.bad
        self.bad[number] = table.to_pylist()

    def rows(self, schema: pa.Schema) -> list[tuple[Any, Row]]:
        """All rows of these columns, each with its day or the name of its period."""
        mine = [(key, table) for key, table in self.tables if table.schema.equals(schema)]
        return [(key, row) for key, table in mine for row in table.to_pylist()]


def measures(row: Row) -> tuple[Any, ...]:
    """The measures of a row, in the order of `Measures.row`, quartiles rounded to milliseconds as there."""
    counts = [row[name] for name in ("pings", "devices", "visits", "single_ping_visits")]
    quartiles = [row[f"dwell_seconds_p{p}"] for p in (25, 50, 75)]
    rounded = [None if quartile is None else round(quartile, 3) for quartile in quartiles]
    return (*counts, *rounded, row["visits_by_hour"], row["dwell_buckets"])


def _visited(written: dict[tuple[int, date], Row]) -> dict[tuple[int, date], Row]:
    return {key: row for key, row in written.items() if row["pings"] or row["visits"]}


def _first(batches: list[pa.RecordBatch]) -> dict[tuple[int, date], int]:
    found: Counter[tuple[int, date]] = Counter()
    for batch in batches:
        for row in batch.to_pylist():
            if row["place"] is not None and row["tally"] is None:
                found[row["place"], row["day"]] += row["n"]
    return dict(found)
