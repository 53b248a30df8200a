"""From degrees to the drawing."""

import pytest

from footfall.report.projection import WIDTH, canvas, scale_bar


def test_the_middle_of_the_bounds_is_the_middle_of_the_drawing() -> None:
    """The corners lie as far from it on every side, within the drawing."""
    drawn = canvas([10.0, 50.0, 12.0, 51.0])
    left, bottom = drawn.point(10.0, 50.0)
    right, top = drawn.point(12.0, 51.0)
    assert drawn.point(11.0, 50.5) == (WIDTH / 2, round(drawn.height / 2))
    assert 0 < left < right < WIDTH
    assert 0 < top < bottom < drawn.height
    assert left + right == WIDTH


def test_a_degree_of_longitude_is_half_as_wide_at_60_degrees_north() -> None:
    """The cosine of the middle latitude keeps shapes as they are on the ground."""
    drawn = canvas([-1.0, 59.0, 1.0, 61.0])
    assert drawn.lon_units == pytest.approx(drawn.lat_units / 2)


@pytest.mark.parametrize(
    "bounds",
    [
        (5.0, 5.0, 5.0, 5.0),
        (0.0, 0.0, 0.0, 9.0),
        (0.0, 0.0, 9.0, 0.0),
        (-180.0, -90.0, 180.0, 90.0),
        (0.0, 89.0, 9.0, 90.0),
    ],
)
def test_any_bounds_give_a_drawing_that_is_neither_a_strip_nor_a_tower(bounds: tuple[float, ...]) -> None:
    """A single point, a line, the whole world and a pole are all drawn within the frame."""
    drawn = canvas(bounds)
    assert 0.42 <= drawn.height / WIDTH <= 0.73
    for lon, lat in (bounds[:2], bounds[2:]):
        x, y = drawn.point(lon, lat)
        assert 0 <= x <= WIDTH
        assert 0 <= y <= drawn.height


def test_the_scale_bar_is_a_round_distance_of_at_most_a_quarter() -> None:
    """One degree at the equator is 111.32 km, with margins 120.2 km: 20 km fit in a quarter."""
    bar = scale_bar(canvas([0.0, -0.2, 1.0, 0.2]))
    assert bar.label == "20 km"
    assert bar.part == pytest.approx(20 / (1.08 * 111.32))


def test_short_distances_are_in_metres_and_long_ones_say_where_they_hold() -> None:
    """On a map of a continent the bar is true at mid-height only."""
    assert scale_bar(canvas([0.0, 0.0, 0.001, 0.001])).label == "20 m"
    assert scale_bar(canvas([-20.0, 35.0, 40.0, 70.0])).label == "1,000 km at mid-height"


def test_places_on_both_sides_of_the_antimeridian_are_drawn_side_by_side() -> None:
    """From 179 east to 179 west is two degrees, not around the world; Europe to America stays as it is."""
    drawn = canvas([-179.0, 0.0, 179.0, 1.0], [179.0, -179.0])
    assert drawn.point(179.0, 0.0)[0] < drawn.point(180.0, 0.0)[0] == WIDTH / 2 < drawn.point(-179.0, 0.0)[0]
    assert drawn.lon_units > WIDTH / 3
    world = canvas([-120.0, 0.0, 120.0, 1.0], [-120.0, 0.0, 120.0])
    assert world.point(-120.0, 0.0)[0] < world.point(0.0, 0.0)[0] == WIDTH / 2
