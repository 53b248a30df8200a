"""Which outlines come nearer to pings than their accuracy, against PROJ's azimuthal projection around each ping."""

from collections.abc import Sequence
from math import cos, radians
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely

from footfall.locate.outlines import Outlines, load
from footfall.locate.uncertainty import Circles

EARTH = pyproj.Geod(ellps="WGS84")
POINTS = 2000
"""The points into which an outline is cut, to project it."""


def metres(place: Any, lon: float, lat: float) -> float:
    """The distance from a point to the outline of a place: lengths from the middle of this projection are true."""
    there = f"+proj=aeqd +lat_0={lat!r} +lon_0={lon!r} +ellps=WGS84"
    project = pyproj.Transformer.from_crs("EPSG:4326", there, always_xy=True)
    outline = shapely.boundary(place)
    points = shapely.get_coordinates(shapely.segmentize(outline, shapely.length(outline) / POINTS))
    line = shapely.linestrings(np.column_stack(project.transform(points[:, 0], points[:, 1])))
    return float(shapely.distance(line, shapely.points(0, 0)))


def found(
    places: Sequence[Any], lon: Any, lat: Any, accuracy: Any, outlines: Outlines | None = None
) -> dict[tuple[int, int], bool]:
    """Uncertain pairs of ping and place, and whether the place holds the ping."""
    lon, lat, accuracy = (np.array(each, np.float64) for each in (lon, lat, accuracy))
    held = [
        (i, n)
        for i, point in enumerate(shapely.points(lon, lat))
        for n, place in enumerate(places)
        if place.contains(point)
    ]
    finds = np.array(held, np.int32).reshape(-1, 2).T.copy()
    circles = Circles(outlines or Outlines.of(tuple(map(shapely.to_wkb, places))))
    ping, place, inside = circles.find(lon, lat, accuracy, (finds[0], finds[1]))
    pairs = list(zip(ping.tolist(), place.tolist(), strict=True))
    assert len(pairs) == len(set(pairs)), "each pair is given once"
    return dict(zip(pairs, inside.tolist(), strict=True))


def star(random: Random, lon: float, lat: float) -> Any:
    """A place with nine corners, about 400 m from its middle."""
    angles = sorted(random.uniform(0, 2 * np.pi) for _ in range(9))
    sizes = [random.uniform(0.0016, 0.004) for _ in angles]
    wide = 1 / max(np.cos(np.radians(lat)), 0.02)
    return shapely.Polygon(
        [
            (lon + size * wide * np.cos(angle), lat + size * np.sin(angle))
            for angle, size in zip(angles, sizes, strict=True)
        ]
    ).buffer(0)


@pytest.mark.parametrize("north", [0, 14.6, -33, 60, 85, 89.5])
def test_circles_are_compared_with_distances_on_the_ellipsoid(north: float) -> None:
    """Of circles from 1 m to 10 km, and of those that end half a millimetre before the outline, or behind it."""
    random, wide = Random(int(north)), 1 / max(cos(radians(north)), 0.02)  # noqa: S311
    places = [star(random, 20 + 0.009 * n * wide, north) for n in range(3)]
    lon = [20 + random.uniform(-0.01, 0.03) * wide for _ in range(16)]
    lat = [north + random.uniform(-0.005, 0.005) for _ in lon]
    away = [[metres(place, x, y) for place in places] for x, y in zip(lon, lat, strict=True)]
    inside = [
        [place.contains(shapely.Point(x, y)) for place in places] for x, y in zip(lon, lat, strict=True)
    ]
    nearest = [random.choice(each) for each in away]
    for accuracy in (
        [10 ** random.uniform(0, 4) for _ in lon],
        [each + 0.0005 for each in nearest],
        [each - 0.0005 for each in nearest],
    ):
        expected = {(i, n): inside[i][n] for i in range(16) for n in range(3) if away[i][n] < accuracy[i]}
        assert expected
        assert found(places, lon, lat, accuracy) == expected


def test_an_edge_is_straight_in_degrees_not_on_the_earth() -> None:
    """At 60 degrees north the shortest way between the ends of this parallel goes 7 km north of it, past the ping."""
    place = shapely.box(0, 59, 6, 60)
    _, _, away = EARTH.inv(3, 60.05, 3, 60)
    assert 5_500 < away < 5_600
    assert found([place], [3, 3], [60.05, 60.05], [away - 0.01, away + 0.01]) == {(1, 0): False}


def test_a_circle_goes_over_longitude_180_where_a_seam_is_no_outline() -> None:
    """The first place lies on both sides of 180, and a ping there is certainly in it, 10.5 km from its outline."""
    fiji = shapely.MultiPolygon([shapely.box(179.9, -17, 180, -16), shapely.box(-180, -17, -179.9, -16)])
    east = shapely.box(-179.85, -17, -179.8, -16)
    _, _, away = EARTH.inv(179.95, -16.5, -179.85, -16.5)
    lon, lat = [179.999, 179.999, 179.95, 179.95], [-16.5] * 4
    assert found([fiji, east], lon, lat, [5000, 11_000, away - 1, away + 1]) == {
        (1, 0): True,
        (2, 0): True,
        (3, 0): True,
        (3, 1): False,
    }


@pytest.mark.parametrize(("accuracy", "is_near"), [(5_500, False), (5_700, True)])
def test_a_circle_around_a_pole_is_no_box_of_degrees(accuracy: float, is_near: bool) -> None:
    """A place 5,585 m from the pole, whatever longitude the ping at the pole is said to have."""
    south = shapely.box(10, 89.9, 20, 89.95)
    pairs = found([south], [-170.0, 100.0], [90.0, 90.0], [accuracy, accuracy])
    assert pairs == ({(0, 0): False, (1, 0): False} if is_near else {})


@pytest.mark.parametrize("accuracy", [None, 0, -1, np.inf, 100_001])
def test_an_accuracy_that_says_nothing_makes_a_ping_uncertain_where_it_is(accuracy: float | None) -> None:
    """In the middle of a large place, and nowhere else."""
    places = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    given = [np.nan if accuracy is None else accuracy]
    assert found(places, [0.999], [0.5], given) == {(0, 0): True}


def test_a_hole_has_an_outline_too() -> None:
    """A ping 111 m from the edge of the hole, within it or not."""
    place = shapely.Polygon(shapely.box(0, 0, 1, 1).exterior, [shapely.box(0.4, 0.4, 0.6, 0.6).exterior])
    assert found([place], [0.5, 0.399, 0.399], [0.599, 0.5, 0.5], [112, 110, 112]) == {
        (0, 0): False,
        (2, 0): True,
    }


def test_one_circle_may_reach_more_places_than_there_are_pings(tmp_path: Path) -> None:
    """Nine hundred places within 10 km, also from outlines that were saved and mapped again."""
    places = [shapely.box(x, y, x + 0.001, y + 0.001) for x, y in np.ndindex(30, 30)]
    places = [shapely.transform(each, lambda points: points * 0.002) for each in places]
    outlines = load(Outlines.of(tuple(map(shapely.to_wkb, places))).save(tmp_path))
    pairs = found(places, [0.03, 0.03], [0.03, 5.0], [10_000, 10_000], outlines)
    assert pairs == {(0, n): False for n in range(900)}
