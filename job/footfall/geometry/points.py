"""Points, and the polygons around them."""

import numpy as np
import shapely

from footfall.geometry.inside import Bools, Shapes
from footfall.geometry.rings import Floats

POINT, MULTIPOINT = 0, 4
"""How GEOS numbers a single point, and a list of points."""


def are_points(shapes: Shapes) -> Bools:
    """Which shapes are single points."""
    found: Bools = shapely.get_type_id(shapes) == POINT
    return found


def points(x: Floats, y: Floats) -> Shapes:
    """A point of each pair of coordinates; none if one of them is no number."""
    found: Shapes = np.full(len(x), None, dtype=object)
    there = np.isfinite(x) & np.isfinite(y)
    found[there] = shapely.points(x[there], y[there])
    return found


def coordinates(shapes: Shapes) -> Floats:
    """(n, 2): x and y of all points of the shapes, one after the other."""
    found: Floats = shapely.get_coordinates(shapes)
    return found


def within_the_world(rings: Floats) -> Shapes:
    """Polygons of (n, m, 2) rings in degrees, those that reach over longitude 180 as two parts of one multipolygon."""
    shapes: Shapes = shapely.polygons(rings)
    for i in np.flatnonzero(np.abs(shapely.bounds(shapes)[:, [0, 2]]).max(axis=1) > 180):
        turns = (
            shapely.transform(shapes[i], lambda at, by=by: at + np.array([by, 0])) for by in (-360, 0, 360)
        )
        parts = [shapely.intersection(turned, shapely.box(-180, -90, 180, 90)) for turned in turns]
        shapes[i] = shapely.multipolygons([each for each in parts if each.area > 0])
    return shapes
