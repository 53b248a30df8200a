"""Which places share ground, lie in others, and divide them up."""

import pytest
import shapely

from footfall.geometry.overlaps import Around, Overlaps, Siblings, square_kilometres

BOXES = {
    "left": (0, 0, 1, 1),
    "right": (1, 0, 2, 1),
    "town": (0, 0, 2, 1),
    "half of left and right": (0.5, 2, 1.5, 3),
    "below the half": (0.5, 2, 1.0, 3),
    "beside": (1.0, 2, 2, 3),
    "far": (8, 8, 9, 9),
    "far once more": (8, 8, 9, 9),
    "sliver": (9 - 1e-12, 8, 10, 9),
}
NAMES = list(BOXES)
OVERLAPS = Overlaps(tuple(shapely.to_wkb(shapely.box(*box)) for box in BOXES.values()))


def numbers(*names: str) -> frozenset[int]:
    """The numbers of places."""
    return frozenset(map(NAMES.index, names))


@pytest.mark.parametrize(
    ("place", "sharing", "containing", "is_covered"),
    [
        ("left", {"town"}, {"town"}, True),
        ("town", {"left", "right"}, set(), True),
        ("half of left and right", {"below the half", "beside"}, set(), True),
        ("beside", {"half of left and right"}, set(), False),
        ("far", {"far once more"}, {"far once more"}, True),
        ("sliver", set(), set(), False),
    ],
)
def test_places_around_one(place: str, sharing: set[str], containing: set[str], is_covered: bool) -> None:
    """A shared side is no ground, nor is a sliver."""
    around = OVERLAPS.around(NAMES.index(place))
    assert around == Around(numbers(*sharing), numbers(*containing), is_covered)


def test_parts_of_a_town_are_siblings() -> None:
    """The town is the smallest place around each."""
    (town,) = numbers("town")
    assert OVERLAPS.siblings(NAMES.index("left")) == Siblings(town, numbers("left", "right"), frozenset())


@pytest.mark.parametrize("place", ["town", "below the half", "far", "beside"])
def test_what_is_not_simply_nested_has_no_siblings(place: str) -> None:
    """Nothing is around the town; another lies across; a place that is there twice is no part of itself."""
    if place == "below the half":
        across = Overlaps(
            tuple(shapely.to_wkb(shapely.box(*box)) for box in [(0, 0, 1, 1), (0, 0, 2, 1), (0.5, 0, 3, 1)])
        )
        assert across.siblings(0) is None
        return
    assert OVERLAPS.siblings(NAMES.index(place)) is None


def test_areas_are_in_square_kilometres() -> None:
    """A degree by a degree at the equator, and at 60 degrees about half of it."""
    for south, expected in ((-0.5, 12_365), (59.5, 6_180)):
        box = shapely.to_wkb(shapely.box(0, south, 1, south + 1))
        assert square_kilometres((box,)) == pytest.approx(expected, rel=0.01)
