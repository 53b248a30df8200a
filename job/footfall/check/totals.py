"""Sums and digests of the staged rows, and the rows that break a law; days are read back one by one."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from footfall.check.digests import digest
from footfall.check.measures import Mask, bools, measures, place_numbers, whole_numbers
from footfall.runs.facts import TopLevel
from footfall.runs.outcome import DayTotals, PlacesTotals, PlaceTotals
from footfall.schema import DWELL_BUCKETS, FOOTFALL, MEASURES, PLACE_DAYS, Places
from footfall.table import Column, DayTable, Numbers

LISTED_PLACES = 2000
"""The most places with sums of their own: those with most visits."""

Staged = Callable[[date, Sequence[str]], Iterator[pa.RecordBatch]]
"""Returns the staged rows of a day in batches, with these columns."""

_SUMMED = ("pings", "devices", "visits", "single_ping_visits")

VISITED = "places_visited"
"""The sum of a day that counts its places with pings, also suppressed ones."""


def totals(days: Sequence[date], staged: Staged, places: Places) -> PlacesTotals:
    """The sums of the staged rows; suppressed rows add nothing to a sum.

    Days are read one by one, so that one of them is in memory at a time.

    Args:
        days: The days of the run.
        staged: Reads the rows of a day: batches of the columns of FOOTFALL that it is asked for.
        places: The places of the run.
    """
    sums = _Sums(pa.array([place.place_id for place in places], pa.string()))
    by_day = tuple(
        sums.add(day, pa.Table.from_batches(staged(day, FOOTFALL.names), FOOTFALL)) for day in days
    )
    return PlacesTotals(
        by_day=by_day,
        by_place=tuple(_places(days, staged, sums)),
        visited_places=int(np.count_nonzero(sums.visited)),
        hours=tuple(map(int, sums.hours)),
        dwell_buckets=tuple(map(int, sums.dwell_buckets)),
        broken=sums.broken,
        at_least=tuple(map(int, sums.at_least)),
        top_level=sums.top_level([place.parent_id is None for place in places]),
    )


def day_totals(
    table: DayTable, day: date, rows: pa.Table, sums: Mapping[str, int], broken: Counter[str]
) -> DayTotals:
    """The sums of the rows of a day of any table.

    Args:
        table: The table.
        day: The day.
        rows: Its rows, as they were read back.
        sums: Further sums, by their names.
        broken: By the sentence of each law of the table, how many rows break it; those of this day are added.
    """
    numbers, known = measures(rows, table.measures)
    hidden = bools(rows["suppressed"])
    broken.update(broken_laws(table.measures, numbers, known, ~hidden))
    distinct = len(rows.group_by(list(table.key_names)).aggregate([]))
    added = {name: int(each.sum()) for name, each in numbers.items() if each.ndim == 1}
    return DayTotals(day, len(rows), distinct, {**added, **sums}, int(hidden.sum()), digest(rows, table))


@dataclass
class _Sums:
    """Sums to which days are added one by one; arrays of places are indexed by the numbers of places."""

    place_ids: pa.Array
    hours: Numbers = field(default_factory=lambda: np.zeros(24, np.int64))
    dwell_buckets: Numbers = field(default_factory=lambda: np.zeros(len(DWELL_BUCKETS), np.int64))
    at_least: Numbers = field(default_factory=lambda: np.zeros(0, np.int64))
    broken: Counter[str] = field(
        default_factory=lambda: Counter(
            {law: 0 for each in MEASURES if not each.is_optional for law, _ in each.laws}
        )
    )

    def __post_init__(self) -> None:
        self.by_place = {name: np.zeros(len(self.place_ids), np.int64) for name in _SUMMED}
        self.visited = np.zeros(len(self.place_ids), np.bool_)
        self.hidden_days = np.zeros(len(self.place_ids), np.int64)

    def add(self, day: date, rows: pa.Table) -> DayTotals:
        """Add a day, and return its sums; rows of another day or of unknown places count as rows without a place."""
        numbers, known = measures(rows, MEASURES)
        hidden = bools(rows["suppressed"])
        self.broken.update(broken_laws(MEASURES, numbers, known, ~hidden))
        places = place_numbers(rows["place_id"], self.place_ids)
        places[~bools(pc.equal(rows["day"], pa.scalar(day, pa.date32())))] = -1
        visited, right = (numbers["pings"] > 0) | hidden, places >= 0
        for name, sums in self.by_place.items():
            np.add.at(sums, places[right], numbers[name][right])
        self.visited[places[right & visited]] = True
        np.add.at(self.hidden_days, places[right & hidden], 1)
        self.hours += numbers["visits_by_hour"].sum(axis=0)
        self.dwell_buckets += numbers["dwell_buckets"].sum(axis=0)
        if known["visits_of_at_least"].any():
            of_day = numbers["visits_of_at_least"].sum(axis=0)
            self.at_least = of_day if not len(self.at_least) else self.at_least + of_day
        return DayTotals(
            day=day,
            rows=len(rows),
            distinct=int(np.count_nonzero(np.bincount(places[right]))),
            sums={name: int(numbers[name].sum()) for name in _SUMMED}
            | {VISITED: int(np.count_nonzero(visited))},
            suppressed=int(np.count_nonzero(hidden)),
            digest=digest(rows, PLACE_DAYS),
        )

    @property
    def hidden(self) -> Mask:
        """The mask of places with a suppressed day."""
        return self.hidden_days > 0

    def top_level(self, is_top: Sequence[bool]) -> TopLevel | None:
        """The sums over the places that are part of no other; None where no place is part of one."""
        top = np.array(is_top, np.bool_)
        if top.all():
            return None
        sums = {name: int(self.by_place[name][top].sum()) for name in ("pings", "visits")}
        places = int(np.count_nonzero(top))
        return TopLevel(places, len(top) - places, **sums, suppressed_rows=int(self.hidden_days[top].sum()))

    def shown(self) -> Mask:
        """The mask of places whose sums may be shown; those of the others are 0 only because of suppressed days."""
        return ~self.hidden | (self.by_place["pings"] > 0)

    def listed(self) -> Numbers:
        """The numbers of the first LISTED_PLACES places: those with most visits, then with most pings, then by id.

        A place with suppressed days has the rank of its other days, as it had at least so many; last come places
        whose sums may not be shown.
        """
        by_id_already = (-self.by_place["pings"], -self.by_place["visits"], ~self.shown())
        return np.lexsort(by_id_already)[:LISTED_PLACES]


def broken_laws(
    columns: Sequence[Column], numbers: dict[str, Numbers], known: dict[str, Mask], counted: Mask
) -> dict[str, int]:
    """The number of counted rows that break each law; laws of optional measures that no row has are left out.

    Args:
        columns: The measures.
        numbers: The whole numbers of each measure, by name, as of `measures`.
        known: The masks of rows in which they are known.
        counted: The mask of rows that must keep the laws.
    """
    with_laws = [column for column in columns if column.laws]
    asked_for = [column for column in with_laws if not column.is_optional or known[column.name].any()]
    broken = {}
    withheld = {column.name for column in columns if column.is_withheld}
    for law, holds in (each for column in asked_for for each in column.laws):
        asked = _Asked(numbers)
        kept = holds(asked)
        for name in asked.names:  # what is unknown does not hold, unless it may be withheld
            kept = kept | ~known[name] if name in withheld else kept & known[name]
        broken[law] = int(np.count_nonzero(~kept & counted))
    return broken


class _Asked(dict[str, Numbers]):
    """Measures by name; records the names that a law reads."""

    def __init__(self, measures: dict[str, Numbers]) -> None:
        super().__init__(measures)
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> Numbers:
        self.names.add(name)
        return super().__getitem__(name)


@dataclass(frozen=True)
class _Days:
    """Visits, dwells and suppression of the listed places: a row for each place, a column for each day."""

    visits: Numbers
    dwells: npt.NDArray[np.float64]
    hidden: Mask

    @classmethod
    def read(cls, days: Sequence[date], staged: Staged, sums: _Sums) -> "_Days":
        """Read the staged days one by one."""
        listed = sums.listed()
        position = np.full(len(sums.place_ids) + 1, -1, np.int64)  # the last one is that of unknown places
        position[listed] = np.arange(len(listed))
        shape = (len(listed), len(days))
        found = cls(np.zeros(shape, np.int64), np.full(shape, np.nan), np.ones(shape, np.bool_))
        names = ("place_id", "visits", "dwell_seconds_p50", "suppressed")
        schema = pa.schema([FOOTFALL.field(name) for name in names])
        for number, day in enumerate(days):
            rows = pa.Table.from_batches(staged(day, names), schema)
            row = position[place_numbers(rows["place_id"], sums.place_ids)]
            chosen = row >= 0
            found.visits[row[chosen], number] = whole_numbers(rows["visits"])[chosen]
            found.dwells[row[chosen], number] = rows["dwell_seconds_p50"].to_numpy()[chosen]
            found.hidden[row[chosen], number] = bools(rows["suppressed"])[chosen]
        return found


def _places(days: Sequence[date], staged: Staged, sums: _Sums) -> Iterator[PlaceTotals]:
    """The listed places, with their sums over the days and their visits of each day."""
    each, shown = _Days.read(days, staged, sums), sums.shown()
    for row, number in enumerate(sums.listed()):
        dwells = each.dwells[row][~np.isnan(each.dwells[row])]
        visits = zip(each.visits[row].tolist(), each.hidden[row].tolist(), strict=True)
        pings, devices, all_visits = (
            int(sums.by_place[name][number]) if shown[number] else None
            for name in ("pings", "devices", "visits")
        )
        yield PlaceTotals(
            place_id=sums.place_ids[number].as_py(),
            pings=pings,
            device_days=devices,
            visits=all_visits,
            dwell_p50=float(np.median(dwells)) if len(dwells) else None,
            visits_by_day=tuple(None if hidden else n for n, hidden in visits),
        )
