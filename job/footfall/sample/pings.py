"""From legs to pings: when a phone reports, and how far off it is."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from footfall.sample.people import DAY, Integers, Legs, People, Town, settle, spend_days
from footfall.sample.town import Floats, Site, to_degrees

DEVICES_A_BLOCK = 1024
SHORTEST_LEG_SECONDS = 30.0


@dataclass(frozen=True)
class Pings:
    """One row per ping, as columns.

    Attributes:
        device: Number of the device; its name is `device_name`.
        second: Local seconds since the midnight that begins the first day.
        lon: WGS84 degrees, to six decimals.
        lat: WGS84 degrees, to six decimals.
        accuracy: Metres, to one decimal.
    """

    device: Integers
    second: Integers
    lon: Floats
    lat: Floats
    accuracy: Floats

    def take(self, rows: Integers | slice) -> Self:
        """The pings at `rows`, in that order."""
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def then(self, other: Self) -> Self:
        """These pings and after them the others."""
        both = {field.name: (getattr(self, field.name), getattr(other, field.name)) for field in fields(self)}
        return type(self)(**{name: np.concatenate(pair) for name, pair in both.items()})


def device_name(seed: int, device: int) -> str:
    """The hashed identifier of a device, 16 hexadecimal digits."""
    return hashlib.sha256(f"{seed}/{device}".encode()).hexdigest()[:16]


def walk_town(sites: tuple[Site, ...], *, pings: int, days: int, seed: int) -> Iterator[Pings]:
    """Exactly `pings` pings, in blocks of up to 1024 devices, each block in order of time.

    A device has at most one ping a second. A longer walk of the same seed begins with the same devices.
    """
    town = Town.of(sites)
    left, block = pings, 0
    while left > 0:
        rng = np.random.Generator(np.random.PCG64([seed, block]))
        people = settle(town, DEVICES_A_BLOCK, rng).each_day(days)
        walked = _report(spend_days(town, people, rng), people, days, rng)
        kept = walked.take(slice(left))
        kept = Pings(kept.device + block * DEVICES_A_BLOCK, kept.second, kept.lon, kept.lat, kept.accuracy)
        yield kept.take(np.argsort(kept.second, kind="stable"))
        left, block = left - kept.device.size, block + 1


def _report(legs: Legs, people: People, days: int, rng: np.random.Generator) -> Pings:
    """The pings of the legs, device by device."""
    length, start = legs.length.ravel(), legs.start.ravel()
    wanted = length / legs.interval.ravel() + rng.random(length.size)
    count = np.where(length < SHORTEST_LEG_SECONDS, 0, wanted).astype(np.int64)
    leg = np.repeat(np.arange(count.size), count)
    number = np.arange(leg.size) - np.repeat(np.cumsum(count) - count, count)
    part = (number + 0.8 * rng.random(leg.size)) / count[leg]
    row = leg // legs.start.shape[1]
    accuracy = _accuracy(rng, leg.size)
    x = _between(legs.x.ravel()[leg], legs.to_x.ravel()[leg], part) + accuracy * _error(rng, leg.size)
    y = _between(legs.y.ravel()[leg], legs.to_y.ravel()[leg], part) + accuracy * _error(rng, leg.size)
    lon, lat = to_degrees(x, y)
    second = (row % days) * int(DAY) + np.floor(start[leg] + part * length[leg]).astype(np.int64)
    return Pings(row // days, second, lon, lat, np.round(accuracy, 1))


def _between(a: Floats, b: Floats, part: Floats) -> Floats:
    return a + (b - a) * part


def _accuracy(rng: np.random.Generator, rows: int) -> Floats:
    """Metres of likely error: mostly 3 to 12, now and then up to 50."""
    chance = rng.random(rows)
    square = chance * chance
    return 3.0 + 8.0 * chance + 39.0 * square * square * square * square


def _error(rng: np.random.Generator, rows: int) -> Floats:
    """A bell-shaped number between -1.2 and 1.2, of sums only, so that every machine draws the same."""
    return 0.6 * (rng.random(rows) + rng.random(rows) + rng.random(rows) + rng.random(rows) - 2.0)
