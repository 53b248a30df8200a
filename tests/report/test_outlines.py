"""The outlines on the map: what is drawn, and that no input makes them too heavy for a page."""

from collections.abc import Sequence
from typing import Any

import pytest
import shapely

from footfall.report import outlines
from footfall.report.outlines import MOST_VERTICES, place_shapes
from footfall.schema import Place


def place(place_id: str, shape: shapely.Geometry) -> Place:
    """A place without a name."""
    return Place(place_id, None, None, shapely.to_wkb(shape))


def circle(number: int, vertices: int, radius: float = 0.4) -> Place:
    """A round place on a grid of degrees, with that many vertices."""
    middle = shapely.Point(number % 50, number // 50)
    return place(str(number), middle.buffer(radius, quad_segs=vertices // 4))


def vertices(shapes: dict[str, Any]) -> int:
    """How many vertices are drawn."""
    return sum(len(ring) for shape in shapes["shapes"] for ring in shape["rings"])


def drawn(places: Sequence[Place]) -> dict[str, Any]:
    """All of the places."""
    return place_shapes(tuple(places), [each.place_id for each in places])


def test_only_listed_places_are_drawn_and_the_map_is_cut_to_them() -> None:
    """Bounds are lon, lat, lon, lat of what is shown."""
    near, far = place("near", shapely.box(1, 2, 3, 5)), place("far", shapely.box(100, 50, 101, 51))
    shapes = place_shapes((far, near), ["near"])
    assert shapes["bounds"] == [1, 2, 3, 5]
    assert [shape["place_id"] for shape in shapes["shapes"]] == ["near"]
    (ring,) = shapes["shapes"][0]["rings"]
    assert ring[0] == ring[-1]
    assert {tuple(corner) for corner in ring} == {(1, 2), (3, 2), (3, 5), (1, 5)}


def test_without_a_listed_place_there_is_no_map() -> None:
    """A run whose rows are all left out draws nothing."""
    assert place_shapes((place("a", shapely.box(0, 0, 1, 1)),), []) == {"bounds": None, "shapes": []}


def test_holes_and_parts_are_rings_of_their_place() -> None:
    """They are filled by the even-odd rule, so their order means nothing."""
    holed = shapely.box(0, 0, 9, 9).difference(shapely.box(3, 3, 6, 6))
    (shape,) = drawn([place("a", shapely.union_all([holed, shapely.box(20, 0, 22, 2)]))])["shapes"]
    sizes = sorted(max(lon for lon, _ in ring) - min(lon for lon, _ in ring) for ring in shape["rings"])
    assert sizes == [2, 3, 9]


def test_few_places_keep_their_form() -> None:
    """No vertex is moved by more than a pixel where the map is enlarged 32 times, on a screen of 1,000."""
    (shape,) = drawn([circle(0, 64)])["shapes"]
    (ring,) = shape["rings"]
    far = shapely.hausdorff_distance(shapely.Polygon(ring), shapely.Point(0, 0).buffer(0.4, quad_segs=16))
    assert far <= 0.8 / 32_000
    assert len(ring) > 50


@pytest.fixture
def light_page(monkeypatch: pytest.MonkeyPatch) -> int:
    """A page that bears 400 vertices only, so that small inputs are too heavy."""
    monkeypatch.setattr(outlines, "MOST_VERTICES", 400)
    return 400


def test_a_page_bears_forty_thousand_vertices() -> None:
    """More would make the report slow to open."""
    assert MOST_VERTICES == 40_000


def test_many_places_are_thinned_until_they_are_light_enough(light_page: int) -> None:
    """50 circles of 256 vertices; each stays a polygon."""
    shapes = drawn([circle(i, 256) for i in range(50)])
    assert vertices(shapes) <= light_page
    assert len(shapes["shapes"]) == 50
    assert all(len(shape["rings"][0]) >= 4 for shape in shapes["shapes"])


def test_a_place_of_countless_islands_shows_its_largest(light_page: int) -> None:
    """1,000 islands cannot be thinned away: squares of side 0.1, and one of side 3 degrees."""
    small = [shapely.box(i, j, i + 0.1, j + 0.1) for i in range(40) for j in range(25)]
    archipelago = place("many", shapely.MultiPolygon([*small, shapely.box(50, 0, 53, 3)]))
    shapes = drawn([archipelago, circle(20, 64)])
    assert 300 < vertices(shapes) <= light_page
    rings = {shape["place_id"]: shape["rings"] for shape in shapes["shapes"]}
    assert max(lon for lon, _ in rings["many"][0]) == 53
    assert len(rings["20"]) == 1


def test_each_place_is_drawn_however_little_is_left(light_page: int) -> None:
    """The many islands of one place do not push another off the map."""
    small = [shapely.box(i, j, i + 0.1, j + 0.1) for i in range(40) for j in range(25)]
    shapes = drawn(
        [place("many", shapely.MultiPolygon(small)), place("tiny", shapely.box(9.5, 9.5, 9.51, 9.51))]
    )
    assert [len(shape["rings"]) > 0 for shape in shapes["shapes"]] == [True, True]
