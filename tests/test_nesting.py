"""Which places lie in which, and how much of a place lies outside another."""

import pytest
import shapely

from footfall.geometry.nesting import shares_outside, smallest_around

Box = tuple[float, float, float, float]

MALL, SHOP, KIOSK = (0, 0, 4, 4), (0, 0, 2, 2), (0, 0, 1, 1)


def wkb(*boxes: Box) -> list[bytes]:
    """The boxes as places."""
    return [shapely.to_wkb(shapely.box(*box)) for box in boxes]


@pytest.mark.parametrize(
    ("boxes", "parents"),
    [
        ([MALL, SHOP, KIOSK], [-1, 0, 1]),
        ([KIOSK, MALL, SHOP], [2, -1, 1]),
        ([SHOP, SHOP, SHOP], [-1, 0, 1]),
        ([KIOSK, SHOP, SHOP, MALL], [2, 3, 1, -1]),
        ([SHOP, (2, 0, 4, 2)], [-1, -1]),
        ([SHOP, (1, 1, 3, 3)], [-1, -1]),
        ([(0, 0, 3, 1), (0, 0, 1, 2), KIOSK], [-1, -1, 1]),
    ],
    ids=[
        "a chain",
        "a chain in another order",
        "the same shape three times",
        "two of the same shape in a chain",
        "neighbours",
        "half in another",
        "in two of which one is smaller",
    ],
)
def test_the_parent_is_the_smallest_place_around(boxes: list[Box], parents: list[int]) -> None:
    """Of equal shapes the earlier one counts as the larger."""
    assert smallest_around(wkb(*boxes)).parents.tolist() == parents


def test_an_edge_that_is_crossed_by_a_rounding_is_not_left() -> None:
    """A trillionth of the shop lies outside the mall: no more than numbers of 16 digits can tell."""
    assert smallest_around(wkb(MALL, (3, 0, 4 + 1e-12, 1))).parents.tolist() == [-1, 0]


def test_a_hole_is_not_inside() -> None:
    """A fountain in the hole of a ring lies in nothing; a stall on the ring lies in it."""
    ring = shapely.box(0, 0, 4, 4) - shapely.box(1, 1, 3, 3)
    places = [shapely.to_wkb(ring), *wkb((1.5, 1.5, 2, 2), (0, 0, 1, 1))]
    assert smallest_around(places).parents.tolist() == [-1, -1, 0]


def test_what_lies_nearly_in_another_is_named_with_its_share_outside() -> None:
    """The shop juts out of the mall by 0.005 of 1; the one that juts out by 0.5 is no near miss."""
    around = smallest_around(wkb(MALL, (3.005, 0, 4.005, 1), (3.5, 2, 4.5, 3)))
    assert around.parents.tolist() == [-1, -1, -1]
    ((inner, outer, share),) = around.nearly
    assert (inner, outer, round(share, 6)) == (1, 0, 0.005)


def test_of_several_that_a_place_nearly_lies_in_the_smallest_is_named() -> None:
    """The town is larger than the mall."""
    around = smallest_around(wkb((0, 0, 4, 9), MALL, (3.005, 0, 4.005, 1)))
    assert [each[:2] for each in around.nearly] == [(2, 1)]


def test_the_share_outside_is_of_the_area_of_the_place() -> None:
    """A quarter, nothing, all."""
    inner, outer = [(3, 0, 5, 2), SHOP, (8, 8, 9, 9)], [(0, 0, 4.5, 4), MALL, MALL]
    assert shares_outside(wkb(*inner), wkb(*outer)).tolist() == [0.25, 0.0, 1.0]
