"""Reads GeoJSON, whole or one feature a line: every feature, with its attributes as they are written."""

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from footfall import geometry, plurals
from footfall.errors import InputError
from footfall.read.places import pages
from footfall.read.places.encodings import decode
from footfall.read.places.features import Features, Records
from footfall.read.places.json_values import Member, NotJson, Whole, line, walk
from footfall.read.places.shapes import DEFAULT_CRS, refuse_unusual
from footfall.settings import PlaceSettings

_AT_ONCE = 1000
"""Features whose coordinates are held as objects of Python."""

_GEOMETRIES = (
    *("Polygon", "MultiPolygon", "GeometryCollection"),
    *("Point", "MultiPoint", "LineString", "MultiLineString"),
)


@dataclass
class _Found:
    """The features that were read so far."""

    records: list[dict[str, Any]] = field(default_factory=list)
    ids: list[Any] = field(default_factory=list)
    waiting: list[Any] = field(default_factory=list)
    shapes: list[geometry.GeoJsonShapes] = field(default_factory=list)
    systems: dict[str, None] = field(default_factory=dict)
    name: str | None = None
    partial: dict[str, None] = field(default_factory=dict)
    number_of_all: int = 0
    without_system: bool = False
    whole_system: bool = False

    def add(self, feature: dict[str, Any]) -> None:
        """Add a feature: its geometry, properties and id."""
        shape = feature.get("geometry")
        stated = [self.state(part) for part in (feature, shape) if isinstance(part, dict)]
        self.without_system |= not any(stated)
        self.records.append(feature.get("properties") or {})
        self.ids.append(feature.get("id"))
        self.waiting.append(shape)
        if len(self.waiting) == _AT_ONCE:
            self.make_shapes()

    def state(self, where: dict[str, Any]) -> bool:
        """Note the reference system that a collection, a feature or a geometry states; gives whether it states one."""
        if "crs" in where:
            self.systems[_system(where["crs"])] = None
        return "crs" in where

    def make_shapes(self) -> None:
        """Turn coordinates into shapes, which take less memory."""
        self.shapes.append(geometry.from_geojson(self.waiting))
        self.waiting = []


def read(file: Path, named: Path, settings: PlaceSettings) -> tuple[Features, list[str]]:
    """The features of a file, and notes on what was done to them.

    Args:
        file: GeoJSON: a collection, features or geometries one after the other.
        named: The file as the settings name it, for errors: the same, or the zip it came from.
        settings: The encoding, what happens to rings that are not closed, and the layer: the name of a collection, or
            of the file.

    Raises:
        InputError: Something in the file is no feature, or it is in another encoding.
        ValueError: The file is no GeoJSON at all.
    """
    found = _Found()
    text = decode(file.read_bytes(), settings.encoding, named)
    try:
        with _no_search_for_cycles():
            _take_all(found, text, named)
    except NotJson as failure:
        if not text[: failure.start].strip(" \t\r\n\x1e"):
            if text[failure.start : failure.start + 1] == "[":
                what = (
                    'it is a list, and has to be an object: {"type": "FeatureCollection", "features": [...]}'
                )
                raise ValueError(what) from failure
            raise
        number, words = line(text, failure.start)
        raise InputError(
            f"Line {number} is not a GeoJSON feature: {words[:60]!r}",
            where=f"places.path: {named}",
            fix="Write one whole feature on each line and nothing behind it, or one collection of features.",
        ) from failure
    if not text.strip():
        raise ValueError("there is nothing but blanks in it")
    _refuse_other_layer(settings.layer, found.name or file.name.partition(".")[0], named)
    return _features(found, named, settings)


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Pause Python's garbage collection inside the block.

    Parsed JSON has no cycles, and the search for them takes as long as the parsing.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _take_all(found: _Found, text: str, named: Path) -> None:
    for start, part in walk(text):
        if isinstance(part, Member):
            _take_member(found, part.value, named)
        elif not _take(found, part):
            raise NotJson(start, f"Expecting an object of GeoJSON, not one of type {_kind(part.members)}")
    found.make_shapes()


def _take_member(found: _Found, value: Any, named: Path) -> None:
    """Take a member of a collection.

    Raises:
        InputError: It is no feature.
    """
    number = len(found.records) + 1
    why = None
    if not isinstance(value, dict) or value.get("type") != "Feature":
        why = f"is not a GeoJSON feature: {json.dumps(value)[:60]}"
    elif "features" in value:
        why = f"holds features itself: {json.dumps(value)[:60]}"
    elif not isinstance(value.get("properties"), dict | None):
        why = f"has properties that are no object: {json.dumps(value['properties'])[:60]}"
    if why:
        raise InputError(
            f"Member {number} of the features {why}",
            where=f"places.path: {named}",
            fix='Give each member the type "Feature", a geometry and properties, or take it out.',
        )
    found.add(value)


def _take(found: _Found, whole: Whole) -> bool:
    """Take an object of the file; returns whether it is one of GeoJSON."""
    members = whole.members
    kind = members.get("type")
    if kind == "FeatureCollection" and whole.listed:
        found.whole_system |= found.state(members)
        found.name = members["name"] if isinstance(members.get("name"), str) else found.name
        found.partial.update(dict.fromkeys(pages.partial(members)))
        found.number_of_all = max(found.number_of_all, pages.number_of_all(members))
        return True
    if whole.listed:
        return False
    if kind == "Feature" and isinstance(members.get("properties"), dict | None):
        found.add(members)
        return True
    if kind in _GEOMETRIES:
        found.add({"geometry": members})
        return True
    return False


def _kind(members: dict[str, Any]) -> str:
    return json.dumps(members.get("type"))[:60]


def _system(crs: Any) -> str:
    """The name of a reference system, as GeoJSON of 2008 writes it; empty if it says that there is none."""
    if crs is None:
        return ""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    if isinstance(properties, dict):
        if crs.get("type") == "name" and isinstance(properties.get("name"), str):
            return str(properties["name"])
        if crs.get("type") == "EPSG" and isinstance(properties.get("code"), int):
            return f"EPSG:{properties['code']}"
    return json.dumps(crs)


def _refuse_other_layer(layer: str | None, name: str, named: Path) -> None:
    if layer is not None and layer != name:
        raise InputError(
            f"There is no layer {layer!r}; there are: {name}",
            where=f"places.path: {named}, places.layer: {layer}",
            fix="Correct places.layer.",
        )


def _features(found: _Found, named: Path, settings: PlaceSettings) -> tuple[Features, list[str]]:
    shapes = np.concatenate([each.shapes for each in found.shapes])
    mended = np.concatenate([each.unclosed | each.short for each in found.shapes])
    numbers = np.arange(1, len(shapes) + 1)
    notes = refuse_unusual(geometry.ReadShapes(shapes, mended, {}), settings, named)
    notes.extend(found.partial)
    if found.number_of_all > len(shapes):
        there = plurals.counted(found.number_of_all, "feature")
        notes.append(f"The server that wrote the file has {there}, the file {len(shapes)}.")
    columns = Records(found.records, found.ids)
    partly = found.systems and found.without_system and not found.whole_system
    systems = " and ".join([*found.systems, *(["none"] if partly else [])]) or None
    default = None if found.systems else DEFAULT_CRS
    return Features(numbers, shapes, tuple(columns), columns, systems, default), notes
