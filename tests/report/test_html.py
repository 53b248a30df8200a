"""The page, read as text."""

import base64
import hashlib
import json
import re
from itertools import pairwise

import pytest

from footfall.report.html import render_html

from .edges import EDGES, HOSTILE
from .page import Page
from .reports import town

MINUS = "\u2212"


@pytest.fixture(scope="module")
def page() -> Page:
    """The page of three days in a town of 40 shops."""
    return Page(render_html(town()))


@pytest.fixture(scope="module")
def hostile() -> Page:
    """The page of a report in which every text tries to break out."""
    return Page(render_html(EDGES["hostile"]()))


def test_the_headline_state_and_time_zone_come_first(page: Page) -> None:
    """What a manager reads: when, how much, where, and whether it counts."""
    [headline] = page.all("h1")
    assert headline.text == (
        "1\u20133 March 2023: 11,257 visits and 67,610 pings in 33 of 40 places"
        "; 6 place-days suppressed and left out"
    )
    assert page.all("span", class_="badge")[0].text == "\u2713 Published"
    assert "America/Guatemala" in page.all("p", class_="lead")[0].text


def test_the_rows_add_up_on_the_page(page: Page) -> None:
    """Each result is the line before it less what left, by the printed signs and numbers alone."""
    funnel = next(rows for rows in page.tables(class_="bars") if "rows in the input" in rows[1])
    left = 0
    for label, _, rows, _ in funnel[1:]:
        count = int(rows.replace(",", ""))
        left = left - count if label.startswith(MINUS) else left
        assert label[0] not in "=" or left == count
        left = count if label == "rows in the input" else left
    assert (left, len(funnel)) == (67_610, 9)


def test_every_place_is_listed_with_its_numbers(page: Page) -> None:
    """The full list has a row for each place, readable without any script."""
    [rows] = page.tables(id="all-places")
    places = town()["places"]
    assert [row[1] for row in rows[1:]] == [place["place_id"] for place in places]
    assert rows[1] == ["Linden cinema", "S-0033", "cinema", "903", "5,421", "678", "14 min"]
    assert rows[-1][3:] == ["suppressed", "suppressed", "suppressed", "\u2013"]


def test_the_top_and_bottom_lists_rank_places_from_both_ends(page: Page) -> None:
    """Ten each, none in both, no suppressed place in either."""
    most, fewest = page.tables(class_="ranks")
    assert [row[0] for row in most[1:]] == [str(i) for i in range(1, 11)]
    assert [row[0] for row in fewest[1:]] == [str(i) for i in range(38, 28, -1)]
    assert fewest[1][2] == "0"


def test_sums_of_some_days_say_so_where_they_are_ranked() -> None:
    """Of three days one is suppressed: table and list say 2 of 3; sums of devices are device-days."""
    page = Page(render_html(EDGES["partial"]()))
    [rows] = page.tables(id="all-places")
    assert rows[0][-2] == "Device-days"
    assert rows[1][3:6] == ["903 2 of 3 days", "5,421 2 of 3 days", "678 2 of 3 days"]
    assert not any("2 of 3 days" in cell for row in rows[2:] for cell in row)
    most, fewest = page.tables(class_="ranks")
    assert most[1][1].startswith("Linden cinema")
    assert (most[1][0], most[1][2]) == ("1", "903 2 of 3 days")
    assert not any("2 of 3 days" in cell for row in fewest for cell in row)
    assert "1 place with suppressed days is ranked by the other days, and may belong higher" in page.text


def test_a_place_with_a_suppressed_day_is_never_among_the_fewest() -> None:
    """One visit on a day that is known says nothing of the day that is not."""
    report = EDGES["partial"]()
    report["places"] = [{**each, "partial": number >= 30} for number, each in enumerate(report["places"])]
    [*_, fewest] = Page(render_html(report)).tables(class_="ranks")
    assert [row[0] for row in fewest[1:]] == [str(rank) for rank in range(30, 20, -1)]


def test_what_suppressed_rows_could_be_worked_out_by_is_withheld() -> None:
    """The funnel ends with the pings that were looked up."""
    page = Page(render_html(EDGES["partial"]()))
    funnel = next(rows for rows in page.tables(class_="bars") if "rows in the input" in rows[1])
    assert [row[2] for row in funnel[-2:]] == ["withheld", "withheld"]
    assert "How many pings lie in places, and on a boundary, is withheld" in page.text
    assert "67,610 pings in places" in page.text


def test_a_warning_stands_above_and_is_no_failure() -> None:
    """The run is published; the check has a mark of its own, and says what to do."""
    page = Page(render_html(EDGES["warned"]()))
    assert page.all("span", class_="badge")[0].text == "\u2713 Published"
    [row] = [row for row in page.tables(class_="checks")[0] if "warning" in row[1]]
    assert row == ["pings in a place", "! warning", "none of 12", "one at least Look at the map."]
    assert "Nothing was published" not in page.text


def test_reasons_without_rows_are_named_as_checked(page: Page) -> None:
    """A check that found nothing is told apart from a check not made."""
    none = "Checked, none found: duplicate_header, missing_field:lat, nonexistent_time, wrong_type:at."
    assert none in page.text
    headings = [each.text for each in page.all("h3") if "reason" not in each.attributes]
    assert "coordinate_out_of_range 212 rows" in headings


def test_single_ping_visits_are_said_to_be_of_unknown_dwell(page: Page) -> None:
    """They are beside the buckets, not in one."""
    assert "2,251 visits consist of a single ping: how long they lasted is unknown, not zero." in page.text


def test_days_are_compared_in_neutral_words(page: Page) -> None:
    """The first day has no day before, the others a sign, a percent and what they are compared with."""
    against = [each.text.strip() for each in page.all("td", class_="against")]
    assert against[0] == "not published"
    assert against[1] == "\u25b2 +10.0% from 3,042"
    assert "no weekday is compared with the one before" in page.text


def test_how_it_was_made_is_told(page: Page) -> None:
    """Run, command, output, versions, inputs with digest, settings with origin, steps with time."""
    run = ["20230304T101500Z-3f9c", "footfall run --settings town.yaml", "/srv/town/out", "spark 4.1.2"]
    inputs = ["9f2c" * 16, "not taken", "4.8 MB"]
    settings = ["variable FOOTFALL_PRIVACY_K", "flag --output"]
    steps = ["2.9 s", "vertices 512"]
    for said in [*run, *inputs, *settings, *steps, "2 of the places overlap"]:
        assert said in page.text


def test_a_refused_run_says_so_and_why_before_any_number() -> None:
    """The state is in the title, in the badge and in the reason with what was found and accepted."""
    page = Page(render_html(EDGES["refused"]()))
    assert page.all("title")[0].text.endswith(": refused")
    assert "share quarantined: found 31.0%, accepted at most 10%." in page.text
    assert page.text.index("Nothing was published") < page.text.index("Pings in places")


@pytest.mark.parametrize("edge", EDGES)
def test_every_report_gives_a_whole_page(edge: str) -> None:
    """Tags balance, headings never skip a level, ids are unique, headers have a scope, links a target."""
    page = Page(render_html(EDGES[edge]()))
    levels = [int(each.name[1]) for each in page.elements if re.fullmatch("h[1-6]", each.name)]
    ids = [each.attributes["id"] for each in page.elements if "id" in each.attributes]
    referred = [word for each in page.elements for word in each.attributes.get("aria-labelledby", "").split()]
    targets = [each.attributes["href"][1:] for each in page.all("a")]
    assert page.unbalanced == []
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len(ids) == len(set(ids))
    assert set(referred + targets) <= set(ids)
    assert all(each.attributes.get("scope") for each in page.all("th"))


@pytest.mark.parametrize("edge", EDGES)
def test_equal_reports_give_equal_pages(edge: str) -> None:
    """The page has no clock and no chance in it, and leaves the report as it was."""
    report = EDGES[edge]()
    before = json.dumps(report)
    first = render_html(report)
    assert json.dumps(report) == before
    assert render_html(json.loads(before)) == first


@pytest.mark.parametrize("edge", EDGES)
def test_no_python_shows_through(edge: str) -> None:
    """No None, nan, object or template syntax is printed."""
    report = EDGES[edge]()
    text = Page(render_html(report)).text
    for leak in ("None", "nan", "Markup", "Undefined", "<built-in", "True", "False"):
        assert leak not in text


def test_hostile_text_stays_text(hostile: Page) -> None:
    """No element or handler of the data exists; there is one script and one heading, ours."""
    assert len(hostile.all("script")) == 1
    assert len(hostile.all("h1")) == 1
    assert hostile.all("img") == []
    assert not [each for each in hostile.elements if any(name.startswith("on") for name in each.attributes)]
    assert hostile.unbalanced == []


def test_hostile_text_is_shown_as_it_is(hostile: Page) -> None:
    """In tables, in warnings and in the hover texts of the map."""
    titles = [each.text for each in hostile.all("title") if each.within("svg")]
    for text in HOSTILE[:5]:
        assert text in hostile.text
        assert any(text in title for title in titles)


def test_data_never_enters_the_script(hostile: Page, page: Page) -> None:
    """The script is the same for every report."""
    assert hostile.all("script")[0].text == page.all("script")[0].text
    assert hostile.all("style")[0].text == page.all("style")[0].text


def test_a_text_that_is_no_valid_unicode_can_still_be_written() -> None:
    """Half a surrogate pair is replaced, not an error when the file is written."""
    assert "half ? of a pair" in render_html(EDGES["hostile"]()).encode("utf-8").decode("utf-8")


def test_the_policy_forbids_the_network_and_allows_only_our_style_and_script(page: Page) -> None:
    """The digests in the policy are those of the inline texts."""
    [policy] = [each.attributes["content"] for each in page.all("meta") if "http-equiv" in each.attributes]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    for name in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(page.all(name)[0].text.encode()).digest()).decode()
        assert rules[f"{name}-src"] == f"'sha256-{digest}'"
    assert rules["default-src"] == "'none'"
    assert "http:" not in policy
    assert "https:" not in policy


def test_the_page_names_no_address_outside_itself(page: Page) -> None:
    """No link, source or url leads anywhere but into the page."""
    for each in page.elements:
        assert each.attributes.get("src") is None
        assert each.attributes.get("href", "#").startswith(("#", "data:,"))
        assert "style" not in each.attributes
    assert re.findall(r"url\(([^)]*)\)", page.all("style")[0].text) == ["#hatch", "#hatch-key"]
    assert "@import" not in page.source
    assert "@font-face" not in page.source


def test_two_thousand_places_stay_a_page_of_a_few_megabytes() -> None:
    """Large towns open quickly."""
    source = render_html(town(2000, 31))
    assert len(source) < 3_000_000
    assert "All 2,000 places" in source


def test_places_left_out_are_counted() -> None:
    """A list that is not whole says so."""
    text = Page(render_html(EDGES["left out"]())).text
    assert "The first 40 places" in text
    assert "20 places with the fewest visits are not listed here" in text
    assert "Fewest visits" not in text
