"""Converts coordinates of places from any reference system to WGS84 degrees."""

import json
from pathlib import Path

import numpy as np

from footfall import geometry
from footfall.errors import InputError
from footfall.plurals import shortened
from footfall.read.places.features import Features

WGS84 = "EPSG:4326"
OVERSHOOT = 1e-9
"""Degrees by which rounding may carry a coordinate over the edge of the world."""

_WORLD = np.array([180.0, 90.0])

_NAMES = {
    *(
        "epsg:4326",
        "ogc:crs84",
        "crs84",
        "wgs84",
        "urn:ogc:def:crs:ogc:1.3:crs84",
        "urn:ogc:def:crs:ogc::crs84",
    ),
    *("urn:ogc:def:crs:epsg::4326", "http://www.opengis.net/def/crs/ogc/1.3/crs84"),
    *(
        'geogcs["gcs_wgs_1984",datum["d_wgs_1984",spheroid["wgs_1984",6378137.0,298.257223563]],'
        f'primem["greenwich",0.0],unit["degree",{degree}]]'
        for degree in ("0.0174532925199433", "0.017453292519943295")
    ),
    *("http://www.opengis.net/def/crs/epsg/0/4326", "https://www.opengis.net/def/crs/ogc/1.3/crs84"),
}
"""Names of WGS84 in degrees; if one is used, PROJ need not be loaded."""

_IDS = (("OGC", "CRS84"), ("EPSG", "4326"))
"""How PROJJSON names it: authority and code."""


def to_degrees(features: Features, named: str | None, path: Path) -> tuple[Features, str, list[str]]:
    """The features in WGS84, x = longitude, y = latitude.

    Vertices are converted; an edge is the straight line between them in degrees. The file's reference system holds;
    without one that of the settings; without these the default of the format.

    Args:
        features: Flat polygons in the file's reference system.
        named: The system of the settings, for files that state none.
        path: The file, for messages.

    Returns:
        The features, the name of the system they were in, and notes on what was done to coordinates.

    Raises:
        InputError: No system is known, two contradict each other, coordinates are no numbers, not on the earth
            or nearly zero, or reprojected polygons cross the antimeridian.
        SettingsError: The system of the settings is not known.
    """
    said = [each for each in (features.crs, named) if each is not None] or [features.default or ""]
    infinite, what = ~geometry.finite(features.shapes), "have coordinates that are no numbers"
    degrees, name, moved = features, WGS84, list[str]()
    if all(is_wgs84(each) for each in said):
        refuse(features, infinite, what, path)
    else:
        from footfall.read.places import (
            systems,  # PROJ, which most files do not need, takes a tenth of a second
        )

        system = systems.of(features, named, path)
        refuse(features, infinite, what, path)
        degrees, name, moved = systems.to_wgs84(features, system, path)
    kept, clamped = _within_the_earth(degrees, path)
    return kept, name, [*moved, *clamped, *_very_wide(kept)]


def is_wgs84(crs: str) -> bool:
    """Whether a text names WGS84 in degrees, by one of its usual names or as PROJJSON with its code."""
    if crs.lower() in _NAMES:
        return True
    if not crs.startswith("{"):
        return False
    try:
        said = json.loads(crs).get("id")
    except ValueError:
        return False
    return isinstance(said, dict) and (said.get("authority"), str(said.get("code"))) in _IDS


def refuse(
    features: Features,
    bad: geometry.Bools,
    what: str,
    path: Path,
    fix: str = "Correct the coordinates, or the reference system that the file or places.crs states.",
) -> None:
    """Raise InputError with the numbers of bad features and the box of the first, if there are any."""
    if bad.any():
        box = "from ({:.6g}, {:.6g}) to ({:.6g}, {:.6g})".format(*geometry.corners(features.shapes[bad])[0])
        raise InputError(
            f"Polygons {what}: features {shortened(features.numbers[bad])}; the first reaches {box}",
            where=str(path),
            fix=fix,
        )


def _within_the_earth(features: Features, path: Path) -> tuple[Features, list[str]]:
    """The features, with coordinates that rounding moved beyond 180 or 90 degrees set to these, and notes."""
    shapes = features.shapes
    tiny = geometry.nearly_zero(shapes)
    refuse(
        features, tiny, "have coordinates that are nearly zero and not zero, as only damaged files do", path
    )
    over = (geometry.farthest(shapes) - _WORLD).max(axis=1)
    refuse(
        features,
        over > OVERSHOOT,
        "reach beyond 180 degrees of longitude or 90 of latitude",
        path,
        fix="Correct the reference system (places.crs where the file states none), or split them at longitude 180.",
    )
    if not (over > 0).any():
        return features, []
    shapes = shapes.copy()
    shapes[over > 0] = geometry.clamped(shapes[over > 0])
    note = f"Rounding beyond the edge of the world was taken back: features {shortened(features.numbers[over > 0])}."
    return features.with_shapes(shapes), [note]


def _very_wide(features: Features) -> list[str]:
    wide = features.numbers[geometry.longest_jump(features.shapes) > 180]
    what = "Polygons have edges over more than 180 degrees of longitude, which are taken as they are written"
    fix = "Split places that cross longitude 180 there: as written, they reach around the other side of the earth."
    return [f"{what}: features {shortened(wide)}. {fix}"] if len(wide) else []
