"""Pings where an answer is hardest: on vertices, edges and cell borders, and one step of a double beside them."""

import numpy as np
import numpy.typing as npt
import shapely
from numpy.random import Generator

Points = npt.NDArray[np.float64]


def anywhere(chance: Generator, shapes: list[shapely.Geometry], number: int) -> Points:
    """Pings all over the box of the shapes, and a little outside."""
    west, south, east, north = shapely.total_bounds(np.array(shapes))
    wide, high = (east - west) / 20, (north - south) / 20
    return chance.uniform((west - wide, south - high), (east + wide, north + high), (number, 2))


def inside_boxes(chance: Generator, shapes: list[shapely.Geometry], number: int) -> Points:
    """Pings in the boxes of shapes drawn by chance, so that small ones get theirs."""
    boxes = shapely.bounds(np.array(shapes))[chance.integers(0, len(shapes), number)]
    return boxes[:, :2] + chance.uniform(0, 1, (number, 2)) * (boxes[:, 2:] - boxes[:, :2])


def outline(shapes: list[shapely.Geometry]) -> tuple[Points, Points]:
    """All vertices, and the middles of all edges, exact where two coordinates can be halved."""
    rings = shapely.get_rings(shapely.get_parts(np.array(shapes)))
    vertices, ring = shapely.get_coordinates(rings, return_index=True)
    joined = ring[1:] == ring[:-1]
    return vertices, (vertices[:-1] / 2 + vertices[1:] / 2)[joined]


def beside(points: Points) -> Points:
    """The points themselves, and their neighbours one double away in all eight directions."""
    lon, lat = points.T
    columns = (np.nextafter(lon, -np.inf), lon, np.nextafter(lon, np.inf))
    rows = (np.nextafter(lat, -np.inf), lat, np.nextafter(lat, np.inf))
    return np.vstack([np.column_stack([x, y]) for x in columns for y in rows])


def sound_for_geos(points: Points) -> Points:
    """The points but those so near to zero that the products inside GEOS underflow."""
    return points[((points == 0) | (np.abs(points) > 1e-100)).all(axis=1)]


def on_outline(chance: Generator, shapes: list[shapely.Geometry], number: int) -> Points:
    """Some vertices, middles of edges and points along edges, each with its eight neighbours."""
    vertices, middles = outline(shapes)
    points = np.vstack([vertices, middles])
    return beside(points[chance.permutation(len(points))[:number]])


def on_cell_borders(points: Points) -> Points:
    """The points moved to corners and sides of cells of 2^-3 to 2^-24 degrees, and their eight neighbours."""
    found = []
    for level in (3, 8, 11, 13, 18, 24):
        corners = np.floor(points * 2.0**level) / 2.0**level
        found += [corners, np.column_stack([corners[:, 0], points[:, 1]])]
        found += [np.column_stack([points[:, 0], corners[:, 1]])]
    return beside(np.vstack(found))


def all_kinds(chance: Generator, shapes: list[shapely.Geometry], number: int) -> Points:
    """Pings of all kinds around the shapes: `number` anywhere, and about as many of each other kind."""
    return np.vstack(
        [
            anywhere(chance, shapes, number),
            inside_boxes(chance, shapes, number),
            on_outline(chance, shapes, number // 9),
            on_cell_borders(inside_boxes(chance, shapes, number // 162 + 1)),
        ]
    )
