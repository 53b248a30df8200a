"""Shapes from well-known binary and text; what is not a shape becomes None."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from footfall.geometry.inside import Bools, Shapes

CURVED = {
    8: "CircularString",
    9: "CompoundCurve",
    10: "CurvePolygon",
    11: "MultiCurve",
    12: "MultiSurface",
    13: "Curve",
    14: "Surface",
    15: "PolyhedralSurface",
    16: "TIN",
    17: "Triangle",
}
"""How ISO 13249 numbers the shapes that GEOS cannot work with."""

_HAS_SRID = 0x20000000
_FLAGS = 0xE0000000
"""Heights, measures and an SRID, as PostGIS marks them."""

_MOST = 4000
"""Numbers of kinds end here; ISO adds thousands for heights and measures."""

_COLLECTION = 7

_UNREADABLE = (shapely.errors.ShapelyError, NotImplementedError, struct.error)


@dataclass(frozen=True)
class ReadShapes:
    """Shapes; the mask of those whose rings were repaired; the kinds that GEOS does not support, by position."""

    shapes: Shapes
    mended: Bools
    curved: dict[int, str]


def from_wkb(wkb: Sequence[bytes | None]) -> ReadShapes:
    """Shapes from well-known binary, ISO's or PostGIS', rings that are not closed or too short mended.

    Args:
        wkb: Binaries of any kind of shape; None stays None, and so does what is no shape.
    """
    given = np.array([*wkb, None], dtype=object)[:-1]
    mended = np.zeros(len(given), bool)
    try:
        return _straight(shapely.from_wkb(given), mended, {})
    except _UNREADABLE:
        return _one_by_one(given, mended)


def from_wkt(wkt: Sequence[str | None]) -> ReadShapes:
    """Shapes from well-known text without an SRID, rings that are not closed or too short mended."""
    given = np.array([*wkt, None], dtype=object)[:-1]
    mended, curved = np.zeros(len(given), bool), dict[int, str]()
    try:
        return _straight(shapely.from_wkt(given), mended, curved)
    except _UNREADABLE:
        found = np.full(len(given), None, dtype=object)
    kinds = {kind.upper(): kind for kind in CURVED.values()}
    for row, text in enumerate(given):
        word = "" if text is None else text.strip().partition("(")[0].split(maxsplit=1)
        first = word[0].upper() if word else ""
        if first in kinds:
            curved[row] = kinds[first]
            continue
        try:
            found[row] = shapely.from_wkt(text)
        except _UNREADABLE:
            found[row] = _mended_text(text)
            mended[row] = found[row] is not None
    return _straight(found, mended, curved)


def srid_of(wkb: bytes) -> int:
    """The number of the reference system that PostGIS writes into a binary; 0 if it holds none."""
    order = "<" if wkb[:1] == b"\x01" else ">"
    if len(wkb) < 9 or not struct.unpack_from(f"{order}I", wkb, 1)[0] & _HAS_SRID:
        return 0
    return int(struct.unpack_from(f"{order}I", wkb, 5)[0])


def _straight(shapes: Shapes, mended: Bools, curved: dict[int, str]) -> ReadShapes:
    """What was read, without collections that hold curves, which GEOS takes and cannot work with."""
    for row in np.flatnonzero(shapely.get_type_id(shapes) == _COLLECTION).tolist():
        if shapely.force_2d(shapes[row]) is None:
            curved[row], shapes[row] = "GeometryCollection of curves", None
    return ReadShapes(shapes, mended, curved)


def _one_by_one(given: Shapes, mended: Bools) -> ReadShapes:
    found, curved = np.full(len(given), None, dtype=object), dict[int, str]()
    for row, wkb in enumerate(given):
        try:
            found[row] = shapely.from_wkb(wkb)
        except NotImplementedError:
            curved[row] = _kind(wkb)
        except _UNREADABLE:
            if _kind(wkb):
                curved[row] = _kind(wkb)
                continue
            found[row] = _mended_binary(wkb)
            mended[row] = found[row] is not None
    return _straight(found, mended, curved)


def _kind(wkb: bytes) -> str:
    """The kind of a shape of curves or surfaces; empty of any other."""
    if len(wkb) < 5 or wkb[0] > 1:
        return ""
    number = struct.unpack_from("<I" if wkb[0] else ">I", wkb, 1)[0] & ~_FLAGS
    return CURVED.get(number % 1000, "") if number < _MOST else ""


def _mended_binary(wkb: bytes) -> shapely.Geometry | None:
    try:
        return shapely.from_wkb(wkb, on_invalid="fix")
    except _UNREADABLE:
        return None


def _mended_text(wkt: str) -> shapely.Geometry | None:
    try:
        return shapely.from_wkt(wkt, on_invalid="fix")
    except _UNREADABLE:
        return None
