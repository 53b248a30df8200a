"""The map of the places."""

import re
from typing import Any

import pytest

from footfall.report.map import PlaceMap, hint, place_map
from footfall.report.symbols import path

from .page import Page

SQUARE = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0]]
HOLE = [[0.4, 0.4], [0.6, 0.4], [0.6, 0.6], [0.4, 0.6], [0.4, 0.4]]
SPECK = [[0.9, 0.9], [0.9001, 0.9], [0.9001, 0.9001], [0.9, 0.9]]


def counted(place_id: str, visits: int | None, **more: Any) -> dict[str, Any]:
    """Count a place; no visits at all means suppressed."""
    pings = None if visits is None else visits * 2
    numbers = {"visits": visits, "pings": pings, "suppressed": visits is None, "dwell_p50": None}
    numbers |= {"partial": False, "days": 1, "visits_by_day": [visits]}
    return {"place_id": place_id, "name": None, **numbers, **more}


def drawn(places: list[dict[str, Any]], **rings: list[Any]) -> PlaceMap:
    """Draw places by id; the map is one degree wide and high."""
    shapes = [{"place_id": place_id, "rings": each} for place_id, each in rings.items()]
    report = {"places": places, "map": {"bounds": [0.0, 0.0, 1.0, 1.0], "shapes": shapes}}
    result = place_map(report)
    assert result is not None
    return result


def parsed(result: PlaceMap) -> Page:
    """Parse the drawing."""
    return Page(f"<body>{result.svg}</body>")


def test_a_place_with_a_hole_is_one_path_of_two_rings_filled_even_odd() -> None:
    """The hole stays open and belongs to its place."""
    page = parsed(drawn([counted("a", 5)], a=[SQUARE, HOLE]))
    [area] = page.all("path", class_="shade2")
    assert area.attributes["d"].count("M") == area.attributes["d"].count("z") == 2
    assert page.all("g")[0].attributes["fill-rule"] == "evenodd"


def test_a_place_too_small_to_see_has_a_dot_at_its_middle_as_well() -> None:
    """The dot carries the same colour and the same hover text."""
    result = drawn([counted("a", 5), counted("b", 9)], a=[SQUARE], b=[SPECK])
    page = parsed(result)
    [dot] = page.all("circle")
    assert result.dots == 1
    assert "shade4" in dot.attributes["class"]
    assert dot.text == "b\n9 visits, 18 pings\ntypical dwell \u2013"
    assert len(page.all("path", class_="shade4")) == 1


def test_large_places_are_drawn_first_so_that_none_hides_a_smaller_one() -> None:
    """A shop inside a district can be pointed at."""
    page = parsed(drawn([counted("a", 1), counted("b", 2)], b=[HOLE], a=[SQUARE]))
    assert [each.text[0] for each in page.all("path") if each.text] == ["a", "b"]


def test_a_suppressed_place_is_hatched_and_tells_no_number() -> None:
    """Neither its colour nor its hover text gives it away."""
    page = parsed(drawn([counted("a", None), counted("b", 3)], a=[SQUARE], b=[HOLE]))
    [area] = page.all("path", class_="suppressed")
    assert area.text == "a\nsuppressed"
    assert not re.search(r"\d", area.text)


def test_a_place_of_which_some_days_are_suppressed_has_no_shade_and_says_of_how_many_its_numbers_are() -> (
    None
):
    """Seven visits on two of three days are no seven visits."""
    partial = counted("a", 7, partial=True, days=2, visits_by_day=[3, None, 4])
    result = drawn([partial, counted("b", 1)], a=[SQUARE], b=[HOLE])
    [area] = parsed(result).all("path", class_="suppressed")
    assert (
        area.text == "a\n7 visits, 14 pings\non 2 of 3 days, suppressed on the others\ntypical dwell \u2013"
    )
    assert [key.label for key in result.keys] == ["1", "suppressed, on some days or all"]


def test_a_shape_that_is_not_among_the_listed_places_is_grey() -> None:
    """Places beyond the list are drawn without a number."""
    result = drawn([counted("a", 3)], a=[SQUARE], z=[HOLE])
    assert [each.text for each in parsed(result).all("path", class_="unlisted")] == [
        "z\nnot among the listed places"
    ]
    assert [(key.label, key.places) for key in result.keys] == [("3", 1), ("not listed", 1)]


def test_the_hover_text_has_name_visits_pings_and_median_dwell() -> None:
    """A place without a name shows its id."""
    assert (
        hint("a", counted("a", 1, name="Mill", dwell_p50=720.0))
        == "Mill\n1 visit, 2 pings\ntypical dwell 12 min"
    )
    assert hint("a", counted("a", 0)).startswith("a\n0 visits, 0 pings")


def test_the_ten_highest_places_carry_their_rank_unless_it_would_cover_a_higher_one() -> None:
    """Two places in one spot show one rank, the better one; a place without visits shows none."""
    page = parsed(drawn([counted("a", 9), counted("b", 8), counted("c", 0)], a=[SQUARE], b=[HOLE], c=[SPECK]))
    assert [each.text for each in page.all("text")] == ["1"]


def test_a_ring_is_written_as_steps_and_steps_of_nothing_are_left_out() -> None:
    """From (10, 20) two right, nothing, three up, back home."""
    assert path([(10, 20), (12, 20), (12, 20), (12, 17), (10, 20)]) == "M10 20l2 0 0 -3 -2 3z"
    assert path([(10, 20), (10, 20)]) == "M10 20z"


@pytest.mark.parametrize("chart", [{"bounds": None, "shapes": []}, {"bounds": [0, 0, 1, 1], "shapes": []}])
def test_without_shapes_there_is_no_map(chart: dict[str, Any]) -> None:
    """Nothing to draw is not an error."""
    assert place_map({"places": [counted("a", 1)], "map": chart}) is None
