"""Generated walks of devices, as records and as the pings of the definition, and clocks of zones without Spark."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from footfall.aggregate.visits import Clock
from footfall.local_time import LocalTime
from footfall.shuffle.records import PING, Records
from tests.ping_tables import micros
from tests.visit_definition import Ping

GAP, HORIZON = timedelta(minutes=30), timedelta(hours=3)
TICK, MINUTE = timedelta(microseconds=1), timedelta(minutes=1)
PLACES = [(0,), (1, 2), (2,), (0, 3)]
"""The places that hold a ping: one, or two of which the first counts it."""


class Walk(NamedTuple):
    """A ping of a walk: device, instant, spot, and the places that hold it."""

    device: int
    at: datetime
    spot: int
    places: tuple[int, ...]


def clock(name: str, around: date) -> Clock:
    """The clock of a zone for a month before and after a day, minute by minute as Python knows it."""
    zone = ZoneInfo(name)
    begin = datetime(around.year, around.month, around.day, tzinfo=UTC) - timedelta(days=30)

    def offset(minute: int) -> int:
        ahead = (begin + minute * MINUTE).astimezone(zone).utcoffset()
        return (ahead or timedelta(0)) // timedelta(seconds=1)

    offsets = [offset(minute) for minute in range(60 * 24 * 60)]
    changes = [
        (int((begin + minute * MINUTE).timestamp()), offsets[minute])
        for minute in range(1, len(offsets))
        if offsets[minute] != offsets[minute - 1]
    ]
    time = LocalTime.from_changes(offsets[0], changes)
    return time.since, time.ahead, time.turns


def walks(random: Random, midnight: datetime, devices: int, pings: int) -> list[Walk]:
    """Devices that stay, leave and come back around a midnight, with gaps at and next to the limit, in any order.

    One ping in eight is there again, and one in eight has an equal instant at another spot.
    """
    gaps = [timedelta(0), TICK, GAP - TICK, GAP, GAP + TICK, 20 * MINUTE, 7 * timedelta(hours=1)]
    weights = [4, 1, 3, 6, 2, 14, 1]
    rows = []
    for device in range(devices):
        at, places = midnight + random.randrange(-180, 60) * MINUTE, random.choice(PLACES)
        for number in range(pings):
            rows += [Walk(device, at, number, places)] * random.choice([1] * 7 + [2])
            at += random.choices(gaps, weights)[0]
            places = random.choice(PLACES) if random.random() < 0.2 else places
    random.shuffle(rows)
    return rows


def records(rows: list[Walk], fingerprints: list[tuple[int, int]]) -> Records:
    """PING of the rows; a device has the fingerprint of its number."""
    finds = [
        (micros(row.at), who, who2 % 2**32, place, 2 * row.spot + (place == row.places[0]))
        for row in rows
        for who, who2 in [fingerprints[row.device]]
        for place in row.places
    ]
    return np.array(finds, PING)


def defined(rows: list[Walk]) -> set[Ping]:
    """The pings of the definition, each once."""
    return {Ping(str(row.device), place, row.at, (row.spot, 0)) for row in rows for place in row.places}


def repeated(rows: list[Walk], zone: ZoneInfo) -> Counter[date]:
    """How many rows say again what another says, per local day."""
    return Counter(row.at.astimezone(zone).date() for row in (Counter(rows) - Counter(set(rows))).elements())
