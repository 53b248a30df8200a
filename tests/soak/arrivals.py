"""Pings that arrive in parts while runs go on, and the counts that follow from them by arithmetic."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import pyarrow as pa

DAYS = tuple(date(2023, 3, 1) + timedelta(days=number) for number in range(10))
PLACES = 12
PUT = Callable[[str, bytes], object]
"""Writes the content of a new file of the input, whole, under its name."""


@dataclass
class Arrivals:
    """The parts of each day that have arrived; a part that is there never changes.

    Attributes:
        put: Writes a file of the input.
        parts: The number of parts of each day. It grows after the file is there.
    """

    put: PUT
    parts: dict[date, int] = field(default_factory=lambda: dict.fromkeys(DAYS, 0))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, day: date) -> None:
        """Let the next part of a day arrive."""
        with self.lock:
            number = self.parts[day] + 1
            self.put(f"pings/day={day}/part-{number:04d}.csv", pings(day, number).encode())
            self.parts[day] = number


def places() -> str:
    """The places as GeoJSON: squares side by side, a degree wide."""
    features = ",\n".join(
        f'{{"type": "Feature", "properties": {{"place_id": "P{place:02d}"}}, "geometry": {{"type": "Polygon", '
        f'"coordinates": [[[{place},0],[{place + 1},0],[{place + 1},1],[{place},1],[{place},0]]]}}}}'
        for place in range(PLACES)
    )
    return f'{{"type": "FeatureCollection", "features": [\n{features}]}}'


def new_devices(day: date, place: int, part: int) -> int:
    """How many devices a part brings to a place: always one to the first, from one to three to the others."""
    return 1 if place == 0 else 1 + (place + part + day.day) % 3


def pings(day: date, part: int) -> str:
    """A part of a day as CSV: each device sends three pings within ten minutes; one row is repeated, one is broken."""
    rows = [
        f"{day}-{part}-{place}-{number},{day} 10:{minute:02d}:00,{place + 0.5},0.5"
        for place in range(PLACES)
        for number in range(new_devices(day, place, part))
        for minute in (0, 5, 10)
    ]
    return "\n".join(["device,at,lon,lat", *rows, rows[0], f"broken,{day} 10:00:00,0.5,91", ""])


def counted(day: date, parts: int) -> pa.Table:
    """The rows of a day of which so many parts are counted, sorted by place."""
    devices = [sum(new_devices(day, place, part) for part in range(1, parts + 1)) for place in range(PLACES)]
    hours = [[number if hour == 10 else 0 for hour in range(24)] for number in devices]
    buckets = [[number if bucket == 1 else 0 for bucket in range(7)] for number in devices]
    return pa.table(
        {
            "place_id": [f"P{place:02d}" for place in range(PLACES)],
            "pings": [3 * number for number in devices],
            "devices": devices,
            "visits": devices,
            "single_ping_visits": [0] * PLACES,
            "dwell_seconds_p50": [600.0] * PLACES,
            "visits_by_hour": hours,
            "dwell_buckets": buckets,
        }
    )


def parts_in(rows: pa.Table, day: date) -> int:
    """How many parts of a day published rows were counted from.

    Raises:
        AssertionError: They are not the rows of any number of parts: one is lost, doubled, or of another number.
    """
    if not len(rows):
        return 0
    seen = rows.sort_by("place_id")
    parts = seen["devices"][0].as_py()
    expected = counted(day, parts).to_pylist()
    found = seen.select(list(expected[0])).to_pylist()
    if found != expected:
        wrong = [(was, due) for was, due in zip(found, expected, strict=False) if was != due][:3]
        raise AssertionError(f"{day} has {len(found)} rows, which are not those of {parts} parts: {wrong}")
    return int(parts)
