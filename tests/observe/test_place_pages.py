"""The page of one place: its days, its weekdays, what of it is not known, and the way to it."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from footfall.history.files import run_files
from footfall.site.history import page_name
from footfall.site.writing import write_site
from tests.history.manifests import NOON, manifest, put
from tests.report.edges import HOSTILE
from tests.report.page import Page
from tests.report.reports import town
from tests.report.test_browser import AUDIT, WIDTHS, browser

__all__ = ["browser"]

BAKERY, CAFE, GROCERY = "S-0001", "S-0002", "S-0000"
VISITS: Mapping[int, int | None] = {1: 20, 2: 30, 3: None, 4: 90, 6: 10, 7: 12, 8: 24, 9: 33}
"""Of the bakery by day of March 2023: the 3rd is suppressed, the 5th is not published. The 1st is a Wednesday."""


def counted(output: Path, number: int, visits: int | None, **changes: Any) -> None:
    """Leave a run that published a day of March, with its report of three places."""
    day = date(2023, 3, number)
    report = town(3, 1)
    for place in report["places"]:
        if place["place_id"] == BAKERY:
            hidden = visits is None
            place |= {"visits": visits, "visits_by_day": [visits], "suppressed": hidden, "days": 1 - hidden}
    put(output, manifest(f"r{number}", day))
    folder = output / "runs" / f"r{number}"
    (folder / "report.json").write_text(json.dumps(report | {"days": [str(day)]} | changes))
    (folder / "report.html").write_text("a report")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of nine days, of which eight are published."""
    output = tmp_path_factory.mktemp("town")
    for number, visits in VISITS.items():
        counted(output, number, visits)
    return write_site(run_files(str(output)), output / "site", NOON)


@pytest.fixture(scope="module")
def page(site: Path) -> Page:
    """The page of the bakery."""
    return Page((site.parent / "places" / page_name(BAKERY)).read_text("utf-8"))


def test_each_day_has_its_visits_and_the_same_weekday_before(page: Page) -> None:
    """The last day first: 24 on Wednesday the 8th are a fifth more than 20 on the 1st."""
    [rows] = page.tables(class_="days")
    assert page.unbalanced == []
    assert page.all("h1")[0].text == "Harbour bakery"
    assert [row[1:3] for row in rows[1:]] == [
        ["33", "\u25b2 +10.0% from 30"],
        ["24", "\u25b2 +20.0% from 20"],
        ["12", "not known"],
        ["10", "not known"],
        ["not published", ""],
        ["90", "not known"],
        ["suppressed", ""],
        ["30", "not known"],
        ["20", "not known"],
    ]


def test_weekdays_are_compared_by_the_days_that_are_known(page: Page) -> None:
    """Two Wednesdays of 20 and 24 visits; of Fridays only a suppressed one is there, and it has no number."""
    [rows] = page.tables(class_="weekdays")
    weekdays = {row[0]: row[2:] for row in rows[1:]}
    assert weekdays["Wednesday"] == ["22", "2 of 2", "24 on 8 Mar", "\u25b2 +20.0% from 20"]
    assert weekdays["Friday"] == ["\u2013", "0 of 1", "", "\u2013"]
    assert weekdays["Saturday"][:2] == ["90", "1 of 1"]


def test_the_key_figures_say_of_how_many_days_they_are(page: Page) -> None:
    """219 visits on seven known days of nine: one is suppressed, one not published."""
    cards = [each.text for each in page.inside(page.all("dl", class_="cards")[0], "dt", "dd")]
    assert cards[:6] == [
        "Visits on 9 March",
        "33",
        "+10.0% from 30, the Thursday before",
        "Visits a day",
        "31",
        "of 7 known days",
    ]
    assert cards[-3:] == ["Days known", "7", "of 9 days; 1 suppressed; 1 not known"]


def test_what_explains_the_bars_holds_on_paper_of_any_colour(page: Page) -> None:
    """What is faint is lighter than the rest on white, and darker on black."""
    assert "Weekends are fainter" in page.text
    assert not any(word in page.text for word in ("lighter", "darker", "pale", "Pale"))


def test_a_suppressed_day_is_hatched_and_has_no_number(page: Page) -> None:
    """Its stripe is as high as that of any day that is not known."""
    chart = page.all("svg", class_="days-chart")[0]
    hatched = next(
        each for each in page.inside(chart, "rect") if "suppressed" in each.attributes.get("class", "")
    )
    absent = next(
        each for each in page.inside(chart, "rect") if "missing" in each.attributes.get("class", "")
    )
    titles = [each.text for each in page.inside(chart, "title")]
    assert "Friday, 3 March 2023: suppressed" in titles
    assert hatched.attributes["height"] == absent.attributes["height"]


def test_tables_and_map_lead_to_the_page_and_the_page_back(site: Path, page: Page) -> None:
    """Every link leads to a file of the site."""
    index = Page(site.read_text("utf-8"))
    address = f"places/{page_name(BAKERY)}"
    leading = [each for each in index.all("a") if each.attributes["href"] == address]
    assert {each.within("table") for each in leading} == {True, False}
    assert {each.within("svg") for each in leading} == {True, False}
    links = {each.attributes["href"] for each in page.all("a")}
    assert "../index.html" in links
    assert "../reports/r8.html" in links
    assert all((site.parent / "places" / link).resolve().is_file() for link in links)


def test_a_day_whose_report_lacks_the_place_is_not_called_suppressed(tmp_path: Path) -> None:
    """Reports list so many places only; of the others nothing is said."""
    counted(tmp_path, 1, 20)
    counted(tmp_path, 2, 30, places=[each for each in town(3, 1)["places"] if each["place_id"] != BAKERY])
    index = write_site(run_files(str(tmp_path)), tmp_path / "site", NOON)
    page = Page((index.parent / "places" / page_name(BAKERY)).read_text("utf-8"))
    assert [row[1] for row in page.tables(class_="days")[0][1:]] == ["not in the report", "20"]


def test_a_place_that_is_always_suppressed_has_a_page_without_a_number(tmp_path: Path) -> None:
    """It says how many days are suppressed, and no more."""
    counted(tmp_path, 1, None)
    counted(tmp_path, 2, None)
    index = write_site(run_files(str(tmp_path)), tmp_path / "site", NOON)
    page = Page((index.parent / "places" / page_name(BAKERY)).read_text("utf-8"))
    assert [each.text for each in page.inside(page.all("dl", class_="cards")[0], "dt", "dd")] == [
        "Days known",
        "0",
        "of 2 days; 2 suppressed",
    ]
    assert page.tables(class_="weekdays") == []


def test_only_the_first_places_have_a_page_and_older_pages_go(tmp_path: Path) -> None:
    """A page that stayed could tell numbers that are suppressed by now; files of others are left alone."""
    counted(tmp_path, 1, 20)
    folder = tmp_path / "site" / "places"
    write_site(run_files(str(tmp_path)), tmp_path / "site", NOON)
    (folder / "mine.html").write_text("of the reader")
    index = write_site(run_files(str(tmp_path)), tmp_path / "site", NOON, place_pages=1)
    assert sorted(file.name for file in folder.iterdir()) == ["mine.html", page_name(CAFE)]
    assert "The first 1 place has a page." in Page(index.read_text("utf-8")).text
    write_site(run_files(str(tmp_path)), tmp_path / "site", NOON, place_pages=0)
    assert [file.name for file in folder.iterdir()] == ["mine.html"]


def test_no_page_is_written_where_none_is_asked_for(tmp_path: Path) -> None:
    """Nor a folder for them."""
    counted(tmp_path, 1, 20)
    write_site(run_files(str(tmp_path)), tmp_path / "site", NOON, place_pages=0)
    assert not (tmp_path / "site" / "places").exists()


def test_the_files_of_pages_have_plain_names_of_their_own() -> None:
    """Whatever the ids are: paths, other alphabets, the same letters, hundreds of them, half a character."""
    ids = [
        "../../etc/passwd",
        "a/b",
        "a b",
        "A b",
        "",
        "\u05e7\u05e4\u05d4",
        "x" * 300,
        "CON",
        "\ud800",
        *HOSTILE,
    ]
    names = [page_name(each) for each in ids]
    assert len({name.lower() for name in names}) == len(ids)
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.") for name in names)
    assert all(len(name) <= 56 and name.count(".") == 1 and not name.startswith("-") for name in names)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose places have names that try to break out."""
    output = tmp_path_factory.mktemp("hostile")
    report = town(len(HOSTILE), 1)
    for place, text in zip(report["places"], HOSTILE, strict=True):
        place |= {"name": text, "category": text}
    counted(output, 1, 20, places=report["places"], map=report["map"])
    return write_site(run_files(str(output)), output / "site", NOON)


def test_names_of_places_stay_text(hostile: Path) -> None:
    """On the page of all runs and on their own."""
    pages = [hostile, *(hostile.parent / "places").iterdir()]
    assert len(pages) == 1 + len(HOSTILE)
    for file in pages:
        page = Page(file.read_text("utf-8"))
        assert page.unbalanced == []
        assert len(page.all("script")) == 1
        assert page.all("img") == []
        assert not [key for each in page.elements for key in each.attributes if key.startswith("on")]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_a_place_fits_any_window_asks_nobody_and_is_legible(
    browser: Browser, site: Path, hostile: Path, scheme: Any
) -> None:
    """At three widths, in light and dark, with plain and with hostile names."""
    pages = [site.parent / "places" / page_name(BAKERY), *sorted((hostile.parent / "places").iterdir())]
    with browser.new_context(color_scheme=scheme) as fresh:
        seen = fresh.new_page()
        said: list[str] = []
        seen.on("console", lambda message: said.append(message.text))
        seen.on("pageerror", lambda error: said.append(str(error)))
        seen.on("dialog", lambda dialog: said.append(dialog.message))
        for page in pages:
            seen.goto(page.as_uri(), wait_until="load")
            for width in WIDTHS:
                seen.set_viewport_size({"width": width, "height": 900})
                assert seen.evaluate("document.documentElement.scrollWidth") == width
            ratios = seen.evaluate(f"{AUDIT}; contrasts()")
            assert [each for each in ratios if each["ratio"] < 4.5] == []
        assert said == []


@pytest.mark.browser
def test_a_click_on_the_map_of_all_places_opens_the_page_of_a_place(browser: Browser, site: Path) -> None:
    """A drag does not."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as fresh:
        seen = fresh.new_page()
        seen.goto(site.as_uri(), wait_until="load")
        seen.locator("[data-do=in]").dispatch_event("click")
        seen.locator("[data-do=all]").dispatch_event("click")
        seen.locator(f"svg a[href='places/{page_name(BAKERY)}'] path").click()
        seen.wait_for_url(f"**/places/{page_name(BAKERY)}")
        assert seen.inner_text("h1") == "Harbour bakery"
