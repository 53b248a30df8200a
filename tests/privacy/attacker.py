"""Plays the attacker: gathers all equations over true numbers that runs leave, and asks what they determine.

A number is safe where another world has another number there, and agrees with all that was left. Unknown are the pings
of each cell and day, all of them whole numbers; a cell is ground that the same places share, or that none holds.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import combinations
from math import lcm
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.period_definition import name_of
from tests.privacy.days import NOWHERE, Box, Cell, World, beside, cells
from tests.privacy.sums import sums

Unknown = tuple[date, Cell]
Row = tuple[date, str]
Equation = tuple[frozenset[Unknown], int]
"""The sum of these is so much."""

KEYS = ("place_id", "first_day")
"""What stands in every row of a week or month."""

SUMMED = ("pings", "devices", "visits", "single_ping_visits")


@dataclass
class Attacker:
    """What one person knows of a world after some runs.

    Args:
        unknowns: Pings of each cell and day, with their true numbers, which only the examiner uses.
    """

    unknowns: dict[Unknown, int]
    equations: list[Equation] = field(default_factory=list)
    shown: set[Row] = field(default_factory=set)
    hidden: dict[Row, frozenset[Unknown]] = field(default_factory=dict)
    shared: set[Row] = field(default_factory=set)
    hidden_periods: dict[tuple[str, str], frozenset[Unknown]] = field(default_factory=dict)
    shown_periods: set[tuple[str, str]] = field(default_factory=set)
    busy: set[date] = field(default_factory=set)
    circles: int = 0

    @classmethod
    def of(cls, world: World, *place_lists: Mapping[str, Box]) -> "Attacker":
        """One who has the places of all runs, and so knows the cells."""
        ground = {cell for places in place_lists for box in places.values() for cell in cells(box)} | {
            NOWHERE
        }
        ground |= {cell for _, cell in world.pings}
        return cls({(day, cell): world.count(day, cell) for day in world.days for cell in ground})

    def sees(self, output: Path, run_id: str, places: Mapping[str, Box]) -> None:
        """Take in all that a run left: the table, its manifest and its report."""
        left = {path.name: path for path in (output / "runs" / run_id).iterdir()}
        manifest = json.loads(left["manifest.json"].read_text())
        if "report.json" not in left:
            self._sees_nothing(manifest, left)
            return
        report = json.loads(left["report.json"].read_text())
        rows = {day: _table(output, day) for day in map(date.fromisoformat, manifest["days"])}
        known = {day for day, _ in self.unknowns}
        for day, of_day in rows.items():
            for row in of_day:
                if day in known:
                    self._sees_row(day, row, places)
                else:
                    assert row["pings"] == 0, "a day without pings has zeros alone"
        self._sees_counts(manifest["counts"], rows, [cells(box) for box in places.values()])
        self.sees_periods(output, places)
        for each in manifest["panel"]:
            spans = {day: (str(day), name_of(day, "week"), name_of(day, "month")) for day, _ in self.unknowns}
            ground = frozenset(unknown for unknown in self.unknowns if each["span"] in spans[unknown[0]])
            self.equations.append((ground, each["pings"]))
        for told, published in sums(manifest, report, rows):
            assert told == published, "a sum is of more than the published rows"

    def sees_periods(self, output: Path, places: Mapping[str, Box]) -> None:
        """Take in all weeks and months that are published: their pings are those of all their days."""
        for path in sorted(output.glob("footfall_*/*/*.parquet")):
            kind, _, name = path.parent.name.partition("=")
            days = [day for day in {day for day, _ in self.unknowns} if name_of(day, kind) == name]
            for row in pq.ParquetFile(path).read().to_pylist():
                key = (name, row["place_id"])
                ground = frozenset((day, cell) for day in days for cell in cells(places[key[1]]))
                if row["suppressed"]:
                    assert all(row[each] is None for each in row if each not in (*KEYS, "suppressed"))
                    self.hidden_periods[key] = ground
                else:
                    assert all((day, key[1]) in self.shown for day in days), (
                        "a day is hidden and its week is not"
                    )
                    self.shown_periods.add(key)
                    self.equations.append((ground, row["pings"]))

    @staticmethod
    def _sees_nothing(manifest: Mapping[str, Any], left: Iterable[str]) -> None:
        """A run that was refused for what others left says no number of its own."""
        assert manifest["state"] == "refused"
        assert {"counts", "totals", "per_day", "panel", "digests", "checks"}.isdisjoint(manifest)
        assert not [name for name in left if name.startswith("report")]

    def _sees_row(self, day: date, row: Mapping[str, Any], places: Mapping[str, Box]) -> None:
        key = (day, row["place_id"])
        ground = frozenset((day, cell) for cell in cells(places[row["place_id"]]))
        if row["suppressed"]:
            assert all(row[name] is None for name in row if name not in ("place_id", "day", "suppressed"))
            self.hidden[key] = ground
            if any(
                name != key[1] and cells(box) & {cell for _, cell in ground} for name, box in places.items()
            ):
                self.shared.add(key)
        else:
            self.shown.add(key)
            if row["pings"]:
                self.busy.add(day)
            self.equations.append((ground, row["pings"]))
            self._sees_circles(day, row, cells(places[key[1]]))

    def _sees_circles(self, day: date, row: Mapping[str, Any], place: set[Cell]) -> None:
        """As this person knows, all accuracies are equal: what circles say are sums over whole cells."""
        certain = frozenset((day, cell) for cell in place if beside(cell) <= place)
        possible = frozenset(
            u for u in self.unknowns if u[0] == day and (u[1] in place or beside(u[1]) & place)
        )
        for ground, told in ((certain, row["certain_pings"]), (possible, row["possible_pings"])):
            if told is not None:
                self.equations.append((ground, told))
                self.circles += 1

    def _sees_counts(
        self, counts: Mapping[str, Any], rows: Iterable[date], places: Sequence[set[Cell]]
    ) -> None:
        """The funnel is of all days of the run together."""
        days = set(rows)
        inside = frozenset(
            u for u in self.unknowns if u[0] in days and any(u[1] in place for place in places)
        )
        every = frozenset(unknown for unknown in self.unknowns if unknown[0] in days)
        for ground, told in (
            (every, counts["kept"]),
            (every, counts["read"] - counts["quarantined"] - counts["duplicate"]),
            (inside, counts["inside_places"]),
            (every - inside, counts["outside_places"]),
        ):
            if told is not None:
                self.equations.append((ground, told))

    def solved(self) -> dict[Row, int]:
        """The suppressed rows, in no run shown, of which no other world has another number."""
        worlds = list(self._other_worlds())
        return {
            row: self._sum(ground)
            for row, ground in self.hidden.items()
            if row not in self.shown and not any(sum(w.get(u, 0) for u in ground) for w in worlds)
        }

    def solved_periods(self) -> dict[tuple[str, str], int]:
        """The suppressed rows of weeks and months, in no run shown, of which no other world has another number."""
        worlds = list(self._other_worlds())
        return {
            row: self._sum(ground)
            for row, ground in self.hidden_periods.items()
            if row not in self.shown_periods and not any(sum(w.get(u, 0) for u in ground) for w in worlds)
        }

    def _sum(self, ground: Iterable[Unknown]) -> int:
        return sum(self.unknowns[unknown] for unknown in ground)

    def _other_worlds(self) -> Iterator[dict[Unknown, int]]:
        """Changes of the world after which all that was seen is the same."""
        assert all(self._sum(ground) == told for ground, told in self.equations)
        basis = null_space(sorted(self.unknowns), [ground for ground, _ in self.equations])
        pairs = ((_added(a, b, s) for s in (1, -1)) for a, b in combinations(basis, 2))
        for change in (*basis, *(each for pair in pairs for each in pair)):
            for sign in (1, -1):
                world = {unknown: sign * n for unknown, n in change.items() if n}
                if self._is_possible(world):
                    yield world

    def _is_possible(self, change: Mapping[Unknown, int]) -> bool:
        """Nothing is negative, and a suppressed row has a ping.

        It may be a zero where no row of that day shows a ping, or where its place shares ground with another.
        """
        if any(self.unknowns[unknown] + n < 0 for unknown, n in change.items()):
            return False
        return all(
            self._sum(ground) + sum(change.get(u, 0) for u in ground) > 0
            for (day, name), ground in self.hidden.items()
            if (day, name) not in self.shown | self.shared and day in self.busy
        )


def null_space(
    unknowns: Sequence[Unknown], equations: Iterable[frozenset[Unknown]]
) -> list[dict[Unknown, int]]:
    """Whole numbers that, added to a solution of the equations, give another: a basis of all of them."""
    rows = [[Fraction(unknown in ground) for unknown in unknowns] for ground in equations]
    pivots: list[int] = []
    for column in range(len(unknowns)):
        rank = len(pivots)
        found = next((row for row in rows[rank:] if row[column]), None)
        if found is None:
            continue
        rows.remove(found)
        reduced = [value / found[column] for value in found]
        rows = [
            [value - row[column] * own for value, own in zip(row, reduced, strict=True)]
            if row[column]
            else row
            for row in rows
        ]
        rows.insert(rank, reduced)
        pivots.append(column)
    basis = []
    for free in sorted(set(range(len(unknowns))) - set(pivots)):
        vector = {free: Fraction(1), **{pivot: -rows[rank][free] for rank, pivot in enumerate(pivots)}}
        scale = lcm(*(value.denominator for value in vector.values()))
        basis.append({unknowns[column]: int(value * scale) for column, value in vector.items() if value})
    return basis


def _added(a: Mapping[Unknown, int], b: Mapping[Unknown, int], sign: int) -> dict[Unknown, int]:
    return {unknown: a.get(unknown, 0) + sign * b.get(unknown, 0) for unknown in {*a, *b}}


def _table(output: Path, day: date) -> list[dict[str, Any]]:
    """The published rows of a day."""
    rows: list[dict[str, Any]] = pq.read_table(output / f"footfall/day={day}/footfall.parquet").to_pylist()
    return rows
