"""Makes pings chunk by chunk: devices that stay some minutes near a spot and ping every few minutes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import shapely

from bench.kinds import Data
from bench.polygons import Polygons

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FIRST_DAY = datetime(2023, 3, 1, tzinfo=UTC)
MINUTE, DAY = 60_000, 86_400_000
"""Milliseconds: pings come at whole milliseconds."""

ROWS_PER_CHUNK = 1_000_000
DUPLICATES = 0.005
"""The share of rows that repeat another row exactly."""

PINGS_PER_DEVICE_AND_DAY = 40
LONGEST_STAY = 11
"""Pings of the longest stay; a stay has 6 on average."""

AT_HOME = 0.4
"""The share of stays at the device's own spot, so that devices come back to a place."""

LONG_PAUSE = 0.03
"""The share of pings before which the device is silent for 20 to 60 minutes, so that some visits end within a stay."""

NEAR = 0.0001
"""How far pings of a stay lie from its spot, in degrees: about 10 m."""

PINGS = pa.schema(
    [
        ("device", pa.string()),
        ("at", pa.timestamp("us", tz="UTC")),
        ("lon", pa.float64()),
        ("lat", pa.float64()),
    ]
)


@dataclass(frozen=True)
class People:
    """Who pings where: device ids, the spots of stays (the first `within` are inside a place), each device's home."""

    ids: pa.Array
    spots: Floats
    within: int
    homes: Ints


def pings(data: Data, places: Polygons) -> Iterator[pa.Table]:
    """The pings of the data as tables of PINGS, in no order, so that no contender gains from one."""
    people = _people(np.random.default_rng([data.seed, 2]), data, places)
    for number, start in enumerate(range(0, data.pings, ROWS_PER_CHUNK)):
        rows = min(ROWS_PER_CHUNK, data.pings - start)
        yield _chunk(np.random.default_rng([data.seed, 3, number]), data, people, rows)


def device_ids(rng: np.random.Generator, number: int) -> pa.Array:
    """As many device ids of 32 hexadecimal characters."""
    text = rng.bytes(16 * number).hex().encode()
    ends = np.arange(0, 32 * number + 1, 32, dtype=np.int32)
    return pa.StringArray.from_buffers(number, pa.py_buffer(ends), pa.py_buffer(text))


def _people(rng: np.random.Generator, data: Data, places: Polygons) -> People:
    devices = -(-data.pings // (PINGS_PER_DEVICE_AND_DAY * data.days))
    number = min(500_000, max(20_000, 5 * len(places)))
    inside, outside = spots_inside(rng, data, places, number), spots_outside(rng, places, 20_000)
    homes = _choose(rng, data.inside, len(inside), len(inside) + len(outside), devices)
    return People(device_ids(rng, devices), np.concatenate([inside, outside]), len(inside), homes)


def spots_inside(rng: np.random.Generator, data: Data, places: Polygons, number: int) -> Floats:
    """Spots inside places; each place has about as many, but the first one 90 % of all pings where data is skew."""
    found: list[Floats] = []
    shapely.prepare(places)
    bounds = shapely.bounds(places)
    while sum(map(len, found)) < number:
        which = rng.integers(0, len(places), number)
        if data.kind == "skew":
            which[rng.random(number) < 0.9 / data.inside] = 0
        low, high = bounds[which, :2], bounds[which, 2:]
        spots = low + rng.random((number, 2)) * (high - low)
        # A place that fills little of its bounds keeps few spots: draw the place anew, not only the spot.
        kept = shapely.contains_xy(places[which], spots[:, 0], spots[:, 1])
        found.append(spots[kept])
    return np.concatenate(found)[:number]


def spots_outside(rng: np.random.Generator, places: Polygons, number: int) -> Floats:
    """Spots in no place, around the places and between them."""
    west, south, east, north = shapely.total_bounds(places)
    margin = 0.1 * np.array([east - west, north - south])
    tree = shapely.STRtree(places)
    found: list[Floats] = []
    while sum(map(len, found)) < number:
        spots = (west, south) - margin + rng.random((number, 2)) * ((east - west, north - south) + 2 * margin)
        touched = tree.query(shapely.points(spots), predicate="intersects")[0]
        found.append(np.delete(spots, np.unique(touched), axis=0))
    return np.concatenate(found)[:number]


def _choose(rng: np.random.Generator, inside: float, within: int, spots: int, number: int) -> Ints:
    """Numbers of spots, the given share of them inside."""
    is_inside = rng.random(number) < inside
    return np.where(is_inside, rng.integers(0, within, number), rng.integers(within, spots, number))


def _chunk(rng: np.random.Generator, data: Data, people: People, rows: int) -> pa.Table:
    repeated = round(rows * DUPLICATES)
    fresh = rows - repeated
    stay, nth = _stays(rng, fresh)
    stays = int(stay[-1]) + 1
    device = rng.integers(0, len(people.homes), stays)
    elsewhere = _choose(rng, data.inside, people.within, len(people.spots), stays)
    spot = np.where(rng.random(stays) < AT_HOME, people.homes[device], elsewhere)
    where = people.spots[spot[stay]] + NEAR * (rng.random((fresh, 2)) - rng.random((fresh, 2)))
    at = _times(rng, stay, nth, data.days)
    order = rng.permutation(np.concatenate([np.arange(fresh), rng.choice(fresh, repeated, replace=False)]))
    micros = int(FIRST_DAY.timestamp()) * 1_000_000 + at[order] * 1000
    columns = [
        people.ids.take(pa.array(device[stay[order]])),
        pa.array(micros).cast(PINGS.field("at").type),
        pa.array(where[order, 0]),
        pa.array(where[order, 1]),
    ]
    return pa.Table.from_arrays(columns, schema=PINGS)


def _stays(rng: np.random.Generator, rows: int) -> tuple[Ints, Ints]:
    """For each row the number of its stay, and the how manieth of the stay it is."""
    lengths = rng.integers(1, LONGEST_STAY + 1, rows)
    lengths = lengths[: int(np.searchsorted(np.cumsum(lengths), rows)) + 1]
    starts = np.cumsum(lengths) - lengths
    stay = np.repeat(np.arange(len(lengths)), lengths)[:rows]
    return stay, np.arange(rows) - starts[stay]


def _times(rng: np.random.Generator, stay: Ints, nth: Ints, days: int) -> Ints:
    """Milliseconds since the first day; a stay that passes the end of the last day goes on at the beginning."""
    rows, first = len(stay), nth == 0
    pause = rng.integers(MINUTE, 9 * MINUTE, rows)
    long = rng.random(rows) < LONG_PAUSE
    pause[long] += rng.integers(20 * MINUTE, 60 * MINUTE, int(long.sum()))
    pause[first] = 0
    so_far = np.cumsum(pause)
    since_start = so_far - so_far[first][stay]
    start = rng.integers(0, days * DAY, int(stay[-1]) + 1)
    times: Ints = (start[stay] + since_start) % (days * DAY)
    return times
