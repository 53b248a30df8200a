"""Polygons as other programs take them: outer rings counterclockwise, as GeoJSON, or all as multipolygons."""

from collections.abc import Sequence

import shapely

from footfall.geometry.inside import Shapes
from footfall.geometry.rings import Floats


def right_handed(wkb: Sequence[bytes]) -> Shapes:
    """The polygons with outer rings counterclockwise and holes clockwise, as RFC 7946 and GeoParquet name it."""
    found: Shapes = shapely.orient_polygons(shapely.from_wkb(list(wkb)), exterior_cw=False)
    return found


def to_geojson(shapes: Shapes) -> list[str]:
    """Each shape as a geometry of GeoJSON, with as many digits as give the same coordinates again."""
    return [str(each) for each in shapely.to_geojson(shapes)]


def as_multipolygons(shapes: Shapes) -> Shapes:
    """The polygons as multipolygons, for files in which all shapes are of one kind."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    found: Shapes = shapely.multipolygons(parts, indices=owner)
    return found


def box_around(shapes: Shapes) -> Floats:
    """The smallest box around all shapes: west, south, east, north, in their units."""
    found: Floats = shapely.total_bounds(shapes)
    return found
