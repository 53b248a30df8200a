"""`footfall.locate`: each ping with the places that GEOS says contain it."""

import math
from typing import Any

import geopandas
import numpy as np
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import footfall
from tests.library.town import (
    EAST,
    PAIRS,
    PING_SOURCES,
    PINGS,
    PLACE_SOURCES,
    PLACES,
    SHAPES,
    WEST,
    WKT,
    pairs,
)

SOUND = PINGS.slice(0, 4)

Points = list[tuple[float, float]]


def points_of(points: Points) -> pa.Table:
    """Pings that have nothing but coordinates."""
    lon, lat = ([point[axis] for point in points] for axis in (0, 1))
    return pa.table({"lat": pa.array(lat, pa.float64()), "lon": pa.array(lon, pa.float64())})


def places_of(**shapes: shapely.Geometry) -> geopandas.GeoDataFrame:
    """Places by their ids."""
    return geopandas.GeoDataFrame({"place_id": [*shapes]}, geometry=[*shapes.values()], crs="EPSG:4326")


@pytest.mark.parametrize("source", PING_SOURCES)
def test_pings_of_each_source_are_found(source: str) -> None:
    """A row without a latitude is in no place, and told; what was given is there with each pair."""
    with pytest.warns(footfall.FootfallWarning, match="1 of 6 rows could not be used: 1 missing_field:lat"):
        found = footfall.locate(PING_SOURCES[source](), PLACES)
    assert pairs(found.table) == PAIRS
    assert found.table.column_names == ["row", "device", "at", "lat", "lon", "place_id"]
    assert found.table["device"].cast(pa.string()).to_pylist() == ["ann", "ann", "bob", "bob"]
    assert (found.pings, found.inside, found.unusable) == (6, 4, {"missing_field:lat": 1})


@pytest.mark.parametrize("source", PLACE_SOURCES)
def test_places_of_each_source_hold_the_same_pings(source: str) -> None:
    """Whatever their shapes are written in, and in whatever reference system."""
    places, keywords = PLACE_SOURCES[source]
    assert pairs(footfall.locate(SOUND, places(), **keywords).table) == PAIRS


def test_only_the_columns_that_are_named_are_kept() -> None:
    """None at all for an empty list; the coordinates need not be among them."""
    assert footfall.locate(SOUND, PLACES, keep=["device"]).table.column_names == ["row", "device", "place_id"]
    assert footfall.locate(SOUND, PLACES, keep=[]).table.column_names == ["row", "place_id"]


def test_pings_in_no_place_may_be_kept() -> None:
    """A left join; nothing says more of a row without coordinates than that it is in no place."""
    with pytest.warns(footfall.FootfallWarning):
        found = footfall.locate(PINGS, PLACES, how="left", keep=[])
    assert pairs(found.table) == [*PAIRS, (4, None), (5, None)]


def test_a_ping_in_two_places_has_two_rows() -> None:
    """In the order of their ids."""
    found = footfall.locate(SOUND, places_of(west=WEST, both=shapely.box(10, 50, 12, 51)), keep=[])
    assert pairs(found.table) == [
        (0, "both"),
        (0, "west"),
        (1, "both"),
        (1, "west"),
        (2, "both"),
        (3, "both"),
    ]


@pytest.mark.parametrize(
    ("boundary", "wanted"),
    [("open", []), ("closed", [(0, "east"), (0, "west")]), ("half_open", [(0, "east")])],
)
def test_a_ping_on_a_boundary_is_where_the_setting_says(boundary: str, wanted: list[tuple[int, str]]) -> None:
    """On the edge between two places: in none, in both, or in one."""
    found = footfall.locate(points_of([(11.0, 50.5)]), PLACES, boundary=boundary, keep=[])
    assert pairs(found.table) == wanted


def test_coordinates_may_be_text_and_wrong() -> None:
    """Each row that has none that can be used is told by its reason; zero is a point like any other."""
    odd = pa.table({"lat": ["0", "north", "", "95", "50,5"], "lon": ["0", "10", "10", "10,5", "10,5"]})
    with pytest.warns(footfall.FootfallWarning):
        found = footfall.locate(odd, places_of(null=shapely.box(-1, -1, 1, 1), west=WEST), pings_decimal=",")
    assert pairs(found.table) == [(0, "null"), (4, "west")]
    assert found.unusable == {"wrong_type:lat": 1, "missing_field:lat": 1, "coordinates_swapped": 1}


def test_no_ping_is_in_no_place() -> None:
    """An empty table gives an empty one, with its columns."""
    found = footfall.locate(SOUND.slice(0, 0), PLACES)
    assert (len(found), found.table.column_names[0], found.table.column_names[-1]) == (0, "row", "place_id")


@pytest.mark.parametrize(
    ("pings", "keywords", "error", "what"),
    [
        (SOUND.drop_columns(["lon"]), {}, footfall.InputError, "The table has no column `lon`"),
        (SOUND, {"keep": ["devise"]}, footfall.InputError, "The table has no column `devise`"),
        (SOUND.append_column("row", [[1] * 4]), {}, footfall.InputError, "The pings have a column `row`"),
        ("pings.csv", {}, footfall.InputError, "Pings are looked up in tables, and a path was given"),
        (SOUND, {"k": 3}, footfall.SettingsError, "The setting `privacy.k` changes nothing here"),
        (SOUND, {"boundry": "open"}, footfall.SettingsError, "There is no setting 'boundry'"),
        (SOUND, {"how": "outer"}, footfall.SettingsError, "There is no join 'outer'"),
    ],
    ids=str,
)
def test_what_cannot_be_joined_is_refused(
    pings: Any, keywords: dict[str, Any], error: type[footfall.FootfallError], what: str
) -> None:
    """One error: what, where, and what to do."""
    with pytest.raises(error) as caught:
        footfall.locate(pings, PLACES, **keywords)
    assert caught.value.what.startswith(what)


def test_shapes_that_no_column_is_mapped_to_are_named() -> None:
    """The error says which column it is."""
    with pytest.raises(footfall.InputError, match="'shape' holds shapes"):
        footfall.locate(SOUND, WKT)
    assert pairs(footfall.locate(SOUND, WKT, **SHAPES).table) == PAIRS


LATTICE = st.integers(4, 12).map(lambda n: n / 4)
"""Away from zero, beside which the products inside GEOS underflow (`geometry/inside.py`)."""


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(LATTICE, LATTICE), min_size=1, max_size=30),
    st.lists(st.lists(st.tuples(LATTICE, LATTICE), min_size=3, max_size=7), min_size=1, max_size=3),
    st.integers(0, 3),
)
def test_every_pair_is_one_that_geos_finds(points: Points, rings: list[Points], further: int) -> None:
    """Points and corners on one lattice, so that many lie on edges and corners; also one step beside them."""
    points = [
        (math.nextafter(x, 9) if further & 1 else x, math.nextafter(y, -9) if further & 2 else y)
        for x, y in points
    ]
    hulls = {f"p{n}": shapely.convex_hull(shapely.multipoints(ring)) for n, ring in enumerate(rings)}
    shapes = {name: hull for name, hull in hulls.items() if hull.geom_type == "Polygon"}
    if not shapes:
        return
    found = footfall.locate(points_of(points), places_of(**shapes), keep=[])
    wanted = [
        (row, name)
        for row, point in enumerate(points)
        for name in sorted(shapes)
        if shapely.contains_xy(shapes[name], *point)
    ]
    assert pairs(found.table) == wanted


def test_many_pings_in_threads_are_found_as_by_geopandas() -> None:
    """More rows than one task has; each thread asks GEOS of polygons of its own."""
    rng = np.random.default_rng(19)
    spots = rng.integers(9 * 16, 13 * 16, (600_000, 2)) / 16 + np.array([0, 39])
    found = footfall.locate(points_of(spots.tolist()), PLACES, keep=[], workers=4).table
    row, place = found["row"].to_numpy(), np.array(found["place_id"].to_pylist())
    for name, shape in (("west", WEST), ("east", EAST)):
        wanted = np.flatnonzero(shapely.contains_xy(shape, spots[:, 0], spots[:, 1]))
        assert np.array_equal(row[place == name], wanted)
