"""The people of the town and their days, as legs: stretches of time in one spot or on one way."""

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from footfall.sample.town import TRADES, Floats, Site

Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]

HOUR = 3600.0
DAY = 24 * HOUR
STOPS = 3
MARGIN_METRES = 150.0
STREET_PITCH_METRES = 130.0  # people live along the streets, so that sleep is not footfall
WALKING, DRIVING = 1.3, 8.0  # metres a second
LONGEST_WALK_METRES = 900.0

VISITOR, COMMUTER, STAFF, NIGHT_STAFF = range(4)
_SHARE_BELOW = np.array(
    [0.52, 0.72, 0.95]
)  # of visitors, with commuters, with staff; the rest works at night
_LEAVING = np.cumsum([0, 0, 0, 0, 0, 1, 3, 6, 8, 9, 10, 11, 9, 7, 6, 7, 9, 11, 9, 6, 3, 1, 0, 0])
"""Visitors who have left home by the end of each hour of the day."""


@dataclass(frozen=True)
class Town:
    """The places as columns, and who is open when.

    Attributes:
        spots: One row per place: centre x, centre y, half width, half height, in metres.
        hours: One row per place: opens, closes (seconds of the day), shortest and longest visit (seconds).
        open_weights: For each hour, the running sum of the weights of open places, scaled to 1, plus hour.
        area: Lowest x, lowest y, highest x, highest y of where people live and go, in metres.
        night_places: Numbers of the places that never close.
    """

    spots: Floats
    hours: Floats
    open_weights: Floats
    area: tuple[float, float, float, float]
    night_places: Integers

    @classmethod
    def of(cls, sites: tuple[Site, ...]) -> Self:
        """The town of `sites`, at least one of which people choose."""
        trades = [TRADES[site.category] for site in sites]
        hours = np.array(
            [(t.opens * HOUR, t.closes * HOUR, t.shortest * 60.0, t.longest * 60.0) for t in trades]
        )
        spots = np.array([site.spot for site in sites])
        weights = np.array([site.weight for site in sites])
        visited = spots[weights > 0]
        low, high = visited[:, :2].min(axis=0), visited[:, :2].max(axis=0)
        nights = np.flatnonzero((hours[:, 1] - hours[:, 0] >= DAY) & (weights > 0))
        return cls(
            spots=spots,
            hours=hours,
            open_weights=_open_weights(hours, weights),
            area=(
                low[0] - MARGIN_METRES,
                low[1] - MARGIN_METRES,
                high[0] + MARGIN_METRES,
                high[1] + MARGIN_METRES,
            ),
            night_places=nights if nights.size else np.flatnonzero(weights > 0)[:1],
        )

    def choose(self, at: Floats, chance: Floats) -> Integers:
        """The number of a place that is open at second `at` of the day, by weight."""
        hour = np.minimum(at, DAY - 1) // HOUR
        chosen = np.searchsorted(self.open_weights, hour + chance, side="right")
        place: Integers = np.minimum(chosen - hour.astype(np.int64) * len(self.spots), len(self.spots) - 1)
        return place


def _open_weights(hours: Floats, weights: Floats) -> Floats:
    sums = []
    for hour in range(24):
        is_open = (hours[:, 0] <= hour * HOUR) & (hour * HOUR < hours[:, 1])
        running = np.cumsum(np.where(is_open, weights, 0.0))
        running = running if running[-1] > 0 else np.cumsum(weights)
        sums.append(hour + running / running[-1])
    return np.concatenate(sums)


@dataclass(frozen=True)
class People:
    """One row per device: what it does, where it lives and works, and the seconds between its pings."""

    persona: Integers
    home_x: Floats
    home_y: Floats
    workplace: Integers
    interval: Floats

    def each_day(self, days: int) -> Self:
        """One row per device and day, the days of a device together."""
        return replace(
            self, **{field.name: np.repeat(getattr(self, field.name), days) for field in fields(self)}
        )


def settle(town: Town, devices: int, rng: np.random.Generator) -> People:
    """Draw `devices` people."""
    persona = np.searchsorted(_SHARE_BELOW, rng.random(devices), side="right")
    west, south, east, north = town.area
    by_day = town.choose(np.full(devices, 11 * HOUR), rng.random(devices))
    by_night = town.night_places[rng.integers(0, town.night_places.size, devices)]
    street = np.floor((south + (north - south) * rng.random(devices)) / STREET_PITCH_METRES)
    return People(
        persona=persona,
        home_x=west + (east - west) * rng.random(devices),
        home_y=STREET_PITCH_METRES * street + 112 + 16 * rng.random(devices),
        workplace=np.where(persona == NIGHT_STAFF, by_night, by_day),
        interval=90.0 + 510.0 * rng.random(devices),
    )


@dataclass(frozen=True)
class Legs:
    """One row per stretch of a device's day: from (x, y) to (to_x, to_y) metres, in seconds of the day."""

    start: Floats
    length: Floats
    x: Floats
    y: Floats
    to_x: Floats
    to_y: Floats
    interval: Floats


def spend_days(town: Town, people: People, rng: np.random.Generator) -> Legs:
    """The legs of every row of `people`, shape (rows, 2 * STOPS + 3): base, way, stop, way, ..., way, base.

    Night staff have their workplace as base and their home as the first stop, so that work crosses midnight.
    """
    rows = people.persona.size
    base_x, base_y = _base(town, people, rng)
    clock = _leaving(town, people, rng)
    columns: list[tuple[Floats, ...]] = [
        (np.zeros(rows), clock, base_x, base_y, base_x, base_y, _base_interval(people))
    ]
    x, y = base_x, base_y
    for number in range(STOPS):
        to_x, to_y, stay = _stop(town, people, number, clock, rng)
        stays = stay > 0
        to_x, to_y = np.where(stays, to_x, x), np.where(stays, to_y, y)
        travel = _travel_seconds(x, y, to_x, to_y)
        columns.append((clock, travel, x, y, to_x, to_y, people.interval / 2))
        columns.append((clock + travel, stay, to_x, to_y, to_x, to_y, np.maximum(people.interval, stay / 20)))
        clock, x, y = clock + travel + stay, to_x, to_y
    travel = _travel_seconds(x, y, base_x, base_y)
    columns.append((clock, travel, x, y, base_x, base_y, people.interval / 2))
    clock = clock + travel
    columns.append((clock, DAY - clock, base_x, base_y, base_x, base_y, _base_interval(people)))
    return _clipped(Legs(*(np.stack(column, axis=1) for column in zip(*columns, strict=True))))


def _clipped(legs: Legs) -> Legs:
    """The legs as far as they lie inside the day."""
    return replace(legs, length=np.clip(DAY - legs.start, 0.0, legs.length))


def _base(town: Town, people: People, rng: np.random.Generator) -> tuple[Floats, Floats]:
    work_x, work_y = _spot(town, people.workplace, rng)
    nights = people.persona == NIGHT_STAFF
    return np.where(nights, work_x, people.home_x), np.where(nights, work_y, people.home_y)


def _base_interval(people: People) -> Floats:
    return np.where(people.persona == NIGHT_STAFF, people.interval + 240, 20 * people.interval + HOUR)


def _leaving(town: Town, people: People, rng: np.random.Generator) -> Floats:
    """When each row leaves its base, in seconds of the day."""
    chance = rng.random(people.persona.size)
    hour = np.searchsorted(_LEAVING, chance * _LEAVING[-1], side="right")
    early = rng.random(people.persona.size)
    return np.select(
        [people.persona == VISITOR, people.persona == COMMUTER, people.persona == STAFF],
        [
            (hour + early) * HOUR,
            (6 + 2 * early) * HOUR,
            np.maximum(town.hours[people.workplace, 0] - early * HOUR, 0),
        ],
        (5.5 + early) * HOUR,
    )


def _stop(
    town: Town, people: People, number: int, clock: Floats, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    """Where each row goes next, and for how many seconds; 0 for a row that goes nowhere."""
    rows = clock.size
    working = (people.persona == STAFF) & (number != 1)
    place = np.where(working, people.workplace, town.choose(clock, rng.random(rows)))
    x, y = _spot(town, place, rng)
    _, closes, shortest, longest = town.hours[place].T
    chance = rng.random(rows)
    visit = shortest + (longest - shortest) * chance * chance
    shift = np.where(number == 0, 4 * HOUR, closes - clock) + chance * 0.3 * HOUR
    stay = np.where(working, shift, np.minimum(visit, closes - clock))
    stay = np.where(rng.random(rows) < (1.0, 0.6, 0.35)[number], np.maximum(stay, 0.0), 0.0)
    stay = np.where(working, np.clip(shift, 0.0, 5 * HOUR), stay)
    if number > 0:
        return x, y, stay
    away = people.persona == COMMUTER
    asleep = people.persona == NIGHT_STAFF
    x = np.select([away, asleep], [town.area[0] + 0 * x, people.home_x], x)
    y = np.select([away, asleep], [people.home_y, people.home_y], y)
    return x, y, np.select([away, asleep], [(8 + 2 * chance) * HOUR, (14 + chance) * HOUR], stay)


def _spot(town: Town, place: Integers, rng: np.random.Generator) -> tuple[Floats, Floats]:
    x, y, half_width, half_height = town.spots[place].T
    return x + half_width * (2 * rng.random(place.size) - 1), y + half_height * (
        2 * rng.random(place.size) - 1
    )


def _travel_seconds(x: Floats, y: Floats, to_x: Floats, to_y: Floats) -> Floats:
    metres = np.sqrt((to_x - x) * (to_x - x) + (to_y - y) * (to_y - y))
    return metres / np.where(metres < LONGEST_WALK_METRES, WALKING, DRIVING)
