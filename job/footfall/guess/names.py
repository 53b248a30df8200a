"""The usual names of the columns of pings and places, as vendors and users write them."""

import re
from collections.abc import Sequence

NAMES: dict[str, tuple[str, ...]] = {
    "device": (
        *(
            "device",
            "device id",
            "hashed device id",
            "advertiser id",
            "advertising id",
            "maid",
            "mobile ad id",
        ),
        *(
            "ad id",
            "adid",
            "gaid",
            "aaid",
            "idfa",
            "ifa",
            "caid",
            "rida",
            "user id",
            "uid",
            "uuid",
            "subscriber id",
        ),
        *("hashed id", "did", "person id", "agent id", "user", "mobile id", "msisdn", "imsi", "entity id"),
    ),
    "lat": (
        "lat",
        "latitude",
        "location latitude",
        "geo lat",
        "gps lat",
        "lat wgs84",
        "breite",
        "latitud",
        "y",
    ),
    "lon": (
        *(
            "lon",
            "lng",
            "long",
            "longitude",
            "location longitude",
            "geo lon",
            "geo lng",
            "gps lon",
            "lon wgs84",
        ),
        *("laenge", "longitud", "x"),
    ),
    "at": (
        *("at", "utc timestamp", "timestamp utc", "utc time", "event timestamp", "location at", "timestamp"),
        *(
            "datetime",
            "date time",
            "time stamp",
            "event time",
            "observed at",
            "recorded at",
            "created at",
            "ping time",
        ),
        *(
            "epoch",
            "unix time",
            "unixtime",
            "unix timestamp",
            "ts",
            "time",
            "local timestamp",
            "local time",
            "date",
        ),
        *("fecha hora", "zeitstempel", "horodatage", "t"),
    ),
    "date": ("date", "day", "event date", "local date", "utc date", "date of observation", "fecha", "datum"),
    "time": (
        "time of day",
        "time",
        "event time",
        "local time",
        "utc time",
        "clock",
        "hora",
        "uhrzeit",
        "heure",
    ),
    "accuracy": (
        *("accuracy", "horizontal accuracy", "location accuracy", "gps accuracy", "h accuracy", "hacc", "ha"),
        *("accuracy m", "accuracy meters", "error radius", "uncertainty", "precision m", "h acc", "acc"),
    ),
    "place_id": (
        *(
            "place id",
            "placeid",
            "placekey",
            "poi id",
            "store id",
            "shop id",
            "site id",
            "location id",
            "venue id",
        ),
        *(
            "geoid",
            "geoid20",
            "geoid10",
            "code",
            "id",
            "objectid",
            "object id",
            "fid",
            "gid",
            "osm id",
            "gml id",
        ),
        *("identifier", "key", "ref", "number", "no", "nr"),
    ),
    "name": (
        *(
            "name",
            "place name",
            "location name",
            "store name",
            "shop name",
            "site name",
            "venue name",
            "poi name",
        ),
        *("title", "label", "nombre", "nom", "bezeichnung", "namelsad", "brand", "brands"),
    ),
    "category": (
        *(
            "category",
            "top category",
            "sub category",
            "place category",
            "type",
            "place type",
            "kind",
            "class",
        ),
        *("fclass", "amenity", "shop", "land use", "landuse", "categoria", "kategorie"),
    ),
    "geometry": (
        "geometry",
        "geom",
        "polygon wkt",
        "polygon",
        "wkt",
        "wkb",
        "the geom",
        "shape",
        "footprint",
    ),
    "radius": ("radius", "radius m", "radius meters", "buffer"),
}
"""By part of a ping or place, its usual names in lower case, the most likely first."""

_NEVER = {
    "device": ("type", "model", "make", "os", "count", "platform", "brand"),
    "at": ("zone", "offset", "type"),
    "lat": ("accuracy", "zone"),
    "lon": ("accuracy", "zone"),
    "accuracy": ("vertical", "v", "type"),
    "name": ("id", "file", "code"),
}
"""Words in a name that exclude a part: `device_type` is not a device."""

_PARTLY, _LAST = 1_000, 2_000
_FILE_KEYS = {"fid", "ogcfid"}
"""Numbers that a file's format gives its features: they may change whenever it is written."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def words_of(name: str) -> list[str]:
    """The words of a column's name in lower case; the same for `HorizontalAccuracy` and `horizontal_accuracy`."""
    return re.sub(r"[^0-9a-z]+", " ", _CAMEL.sub(" ", name).lower()).split()


def by_name(names: Sequence[str], part: str) -> list[str]:
    """The columns whose names fit a part, the best first: usual names before names that contain one."""
    ranks = {name: rank for name in names if (rank := _rank(name, part)) is not None}
    return sorted(ranks, key=lambda name: ranks[name])


def _rank(name: str, part: str) -> int | None:
    words = words_of(name)
    if {*words} & {*_NEVER.get(part, ())}:
        return None
    squashed = "".join(words)
    known = [term.split() for term in NAMES[part]]
    for rank, term in enumerate(known):
        if squashed == "".join(term):
            return _LAST if squashed in _FILE_KEYS else rank
    for rank, term in enumerate(known):
        if len("".join(term)) > 1 and _contains(words, term):
            return _PARTLY + rank
    return None


def _contains(words: list[str], term: list[str]) -> bool:
    return any(words[at : at + len(term)] == term for at in range(len(words) - len(term) + 1))
