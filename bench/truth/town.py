"""A town of one avenue: its places, and people whose diaries say where they were from when to when.

Metres are x along the avenue and y across it. Buildings stand north of it, people live south of it and walk along it:
nobody walks through a place.
"""

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from numpy.random import Generator

from bench.polygons import Polygons

Floats = npt.NDArray[np.float64]

ORIGIN = np.array([11.0, 48.0])
METRES_PER_DEGREE = 6_371_000 * np.pi / 180
"""Of latitude, on the sphere that trackintel and fastmob measure on."""

FIRST_SECOND = 1_677_628_800
"""2023-03-01 00:00 UTC, in seconds since 1970."""

DAY, MINUTE = 86_400, 60
WALK = 1.3
"""Metres a second."""

DOOR = 8.0
"""Metres from the middle of the avenue to the fronts of all buildings, and to their doors."""

LEAST_STAY, LONGEST_STAY = 3 * MINUTE, 240 * MINUTE
BACK, PAUSE = 0.15, 0.3
"""How often a person goes back into the place that they just left, and how often they sit on a bench in between."""


class Kind(NamedTuple):
    """A kind of place: how many buildings, width and depth and the gap between them in metres, floors of a building,
    the share of visits that go there and the median of their seconds."""

    buildings: int
    wide: float
    deep: float
    gap: float
    floors: int
    share: float
    median: float


KINDS = {
    "small shop": Kind(24, 8, 12, 0, 1, 0.35, 8 * MINUTE),
    "store": Kind(8, 25, 30, 10, 1, 0.2, 20 * MINUTE),
    "supermarket": Kind(4, 60, 60, 30, 1, 0.2, 30 * MINUTE),
    "mall": Kind(2, 150, 200, 60, 1, 0.1, 75 * MINUTE),
    "stacked floor": Kind(2, 30, 30, 40, 3, 0.15, 25 * MINUTE),
}
"""Small shops stand wall to wall; floors of a building have one outline."""


class Place(NamedTuple):
    """A place: its kind, and its outline in metres."""

    kind: str
    west: float
    south: float
    east: float
    north: float


class Stay(NamedTuple):
    """A line of a diary: who was in which place, from when to when, in seconds since 1970."""

    person: int
    place: int
    start: float
    end: float


@dataclass
class Legs:
    """The way of one person, in order of time: rows of start, end, x and y at the start, x and y at the end, and place.

    Place is -1 outside of all places; who is in one stays within a few metres of the point.
    """

    person: int
    rows: list[tuple[float, float, float, float, float, float, int]]

    def stay(self, seconds: float) -> None:
        """Stay at the last point."""
        self.until(self.rows[-1][1] + seconds)

    def walk(self, to: tuple[float, float], place: int = -1) -> None:
        """Walk out of the door to the avenue, along it, and to a point, which may be in a place."""
        x, y, within = self.rows[-1][4:]
        door = [((x, DOOR), within)] if within >= 0 else []
        other_door = [((to[0], DOOR), -1)] if place >= 0 else []
        for goal, inside in (*door, ((x, 0.0), -1), ((to[0], 0.0), -1), *other_door, (to, place)):
            start, (x, y) = self.rows[-1][1], self.rows[-1][4:6]
            seconds = float(np.hypot(goal[0] - x, goal[1] - y)) / WALK
            if seconds:
                self.rows.append((start, start + seconds, x, y, *goal, inside))

    def until(self, end: float) -> None:
        """Stay at the last point until a time."""
        x, y, place = self.rows[-1][4:]
        self.rows.append((self.rows[-1][1], end, x, y, x, y, place))


def places() -> list[Place]:
    """All places, floor by floor."""
    found, x = [], 0.0
    for name, kind in KINDS.items():
        for _ in range(kind.buildings):
            found += [Place(name, x, DOOR, x + kind.wide, DOOR + kind.deep)] * kind.floors
            x += kind.wide + kind.gap
        x += 60
    return found


def polygons(town: list[Place]) -> Polygons:
    """The outlines in degrees."""
    corners = np.array([[(p.west, p.south), (p.east, p.north)] for p in town])
    west, east = degrees(corners[:, 0]), degrees(corners[:, 1])
    return shapely.box(west[:, 0], west[:, 1], east[:, 0], east[:, 1])


def degrees(metres: Floats) -> Floats:
    """Longitude and latitude of points in metres."""
    narrower = np.cos(np.radians(ORIGIN[1]))
    return ORIGIN + metres / METRES_PER_DEGREE / (narrower, 1)


def ways(seed: int, town: list[Place], people: int, days: int) -> list[Legs]:
    """Where each person is at each moment of the days, from midnight to midnight."""
    return [_way(np.random.default_rng([seed, 0, n]), n, town, days) for n in range(people)]


def diaries(everyone: list[Legs]) -> list[Stay]:
    """The stays of everyone in places, from door to door."""
    found = []
    for legs in everyone:
        for place, rows in groupby(legs.rows, key=itemgetter(6)):
            first, *rest = rows
            if place >= 0:
                found.append(Stay(legs.person, place, first[0], (rest or [first])[-1][1]))
    return found


def _way(chance: Generator, person: int, town: list[Place], days: int) -> Legs:
    last = max(place.east for place in town)
    home = float(chance.uniform(0, last)), float(chance.uniform(-300, -100))
    legs = Legs(person, [(FIRST_SECOND, FIRST_SECOND, *home, *home, -1)])
    for day in range(days):
        legs.until(FIRST_SECOND + day * DAY + chance.uniform(8, 15) * 3600)
        place = -1
        for _ in range(chance.integers(1, 5)):
            again = place >= 0 and chance.random() < BACK
            if again or (place >= 0 and chance.random() < PAUSE):
                legs.walk((legs.rows[-1][4] + float(chance.uniform(-80, 80)), -15.0))
                legs.stay(chance.uniform(5, 60) * MINUTE)
            place = place if again else _chosen(chance, town)
            spot = _spot(chance, town[place])
            legs.walk(spot, place)
            seconds = KINDS[town[place].kind].median * np.exp(0.5 * chance.standard_normal())
            legs.stay(float(np.clip(seconds, LEAST_STAY, LONGEST_STAY)))
        legs.walk(home)
    legs.until(FIRST_SECOND + days * DAY)
    return legs


def _chosen(chance: Generator, town: list[Place]) -> int:
    names = list(KINDS)
    kind = names[int(np.searchsorted(np.cumsum([KINDS[name].share for name in names]), chance.random()))]
    return int(chance.choice([n for n, place in enumerate(town) if place.kind == kind]))


def _spot(chance: Generator, place: Place) -> tuple[float, float]:
    """A point a metre or more from the walls."""
    x = chance.uniform(place.west + 1, place.east - 1)
    return float(x), float(chance.uniform(place.south + 1, place.north - 1))
