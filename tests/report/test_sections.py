"""What the sections of the page compare, add up, fold and link."""

import pytest

from footfall.report.html import render_html
from footfall.report.sections import cards

from .edges import EDGES
from .page import Page
from .reports import town


@pytest.fixture(scope="module")
def page() -> Page:
    """The page of three days in a town of 40 shops."""
    return Page(render_html(town()))


def test_a_day_is_compared_with_the_same_weekday_before_where_that_is_known() -> None:
    """Of a month the first week has none; Wednesday the 8th has 315 visits, Wednesday the 1st had 287."""
    [rows] = Page(render_html(EDGES["a month"]())).tables(class_="days")
    assert rows[0][-1] == "Against the same weekday before"
    assert [row[-1] for row in rows[1:8]] == ["not published"] * 7
    assert rows[8][0].startswith("8 March 2023 Wednesday")
    assert rows[8][-1] == "\u25b2 +9.8% from 287"


@pytest.mark.parametrize(
    ("days", "label", "note"),
    [(1, "Devices", "each device once per place"), (3, "Device-days", "each device once per place and day")],
)
def test_devices_are_named_as_what_was_added_up(days: int, label: str, note: str) -> None:
    """Nobody takes the sum over places and days for the devices of a town."""
    page = Page(render_html(town(3, days)))
    cards = [each.text for each in page.inside(page.all("dl", class_="cards")[0], "dt", "dd")]
    assert cards[3:6] == [label, "1,020", note]


def test_two_numbers_of_pings_that_differ_are_explained() -> None:
    """100 pings lie in places that overlap, so the places count 120 together; where both agree nothing is said."""
    report = EDGES["one place"]()
    [inside] = [stage for stage in report["funnel"] if stage["key"] == "inside_places"]
    report["headline"]["pings"], inside["rows"] = 120, 100
    assert (
        "100 pings lie in a place. The pings of all places add up to 120, since places overlap:"
        " a ping in two of them counts in both."
    ) in Page(render_html(report)).text
    assert "since places overlap" not in Page(render_html(EDGES["one place"]())).text


def test_samples_and_settings_are_folded(page: Page) -> None:
    """Their headings say what is behind them; 5 of the 7 settings were chosen."""
    summaries = [each.text for each in page.all("summary")]
    assert "The first 2 rows" in summaries
    assert "7 settings, 5 of them not the default" in summaries
    assert page.all("table", class_="settings")[0].within("details")
    assert all(each.within("details") for each in page.all("figure", class_="sample"))


def test_places_in_the_tables_lead_to_their_outline_on_the_map(page: Page) -> None:
    """The first of the list is the first outline; it works without a script."""
    link = next(each for each in page.all("a") if each.text == "Linden cinema")
    [outline] = [
        each for each in page.all("path") if each.attributes.get("id") == link.attributes["href"][1:]
    ]
    assert outline.text.startswith("Linden cinema\n903 visits")


def test_no_attribute_of_a_suppressed_place_has_a_number_of_its_visitors(page: Page) -> None:
    """An outline has its order in the list, which puts all that are suppressed last, its class and its form."""
    hidden = page.all("path", class_="suppressed")
    assert len(hidden) == 2
    assert {key for each in hidden for key in each.attributes} == {"id", "class", "d"}
    assert {each.attributes["id"] for each in hidden} == {"p38", "p39"}


def test_visits_of_some_lengths_and_weeks_are_shown_where_they_were_asked_for() -> None:
    """Each length with its visits, and each week with its days."""
    week = {"period": "2023-W09", "first": "2023-02-27", "last": "2023-03-05", "visits": 1918, "pings": 3833}
    asked = {
        "visits_of_at_least": [{"dwell": "5min", "visits": 4021}, {"dwell": "20min", "visits": 1}],
        "periods": [{**week, "rows": 40, "places_visited": 38, "suppressed_rows": 7, "digest": "00"}],
    }
    page = Page(render_html({**town(), **asked}))
    assert "Of at least 5min: 4,021 visits, 20min: 1 visit." in page.text
    (rows,) = (rows for rows in page.tables(class_="days") if "2023-W09" in rows[-1][0])
    assert rows[-1][1:] == ["1,918", "3,833", "38", "7"]


def test_all_devices_of_the_input_are_shown_where_they_were_counted() -> None:
    """Fewer than are told of a place are not told here either."""
    seen = [
        {"span": "2023-03-01", "devices": 4120, "pings": 20600, "pings_per_device": 5.0},
        {"span": "2023-03-02", "devices": None, "pings": 3, "pings_per_device": None},
    ]
    page = Page(render_html({**town(), "panel": seen, "privacy_k": 5}))
    (rows,) = (rows for rows in page.tables(class_="days") if "Devices seen" in rows[0])
    assert rows[1:] == [
        ["2023-03-01", "4,120", "20,600", "5.0"],
        ["2023-03-02", "fewer than 5", "3", "\u2013"],
    ]


def test_sums_over_top_level_places_stand_beside_those_over_all() -> None:
    """Two figures say of how many places they are; the table says of which place each is a part."""
    sums = {"places": 3, "parts": 37, "pings": 1200, "visits": 345, "suppressed_rows": 0}
    content = town()
    for place in content["places"]:
        place["parent_id"] = "mall" if place is content["places"][0] else None
    page = Page(render_html({**content, "top_level": sums}))
    figures = [(each.label, each.value, each.note) for each in cards({**content, "top_level": sums})]
    assert ("Visits, top level", "345", "in 3 places that are part of no other") in figures
    assert ("Pings, top level", "1,200", "without the 37 places in others") in figures
    (rows,) = page.tables(id="all-places")
    assert rows[0][3] == "Part of"
    assert [row[3] for row in rows[1:3]] == ["mall", ""]
    (alone,) = Page(render_html(town())).tables(id="all-places")
    assert "Part of" not in alone[0]
