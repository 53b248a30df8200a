"""Recognizes the format of a file by its content, or else by its name."""

import re
from pathlib import Path

from footfall.errors import InputError
from footfall.read.places import flatgeobuf, geopackage
from footfall.settings.place_formats import (
    ESRI_JSON,
    FLATGEOBUF,
    GEOJSON,
    GEOPACKAGE,
    GML,
    KML,
    PARQUET,
    PLACE_FORMATS,
    SHAPEFILE,
    TOPOJSON,
    PlaceFormat,
    names,
)

_HEAD = 65536
"""Bytes at the beginning of a file that tell what it is."""

_BLANK = b" \t\r\n\x1e"
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_TOPOJSON = re.compile(rb'"type"\s*:\s*"Topology"')
_ESRI_JSON = re.compile(rb'"geometryType"\s*:\s*"esriGeometry|"rings"\s*:')
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([\w.-]+)[\s>/]")
_OTHER_XML = re.compile(rb"<!--.*?-->|<\?.*?\?>|<![^>]*>", re.DOTALL)
_GML_NAMESPACE = b"opengis.net/gml"
_MAGIC = (
    (geopackage.MAGIC, GEOPACKAGE),
    (flatgeobuf.MAGIC, FLATGEOBUF),
    (b"PAR1", PARQUET),
)
_OTHERS = (
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it and name the file inside."),
    (b"Rar!", "a RAR archive", "Unpack it and name the file inside."),
    (b"%PDF", "a PDF", "Ask for the places as data."),
    (
        b"version https://git-lfs",
        "a pointer of Git LFS, not the file itself",
        "Fetch the file by git lfs pull.",
    ),
)
_FOREIGN = {
    **dict.fromkeys((".tab", ".mif", ".mid"), "a file of MapInfo"),
    **dict.fromkeys((".gdb", ".gdbtable"), "a file geodatabase of Esri"),
    **dict.fromkeys((".xlsx", ".xls", ".ods"), "a spreadsheet"),
    **dict.fromkeys((".sqlite", ".db"), "SQLite that is no GeoPackage"),
    **dict.fromkeys((".dxf", ".dwg"), "a drawing"),
    **dict.fromkeys((".gpx",), "GPX, which has no polygons"),
    **dict.fromkeys((".osm", ".pbf"), "data of OpenStreetMap"),
    **dict.fromkeys((".vrt",), "a description of other files"),
    **dict.fromkeys(
        (".dbf", ".shx", ".prj", ".cpg"), "a part of a shapefile, of which the .shp is to be named"
    ),
}
_TAR = (257, b"ustar")


def is_foreign(file: Path) -> bool:
    """Whether a file's name says that it is in a format that is not read, whatever it is packed by."""
    return file.suffix.lower() in _FOREIGN


def format_of(file: Path, named: Path) -> PlaceFormat:
    """The format of an unpacked file.

    Args:
        file: The file.
        named: The file as the settings name it, for errors.

    Raises:
        InputError: It is in none of the formats that are read.
    """
    with file.open("rb") as opened:
        head = opened.read(_HEAD)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    by_name = [each for each in PLACE_FORMATS if file.suffix.lower() in each.endings]
    _refuse_others(file, head, named)
    if SHAPEFILE in by_name:
        return SHAPEFILE
    text = head
    for mark in _MARKS:
        text = text.removeprefix(mark)
    text = text.replace(b"\0", b"").lstrip(_BLANK)
    if text.startswith(b"<"):
        return _of_xml(text, by_name, named)
    if text.startswith((b"{", b"[")) or GEOJSON in by_name:
        return TOPOJSON if _TOPOJSON.search(head) else ESRI_JSON if _is_esri(head) else GEOJSON
    if by_name:
        return by_name[0]
    raise _unknown("is in no supported format", named)


def _is_esri(head: bytes) -> bool:
    return bool(_ESRI_JSON.search(head)) and b'"attributes"' in head and b'"Feature' not in head


def _of_xml(text: bytes, by_name: list[PlaceFormat], named: Path) -> PlaceFormat:
    root = _ROOT.search(_OTHER_XML.sub(b"", text))
    name = root[1].decode("ascii", "replace") if root else "nothing"
    if name == "kml" or (KML in by_name and name in ("Document", "Folder", "Placemark")):
        return KML
    if GML in by_name or (name.endswith("FeatureCollection") and _GML_NAMESPACE in text):
        return GML
    raise _unknown(f"is XML of another kind: it begins with <{name}>", named)


def _refuse_others(file: Path, head: bytes, named: Path) -> None:
    """Raise InputError if a file is something that people mistake for a file of places."""
    for magic, what, fix in _OTHERS:
        if head.startswith(magic):
            raise InputError(f"The file of places is {what}", where=f"places.path: {named}", fix=fix)
    start, magic = _TAR
    if head[start : start + len(magic)] == magic:
        fix = "Unpack it and name the file inside."
        raise InputError("The file of places is a tar archive", where=f"places.path: {named}", fix=fix)
    foreign = _FOREIGN.get(file.suffix.lower())
    if foreign:
        raise _unknown(f"is {foreign}", named)


def _unknown(what: str, named: Path) -> InputError:
    return InputError(
        f"The file of places cannot be read: it {what}",
        where=f"places.path: {named}",
        fix=f"Give {names()}; ogr2ogr of GDAL turns most others into GeoPackage.",
    )
