"""Reads KML: every Placemark, in whatever folder, with its attributes as they are written."""

from collections import Counter
from pathlib import Path
from typing import Any
from xml.parsers import expat

import numpy as np

from footfall import geometry
from footfall.errors import InputError
from footfall.read.places.crs import WGS84
from footfall.read.places.features import Features, Records, refuse_twice
from footfall.read.places.shapes import refuse_unusual
from footfall.settings import PlaceSettings

_KINDS = {"Polygon": "Polygon", "Point": "Point", "LineString": "LineString", "LinearRing": "LineString"}
_OTHERS = {"Model": "Model", "Track": "Track", "MultiTrack": "MultiTrack"}
_GROUP = "MultiGeometry"
_NO_PLACES = ("GroundOverlay", "ScreenOverlay", "PhotoOverlay", "NetworkLink", "Tour")
_TEXTS = ("name", "description", "address", "phoneNumber", "Snippet", "styleUrl")
_DEEPEST = 500


class _Placemarks:
    """What the parser has seen of a file."""

    def __init__(self) -> None:
        self.begun = 0
        self.records: list[dict[str, Any]] = []
        self.ids: list[Any] = []
        self.shapes: list[Any] = []
        self.passed: Counter[str] = Counter()
        self.twice: list[str] = []
        self._path: list[str] = []
        self._record: dict[str, Any] | None = None
        self._groups: list[list[Any]] = []
        self._ring: list[Any] = []
        self._key = ""
        self._text: list[str] = []

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the begin of an element."""
        name = tag.rpartition(":")[2]
        self._path.append(name)
        self._text = []
        if len(self._path) > _DEEPEST:
            raise ValueError(f"its elements are more than {_DEEPEST} deep")
        if name == "Placemark":
            self.begun += 1
            self._record, self._groups = {}, [[]]
            self.ids.append(attributes.get("id"))
        elif name in _NO_PLACES:
            self.passed[name] += 1
        elif name in ("Data", "SimpleData"):
            self._key = attributes.get("name", "")
        elif name == _GROUP:
            self._groups.append([])
        elif name in _KINDS and not self._in_polygon():
            self._ring = []

    def take(self, text: str) -> None:
        """Take text."""
        self._text.append(text)

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        name = tag.rpartition(":")[2]
        text = "".join(self._text)
        self._text = []
        self._path.pop()
        parent = self._path[-1] if self._path else ""
        if self._record is None:
            return
        if name == "Placemark":
            self._add()
        elif name == "SimpleData" or (name == "value" and parent == "Data"):
            self._describe(self._key, text)
        elif name in _TEXTS and parent == "Placemark":
            self._describe(name, text)
        elif name == "coordinates":
            outer = self._path[-2:-1] == ["outerBoundaryIs"]
            self._ring.insert(0 if outer else len(self._ring), _points(text))
        elif name in _KINDS and not parent.endswith("BoundaryIs"):
            self._groups[-1].append(_shape(name, self._ring))
        elif name in _OTHERS:
            self._groups[-1].append({"type": name})
        elif name == _GROUP and len(self._groups) > 1:
            group = self._groups.pop()
            self._groups[-1].append({"type": "GeometryCollection", "geometries": group})

    def _describe(self, name: str, text: str) -> None:
        """Take an attribute of the Placemark; of two with one name the first, if they differ only to be refused."""
        record = {} if self._record is None else self._record
        if record.setdefault(name, text) != text:
            self.twice.append(name)

    def _in_polygon(self) -> bool:
        """Whether the element that began last is a ring of a polygon."""
        return len(self._path) > 1 and self._path[-2].endswith("BoundaryIs")

    def _add(self) -> None:
        (shapes, *_) = self._groups
        one = shapes[0] if len(shapes) == 1 else {"type": "GeometryCollection", "geometries": shapes}
        self.shapes.append(one if shapes else None)
        self.records.append(self._record or {})
        self._record = None


def read(file: Path, named: Path, settings: PlaceSettings) -> tuple[Features, list[str]]:
    """The Placemarks of a file as features, and notes on what was done to them and on what else is in it.

    Args:
        file: KML; where the file that the settings name is a KMZ, the one inside.
        named: The file as the settings name it, for errors.
        settings: What happens to rings that are not closed.

    Raises:
        InputError: A layer is asked for.
        ValueError: The file is no KML, or not whole.
    """
    if settings.layer is not None:
        where = f"places.path: {named}, places.layer"
        raise InputError("KML is read as a whole, without layers", where=where, fix="Take out places.layer.")
    found = _Placemarks()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = found.begin, found.end
    parser.CharacterDataHandler = found.take
    try:
        with file.open("rb") as opened:
            parser.ParseFile(opened)
    except (expat.ExpatError, LookupError) as failure:
        raise ValueError(f"its XML is damaged: {failure}") from failure
    if found.begun != len(found.records):
        raise ValueError(f"of its {found.begun} Placemarks, one begins within another")
    refuse_twice([*found.twice, *found.twice], settings, named)
    read = geometry.from_geojson(found.shapes)
    notes = refuse_unusual(geometry.ReadShapes(read.shapes, read.unclosed | read.short, {}), settings, named)
    if found.passed:
        parts = ", ".join(f"{number} {name}" for name, number in sorted(found.passed.items()))
        notes.append(f"The file holds what is no Placemark, and is not read: {parts}.")
    columns = Records(found.records, found.ids)
    numbers = np.arange(1, len(found.records) + 1)
    return Features(numbers, read.shapes, tuple(columns), columns, WGS84), notes


def _points(text: str) -> list[list[float]] | None:
    """Longitude and latitude of each point; None if one of them is no number."""
    try:
        return [[float(part) for part in each.split(",")[:2]] for each in text.split()]
    except ValueError:
        return None


def _shape(name: str, rings: list[Any]) -> dict[str, Any]:
    """A shape as a GeoJSON geometry; one without coordinates if it cannot be read."""
    kind = _KINDS[name]
    if not rings or any(ring is None for ring in rings):
        return {"type": kind}
    if kind == "Polygon":
        return {"type": kind, "coordinates": rings}
    return {"type": kind, "coordinates": rings[0][0] if kind == "Point" and rings[0] else rings[0]}
