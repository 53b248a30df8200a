"""Samples pings from the ways of people: how often a device sends, and how far off its position is."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.random import Generator

from bench.pings import PINGS
from bench.truth.town import DAY, FIRST_SECOND, MINUTE, Floats, Legs, Place, degrees

AWAKE = 7 * 3600, 23 * 3600
"""Seconds of the day between which devices send."""

AROUND = 5.0
"""Metres that people move about in a place, without leaving it."""

BURST_PAUSE, BURST_PINGS, BURST_STEP = 30 * MINUTE, 5, 20
"""Bursts begin after an exponential pause of this mean; then so many pings, so many seconds apart."""


class Noise(NamedTuple):
    """The standard deviation of an error along each axis, new for each ping; and metres of one that lasts for a leg."""

    metres: float
    bias: float = 0.0


SAMPLINGS = {"1 min": 1 * MINUTE, "5 min": 5 * MINUTE, "15 min": 15 * MINUTE, "bursts": 0}
"""Seconds between pings, each up to a fifth early or late; bursts have a rhythm of their own."""

NOISES = {
    "0 m": Noise(0),
    "10 m": Noise(10),
    "30 m": Noise(30),
    "100 m": Noise(100),
    "canyon": Noise(10, 25),
}
"""In an urban canyon signals come by way of walls: the error is 25 m in one direction for as long as a leg lasts."""


def pings(seed: int, everyone: list[Legs], town: list[Place], days: int, wanted: tuple[str, str]) -> pa.Table:
    """The pings of everyone, as PINGS, for a sampling and a noise by their names."""
    tables = [_pings(_chance(seed, legs.person, wanted), legs, town, days, wanted) for legs in everyone]
    return pa.concat_tables(tables)


def times(chance: Generator, days: int, sampling: str) -> Floats:
    """The seconds since 1970 at which a device sends, in order."""
    step = SAMPLINGS[sampling]
    if step:
        number = days * DAY // step
        every = (np.arange(number) + chance.random() + 0.2 * chance.uniform(-1, 1, number)) * step
    else:
        starts = np.cumsum(chance.exponential(BURST_PAUSE, 2 * days * DAY // BURST_PAUSE))
        every = np.sort((starts[:, None] + BURST_STEP * np.arange(BURST_PINGS)).ravel())
    second = every % DAY
    awake = (second >= AWAKE[0]) & (second < AWAKE[1]) & (every < days * DAY)
    return FIRST_SECOND + np.round(every[awake], 3)


def _chance(seed: int, person: int, wanted: tuple[str, str]) -> Generator:
    """Equal times for a person and a sampling, whatever the noise."""
    return np.random.default_rng([seed, 1, person, list(SAMPLINGS).index(wanted[0])])


def _pings(chance: Generator, legs: Legs, town: list[Place], days: int, wanted: tuple[str, str]) -> pa.Table:
    at = times(chance, days, wanted[0])
    metres = positions(chance, legs, town, at)
    noise = NOISES[wanted[1]]
    metres += noise.metres * chance.standard_normal(metres.shape)
    direction = 2 * np.pi * chance.random(len(legs.rows))[_leg(legs, at)]
    metres += noise.bias * np.column_stack([np.cos(direction), np.sin(direction)])
    lon, lat = degrees(metres).T
    device = pa.array([f"D{legs.person:05d}"]).take(pa.array(np.zeros(len(at), np.int64)))
    micros = pa.array(np.round(at * 1e6).astype(np.int64)).cast(PINGS.field("at").type)
    return pa.table([device, micros, pa.array(lon), pa.array(lat)], PINGS)


def positions(chance: Generator, legs: Legs, town: list[Place], at: Floats) -> Floats:
    """Where the person really is at those times, in metres."""
    rows = np.array(legs.rows)[_leg(legs, at)]
    start, end, x1, y1, x2, y2, place = rows.T
    share = np.clip((at - start) / np.maximum(end - start, 1e-9), 0, 1)
    points = np.column_stack([x1 + (x2 - x1) * share, y1 + (y2 - y1) * share])
    moved = points + AROUND * chance.uniform(-1, 1, points.shape)
    inside = place >= 0
    walls = np.array([place[1:] for place in town])[place[inside].astype(int)]
    points[inside] = np.clip(moved[inside], walls[:, :2] + 0.5, walls[:, 2:] - 0.5)
    return points


def _leg(legs: Legs, at: Floats) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    ends = np.array([row[1] for row in legs.rows])
    return np.minimum(np.searchsorted(ends, at, side="left"), len(ends) - 1)
