"""The colour classes of the map."""

from typing import Any

from footfall.report.shades import Key, legend, shades


def place(visits: int | None, pings: int | None = 0) -> dict[str, Any]:
    """Count a place; no visits at all means suppressed."""
    return {"visits": visits, "pings": pings, "suppressed": visits is None, "partial": False}


def test_classes_hold_about_as_many_places_each() -> None:
    """Ten places in five classes are two each, whatever their values."""
    values = [1, 2, 3, 4, 5, 60, 70, 800, 9000, 100000]
    scale = shades([place(value) for value in values])
    assert scale.limits == (2, 4, 60, 800, 100000)
    assert scale.lows == (1, 3, 5, 70, 9000)
    assert [scale.of(place(value)) for value in (1, 2, 3, 60, 70, 9000)] == [
        "shade0", "shade0", "shade1", "shade2", "shade3", "shade4",
    ]  # fmt: skip


def test_equal_values_are_never_parted() -> None:
    """Nine places with one visit and one with fifty make two classes, at the ends of the scale."""
    scale = shades([place(1)] * 9 + [place(50)])
    assert scale.limits == (1, 50)
    assert (scale.of(place(1)), scale.of(place(50))) == ("shade0", "shade4")


def test_zero_suppressed_and_unlisted_places_have_their_own_classes() -> None:
    """No number is ever drawn for a suppressed place, and zero is not the lowest class."""
    scale = shades([place(0), place(7), place(None, None)])
    assert [scale.of(each) for each in (place(0), place(None, None), None)] == [
        "none",
        "suppressed",
        "unlisted",
    ]
    assert scale.limits == (7,)


def test_pings_are_the_measure_when_there_is_no_visit() -> None:
    """A map of pings is better than an empty map of visits."""
    scale = shades([place(0, 12), place(0, 3), place(None, None)])
    assert (scale.measure, scale.limits) == ("pings", (3, 12))


def test_the_legend_shows_ranges_from_the_top_and_greys_only_where_drawn() -> None:
    """Each line has its class, its range and its number of places."""
    scale = shades([place(1), place(1), place(5), place(9)])
    keys = legend(scale, ["shade0", "shade0", "shade2", "shade4", "none"])
    assert keys == [
        Key("shade4", "9", 1),
        Key("shade2", "5", 1),
        Key("shade0", "1", 2),
        Key("none", "no visits", 1),
    ]


def test_a_map_without_any_number_has_no_class() -> None:
    """When all is suppressed there is nothing to classify."""
    assert shades([place(None, None)] * 3).limits == ()
