"""The box around the places: distances, mirror images, and what is counted of them."""

import numpy as np
import pytest
import shapely

from footfall.locate import build
from footfall.locate.extent import Extent
from footfall.schema import Place

LISBON = Extent(-9.2, 38.7, -9.1, 38.8)
FIJI = Extent(-180.0, -18.0, 180.0, -16.0)


def at(*points: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Longitudes and latitudes."""
    return tuple(np.array(points, float).T)  # type: ignore[return-value]


@pytest.mark.parametrize("pings", [1, 2**60])
@pytest.mark.parametrize(
    ("boxes", "extent"),
    [
        ([(0, 0, 1, 1), (3, 5, 4, 6)], Extent(0, 0, 4, 6)),
        ([(-9.2, 38.7, -9.1, 38.8)], Extent(-9.2, 38.7, -9.1, 38.8)),
    ],
)
def test_the_extent_of_an_index_is_that_of_all_places(
    boxes: list[tuple[float, ...]], extent: Extent, pings: int
) -> None:
    """Also where the root grid is coarse: rows are judged by it, and how many there are must not matter."""
    wkb = [shapely.to_wkb(shapely.box(*box)) for box in boxes]
    places = tuple(Place(str(n), None, None, each) for n, each in enumerate(wkb))
    assert build(places, pings).extent == extent


@pytest.mark.parametrize(
    ("point", "km"),
    [
        ((-9.15, 38.75), 0),
        ((-9.2, 38.7), 0),
        ((-9.15, 39.8), 111.2),
        ((139.7, 35.6), 11_140),
        ((-9.15, -90.0), 14_312),
    ],
)
def test_the_distance_is_that_to_the_nearest_side(point: tuple[float, float], km: float) -> None:
    """One degree of latitude, Tokyo, and the south pole; figures by haversine on a sphere."""
    assert LISBON.kilometres(*at(point))[0] == pytest.approx(km, rel=0.005)


def test_the_antimeridian_is_no_border() -> None:
    """Places on both sides of it reach around the world; a ping beside a box across it is near."""
    assert FIJI.kilometres(*at((179.0, -17.0), (10.0, -17.0))).tolist() == [0.0, 0.0]
    assert Extent(179.0, -18.0, 179.9, -17.0).kilometres(*at((-179.9, -17.5)))[0] == pytest.approx(
        21.2, rel=0.02
    )
    assert not FIJI.is_small


def test_a_ping_is_mirrored_where_it_fits_only_the_other_way_round() -> None:
    """Not one that fits as it is, nor one that is near as it is, nor one that fits neither way."""
    points = at((38.75, -9.15), (-9.15, 38.75), (38.75, 10.0), (float("nan"), -9.15))
    assert LISBON.mirrored(*points).tolist() == [True, False, False, False]
    diagonal = Extent(45.0, 45.5, 45.1, 45.6)
    assert diagonal.mirrored(*at((45.55, 45.05))).tolist() == [False]


def test_a_sample_is_counted_by_two_digits_of_kilometres() -> None:
    """Pings near, in Madrid, in Tokyo, and one that is near only the other way round."""
    points = at((-9.15, 38.75), (-9.15, 38.85), (-3.7, 40.4), (139.7, 35.6), (38.75, -9.15))
    assert LISBON.tallies(*points) == {
        "away:0": 1,
        "away:5": 1,
        "away:490": 1,
        "away:7200": 1,
        "away:11100": 1,
        "mirrored": 1,
    }
