"""Time zones near a point, by the cities for which the zone database names its zones.

The database has no borders, so the nearest city can lie in a neighbouring zone: the user is always asked.
docs/init.md says how often the nearest city has the same clock as a point.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt
from zoneinfo import ZoneInfo

from footfall.guess.questions import Option

NEAR = 5
"""The number of zones that are offered."""

_PLACE = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?([+-])(\d{3})(\d\d)(\d\d)?")
_EARTH_KM = 6371.0


@dataclass(frozen=True)
class City:
    """The city that a zone is named for: the codes of its countries, its longitude and latitude, and the zone."""

    countries: str
    lon: float
    lat: float
    zone: str


def zones_near(lon: float, lat: float, now: datetime) -> tuple[Option, ...]:
    """The zones whose cities are nearest to a point, the nearest first, each with its distance and its clock now."""
    point = (lon, lat)
    near = sorted(cities(), key=lambda city: kilometres(point, (city.lon, city.lat)))[:NEAR]
    return tuple(Option(city.zone, _reason(city, point, now)) for city in near)


def _reason(city: City, point: tuple[float, float], now: datetime) -> str:
    away = kilometres(point, (city.lon, city.lat))
    return f"{city.countries}, its city is {away:,.0f} km away, now {_offset(city.zone, now)}"


@cache
def cities() -> tuple[City, ...]:
    """The city of each zone of zone.tab."""
    table = files("tzdata").joinpath("zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    return tuple(_cities(table))


def _cities(table: str) -> Iterator[City]:
    for line in table.splitlines():
        if line.startswith("#"):
            continue
        countries, place, zone, *_ = line.split("\t")
        found = _PLACE.fullmatch(place)
        if found:
            lat, lon = _degrees(found.groups()[:4]), _degrees(found.groups()[4:])
            yield City(countries, lon, lat, zone)


def _degrees(parts: tuple[str | None, ...]) -> float:
    """Degrees from the parts of an ISO 6709 coordinate: a sign, degrees, minutes, and seconds if there are any."""
    sign, degrees, minutes, seconds = parts
    size = int(degrees or 0) + int(minutes or 0) / 60 + int(seconds or 0) / 3600
    return -size if sign == "-" else size


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance of two points, given as longitude and latitude in degrees, on a sphere (haversine formula)."""
    (lon1, lat1), (lon2, lat2) = ((radians(lon), radians(lat)) for lon, lat in (one, other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_KM * asin(min(1.0, sqrt(half)))


def _offset(zone: str, now: datetime) -> str:
    text = now.astimezone(ZoneInfo(zone)).strftime("%z")
    return f"UTC{text[:3]}:{text[3:]}"
