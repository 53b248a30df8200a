"""Places that are points: circles of so many metres around them, as polygons in degrees."""

from pathlib import Path

import numpy as np
import pyproj

from footfall import geometry
from footfall.errors import InputError
from footfall.plurals import shortened
from footfall.read.places.features import Features
from footfall.read.places.shapes import number
from footfall.settings import PlaceSettings

VERTICES = 64
"""Corners of a circle; the polygon between them has 0.16 % less area than the circle."""

_MOST_OFF = 0.01
"""The share of the radius by which the middle of an edge may differ from that of a regular polygon."""

_SURELY_FAR, _SURELY_SMALL = 60.0, 100_000.0
"""Degrees from the equator and metres of radius up to which the middle of an edge is off by less than 0.0001."""

_EARTH = pyproj.Geod(ellps="WGS84")


def around_points(features: Features, settings: PlaceSettings) -> tuple[Features, list[str]]:
    """The features with points turned into circles, and a note on how many.

    A corner of a circle lies where the geodesic of the radius's length ends that leaves the point at one of 64
    azimuths, north being the first, on the ellipsoid of WGS84. Edges are straight lines in degrees, as of all places.

    Args:
        features: Flat shapes in WGS84.
        settings: The radius of all points, or the column that holds that of each.

    Raises:
        InputError: A point has no radius, or one that is no length, or its circle reaches so near to a pole that it is
            no circle in degrees.
    """
    are = geometry.are_points(features.shapes)
    numbers = features.numbers[are]
    path = Path(settings.path)
    radii = _radii(features.where(are), settings)
    wrong = ~(np.isfinite(radii) & (radii > 0))
    if wrong.any():
        raise _refusal("Features have no radius of more than 0 metres", numbers[wrong], path, _RADIUS)
    centres = geometry.coordinates(features.shapes[are])
    rings, off = _rings(centres, radii)
    if (off > _MOST_OFF).any():
        what = "Circles reach too near to a pole, or around the earth, to be polygons in degrees"
        raise _refusal(
            what, numbers[off > _MOST_OFF], path, "Leave these places out, or give them as polygons."
        )
    shapes = features.shapes.copy()
    shapes[are] = geometry.within_the_world(rings)
    wide = "metres" if settings.columns.radius is None else f"metres, by the column {settings.columns.radius}"
    size = f"{radii.min():g}" if radii.min() == radii.max() else f"{radii.min():g} to {radii.max():g}"
    note = f"Points were taken as circles of {size} {wide}, as polygons of {VERTICES} corners: {len(radii)}."
    others = len(features) - len(radii)
    notes = [note, f"Features that are polygons already stayed as they are: {others}."] if others else [note]
    return features.with_shapes(shapes), notes


_RADIUS = "Give each a radius in metres by places.columns.radius, or all by places.radius."


def _radii(points: Features, settings: PlaceSettings) -> geometry.Floats:
    """The radius of each point in metres: its own, or else that of all; NaN if it is not a number."""
    every = np.nan if settings.radius is None else settings.radius
    if settings.columns.radius is None:
        return np.full(len(points), every)
    values = points.values(settings.columns.radius)
    blank = [value is None or (isinstance(value, str) and not value.strip()) for value in values]
    return np.array(
        [every if none else number(value) for value, none in zip(values, blank, strict=True)], float
    )


def _rings(centres: geometry.Floats, radii: geometry.Floats) -> tuple[geometry.Floats, geometry.Floats]:
    """Closed rings around centres, (n, 65, 2), and the largest error of the middle of an edge, in radii."""
    azimuths = np.append(np.arange(VERTICES), 0) * (360 / VERTICES)
    lon, lat = (np.repeat(centres[:, [axis]], len(azimuths), axis=1) for axis in (0, 1))
    length = np.repeat(radii[:, None], len(azimuths), axis=1)
    x, y, _ = _EARTH.fwd(lon, lat, np.broadcast_to(azimuths, lon.shape).copy(), length)
    # In one piece around the centre, beyond 180 degrees where it must be.
    x = lon + (x - lon + 180) % 360 - 180
    x[:, -1], y[:, -1] = x[:, 0], y[:, 0]
    off = np.zeros(len(radii))
    doubtful = (np.abs(centres[:, 1]) > _SURELY_FAR) | (radii > _SURELY_SMALL)
    if doubtful.any():
        off[doubtful] = _off(x[doubtful], y[doubtful], centres[doubtful], radii[doubtful])
    return np.stack([x, y], axis=2), off


def _off(
    x: geometry.Floats, y: geometry.Floats, centres: geometry.Floats, radii: geometry.Floats
) -> geometry.Floats:
    """The largest error of the middle of an edge of each ring, in radii; infinite around a pole."""
    middle_x, middle_y = (x[:, 1:] + x[:, :-1]) / 2, (y[:, 1:] + y[:, :-1]) / 2
    lon, lat = (np.repeat(centres[:, [axis]], VERTICES, axis=1) for axis in (0, 1))
    _, _, found = _EARTH.inv(lon, lat, middle_x, middle_y)
    expected = radii[:, None] * np.cos(np.pi / VERTICES)
    off: geometry.Floats = (np.abs(found - expected) / radii[:, None]).max(axis=1)
    _, _, to_pole = _EARTH.inv(centres[:, 0], centres[:, 1], centres[:, 0], np.copysign(90, centres[:, 1]))
    off[to_pole <= radii] = np.inf
    return off


def _refusal(what: str, numbers: geometry.Ints, path: Path, fix: str) -> InputError:
    return InputError(f"{what}: features {shortened(numbers)}", where=f"places.path: {path}", fix=fix)
