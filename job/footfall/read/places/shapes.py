"""Shapes of features out of columns: well-known binary and text, with an SRID too, hexadecimal, GeoJSON, points."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np

from footfall import geometry
from footfall.errors import InputError
from footfall.plurals import shortened
from footfall.settings import PlaceSettings

DEFAULT_CRS = "OGC:CRS84"
"""What coordinates are in where a format or its writers mean degrees and say nothing."""

UNCLOSED = "Rings that were not closed were closed."

_SRID = re.compile(r"\s*SRID\s*=\s*(\d{1,9})\s*;", re.IGNORECASE)
_HEX = re.compile(r"(?:\\x|0x)?(0[01][0-9a-f]{8,})", re.IGNORECASE)
_WKT = re.compile(
    r"\s*(?:SRID\s*=\s*\d{1,9}\s*;)?\s*(?:MULTI|CURVE)?(?:POLYGON|POINT|LINESTRING|SURFACE|GEOMETRYCOLLECTION)\s*[ZM(E]",
    re.IGNORECASE,
)
_GEOJSON = re.compile(r"\s*\{.*\"(?:coordinates|geometries)\"", re.DOTALL)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


@dataclass(frozen=True)
class ColumnShapes:
    """The shapes of a column, the reference system that their SRIDs state, and notes on what was done to them."""

    shapes: geometry.Shapes
    crs: str | None
    notes: list[str]


def looks_like_shapes(value: object) -> bool:
    """Whether a value of a table could be a shape, in one of the ways that `from_column` reads."""
    if isinstance(value, bytes):
        return len(value) >= 5 and value[0] <= 1 and geometry.from_wkb([value]).shapes[0] is not None
    ways = (_WKT.match, _GEOJSON.match, _HEX.fullmatch)
    return isinstance(value, str) and any(way(value.strip()) for way in ways)


def from_column(values: Sequence[Any], settings: PlaceSettings, named: Path) -> ColumnShapes:
    """Read the shapes of a column, each by itself in the way it is written.

    Args:
        values: Text, bytes or None; of what is no shape, the shape is None.
        settings: What happens to rings that are not closed.
        named: The file, for messages.

    Raises:
        InputError: No value is a shape, one is of curves, or rings are not closed and may not be.
    """
    found = np.full(len(values), None, dtype=object)
    ways: dict[str, dict[int, Any]] = {"wkb": {}, "wkt": {}, "geojson": {}}
    srids = np.zeros(len(values), np.int64)
    for row, value in enumerate(values):
        way, content, srid = _way(value)
        if way:
            ways[way][row], srids[row] = content, srid
    mended = np.zeros(len(values), bool)
    curved = dict[int, str]()
    for way, read in (("wkb", geometry.from_wkb), ("wkt", geometry.from_wkt)):
        rows = [*ways[way]]
        these = read([*ways[way].values()])
        found[rows], mended[rows] = these.shapes, these.mended
        curved |= {rows[at]: kind for at, kind in these.curved.items()}
    objects = geometry.from_geojson([*ways["geojson"].values()])
    found[[*ways["geojson"]]] = objects.shapes
    mended[[*ways["geojson"]]] = objects.unclosed | objects.short
    _refuse_none(found, values, curved, named, "places.columns.geometry")
    notes = refuse_unusual(geometry.ReadShapes(found, mended, curved), settings, named)
    there = np.array([each is not None for each in found], bool)
    return ColumnShapes(found, _system({*srids[there].tolist()}), notes)


def from_points(lat: Sequence[Any], lon: Sequence[Any], named: Path) -> geometry.Shapes:
    """Points of two columns of numbers; None if one of both is none.

    Raises:
        InputError: No row holds two numbers.
    """
    found = geometry.points(np.array([*map(number, lon)], float), np.array([*map(number, lat)], float))
    pairs = [None if y is None and x is None else f"{y}, {x}" for y, x in zip(lat, lon, strict=True)]
    _refuse_none(found, pairs, {}, named, "places.columns.lat and lon")
    return found


def number(value: Any) -> float:
    """The value, a number or text of one, as float; NaN if it is neither."""
    if isinstance(value, str):
        text = value.strip()
        return float(text) if _NUMBER.fullmatch(text) else np.nan
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return np.nan
    try:
        return float(value)
    except OverflowError:
        return np.inf


def refuse_unusual(read: geometry.ReadShapes, settings: PlaceSettings, named: Path) -> list[str]:
    """A note where rings were closed.

    Raises:
        InputError: Shapes are of curves, or rings were closed though the settings refuse that.
    """
    if read.curved:
        curved = shortened(f"{number + 1} ({kind})" for number, kind in read.curved.items())
        raise InputError(
            f"Features are not polygons of straight edges: {curved}",
            where=f"places.path: {named}",
            fix="Write curves as straight edges, as by ogr2ogr -nlt CONVERT_TO_LINEAR.",
        )
    if not read.mended.any():
        return []
    if settings.invalid == "refuse":
        raise InputError(
            f"Rings are not closed, or have less than four points: feature {int(read.mended.argmax()) + 1}",
            where=f"places.path: {named}",
            fix="Close its rings and give each at least four points, or set places.invalid to repair.",
        )
    return [UNCLOSED]


def _system(srids: Iterable[int]) -> str | None:
    """The reference system of the SRIDs of shapes; None without SRIDs, a text that names all of them if they differ."""
    stated = {f"EPSG:{srid}" if srid else "none" for srid in srids}
    if stated == {"none", "EPSG:4326"}:  # degrees: stated by some, the default of the others
        return "EPSG:4326"
    return None if stated <= {"none"} else " and ".join(sorted(stated))


def _way(value: Any) -> tuple[str, Any, int]:
    """The encoding of a shape, the part of its value to read, and its SRID."""
    if isinstance(value, bytes):
        return "wkb", value, geometry.srid_of(value)
    if not isinstance(value, str) or not value.strip():
        return "", None, 0
    text = value.strip()
    packed = _HEX.fullmatch(text)
    if packed and len(packed[1]) % 2 == 0:
        wkb = bytes.fromhex(packed[1])
        return "wkb", wkb, geometry.srid_of(wkb)
    if text.startswith("{"):
        try:
            return "geojson", json.loads(text), 0
        except (ValueError, RecursionError):
            return "", None, 0
    srid = _SRID.match(text)
    return "wkt", text[srid.end() :] if srid else text, int(srid[1]) if srid else 0


def _refuse_none(
    found: geometry.Shapes, values: Sequence[Any], curved: dict[int, str], named: Path, setting: str
) -> None:
    """Raise InputError if no value is a shape, with the first of them."""
    first = next((value for value in values if value not in (None, "", b"")), None)
    if curved or first is None or any(each is not None for each in found):
        return
    raise InputError(
        f"No value of the mapped column is a shape; the first is {str(first)[:60]!r}",
        where=f"places.path: {named}, setting {setting}",
        fix="Map a column of WKT, WKB, hexadecimal WKB or GeoJSON, or two of latitudes and longitudes with a point"
        " as decimal sign.",
    )
