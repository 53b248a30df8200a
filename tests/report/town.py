"""An invented town: where its shops are, what they look like and how busy they were."""

from math import cos, pi, sin
from random import Random
from typing import Any

Report = dict[str, Any]
Ring = list[list[float]]

KINDS = ("grocery", "bakery", "cafe", "pharmacy", "market hall", "cinema", "books")
NAMES = (
    "Corner",
    "Harbour",
    "Old Mill",
    "Linden",
    "Station",
    "Riverside",
    "Sunrise",
    "Castle",
    "Abbey",
    "Fountain",
)


def blob(random: Random, lon: float, lat: float, radius: float, corners: int) -> Ring:
    """Draw a closed ring of uneven radius around a middle, degrees."""
    turns = [2 * pi * i / corners for i in range(corners)]
    ring = [
        [lon + radius * far * cos(turn), lat + radius * far * sin(turn)]
        for turn, far in ((turn, random.uniform(0.75, 1.2)) for turn in turns)
    ]
    return [*ring, ring[0]]


def block(random: Random, lon: float, lat: float, radius: float) -> Ring:
    """Draw a closed ring of a turned rectangle, as shops are."""
    turn, flat = random.uniform(0, 0.5), random.uniform(0.45, 0.9)
    corners = [
        (-radius, -radius * flat),
        (radius, -radius * flat),
        (radius, radius * flat),
        (-radius, radius * flat),
    ]
    ring = [[lon + x * cos(turn) - y * sin(turn), lat + x * sin(turn) + y * cos(turn)] for x, y in corners]
    return [*ring, ring[0]]


def shape(random: Random, number: int, lon: float, lat: float) -> list[Ring]:
    """Draw a place: mostly blocks, some round, some with a courtyard, some in two parts, some tiny."""
    if number % 10 == 0:
        return [blob(random, lon, lat, 0.00004, 7)]
    radius = random.uniform(0.0011, 0.0031)
    if number % 7 == 0:
        return [blob(random, lon, lat, radius, 24), blob(random, lon, lat, radius / 3, 9)]
    if number % 9 == 0:
        return [block(random, lon, lat, radius), block(random, lon + 3 * radius, lat, radius / 2)]
    return [block(random, lon, lat, radius) if number % 3 else blob(random, lon, lat, radius, 14)]


def sites(random: Random, places: int) -> list[tuple[float, float]]:
    """Choose where places are: denser in the middle of town, none nearer to another than shops can be."""
    spread = 0.0045 * places**0.5
    chosen: list[tuple[float, float]] = []
    while len(chosen) < places:
        lon, lat = random.gauss(-90.51, spread), random.gauss(14.61, 0.6 * spread)
        if all(abs(lon - x) > 0.0062 or abs(lat - y) > 0.005 for x, y in chosen):
            chosen.append((lon, lat))
    return chosen


def place(number: int, visits: int) -> Report:
    """Count a place: about six pings a visit."""
    name = f"{NAMES[number % len(NAMES)]} {KINDS[number % len(KINDS)]}" if number % 11 != 6 else None
    return {
        "place_id": f"S-{number:04d}",
        "name": name,
        "category": KINDS[number % len(KINDS)] if name else None,
        "pings": visits * 6 + number % 5 * bool(visits),
        "device_days": visits - visits // 4,
        "visits": visits,
        "visits_by_day": [visits],
        "days": 1,
        "partial": False,
        "suppressed": False,
        "dwell_p50": 240.0 + 61 * (number % 23) if visits else None,
    }


def suppress(place: Report) -> Report:
    """Hide a place's numbers, as the job does below k devices."""
    hidden = place | dict.fromkeys(("pings", "device_days", "visits", "dwell_p50"))
    return hidden | {"visits_by_day": [None], "days": 0, "suppressed": True}


def bounds(shapes: list[Report]) -> list[float] | None:
    """Find lon0, lat0, lon1, lat1 of all rings."""
    points = [point for each in shapes for ring in each["rings"] for point in ring]
    if not points:
        return None
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    return [min(lons), min(lats), max(lons), max(lats)]
