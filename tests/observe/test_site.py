"""The page of all runs: what it says, and how it behaves in a real Chromium."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from footfall.history.files import run_files
from footfall.report.words import DASH
from footfall.site.writing import write_site
from tests.history.manifests import NOON, day, manifest, put
from tests.history.month import DAYS, NOW, month
from tests.report.page import Page
from tests.report.test_browser import AUDIT, WIDTHS, browser

__all__ = ["browser"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a month: 26 days published, others refused, failed, lost, missing, running."""
    output = tmp_path_factory.mktemp("month")
    month(output, DAYS, NOW)
    return write_site(run_files(str(output)), output / "site", NOW)


@pytest.fixture(scope="module")
def page(site: Path) -> Page:
    """The same, parsed."""
    return Page(site.read_text("utf-8"))


def test_the_page_is_well_formed_and_says_how_many_days_are_published(page: Page) -> None:
    """In its first line."""
    assert page.unbalanced == []
    assert page.all("h1")[0].text == f"1{DASH}31 March 2023: 26 of 31 days published"


def test_each_day_has_the_mark_of_what_became_of_it(page: Page) -> None:
    """A published one a shade, and one whose last run failed a dot beside it."""
    cells = {each.text.strip(): each.attributes["class"] for each in page.all("td", class_="day")}
    assert len(cells) == DAYS
    assert {number: cells[number] for number in ("12", "17", "23", "24", "31")} == {
        "12": "day refused",
        "17": "day failed",
        "23": "day missing",
        "24": "day lost",
        "31": "day running running",
    }
    assert cells["9"].endswith(" troubled")
    assert sum("shade" in kind for kind in cells.values()) == 26


def test_what_needs_a_look_is_said_above_all(page: Page) -> None:
    """One line for each, with the reason, the newest first."""
    (notice,) = page.all("section", class_="notice")
    lines = [" ".join(each.text.split()) for each in page.inside(notice, "li")]
    assert lines[1] == "23 March 2023 missing: no run tried it"
    assert [line.split()[0] for line in lines] == ["24", "23", "17", "12", "9"]
    assert "9 March 2023 failed: The bucket does not answer; the counts from before stand" in lines
    assert len(lines) == 5


def test_days_that_one_run_failed_on_need_one_look(tmp_path: Path) -> None:
    """Days 2 to 4 by one run, and day 6 of the same run by itself: 5 was published later."""
    refused = {
        "state": "refused",
        "exit_code": 3,
        "refusal": "No ping is there",
        "digests": {},
        "per_day": [],
    }
    put(tmp_path, manifest("20230307T060000Z-0001", *map(day, range(2, 7)), **refused))
    put(tmp_path, manifest("20230308T060000Z-0002", day(1)))
    put(tmp_path, manifest("20230309T060000Z-0003", day(5)))
    page = Page(write_site(run_files(str(tmp_path)), tmp_path / "site", NOON).read_text("utf-8"))
    (notice,) = page.all("section", class_="notice")
    lines = [" ".join(each.text.split()) for each in page.inside(notice, "li")]
    assert [line.partition(" refused:")[0] for line in lines] == [
        "6 March 2023",
        f"2 March 2023 {DASH} 4 March 2023",
    ]


def test_days_and_runs_lead_to_their_reports(page: Page, site: Path) -> None:
    """Each report lies beside the page; the site can be moved as a whole."""
    links = {each.attributes["href"] for each in page.all("a") if not each.attributes["href"].startswith("#")}
    assert len([link for link in links if link.startswith("reports/")]) == 27
    assert all((site.parent / link).is_file() for link in links)


def test_places_have_a_line_that_is_broken_where_a_day_is_missing(page: Page) -> None:
    """Published are 1 to 11, 13 to 16, 18 to 22, 25 to 30."""
    first = page.all("svg", class_="spark")[0]
    assert len(page.inside(first, "polyline")) == 4


def test_what_explains_the_bars_holds_on_paper_of_any_colour(page: Page) -> None:
    """A weekend's bar is nearer to the ground than a weekday's: lighter on white, and darker on black."""
    assert "Weekends are fainter" in page.text
    assert not any(word in page.text for word in ("lighter", "darker", "pale", "Pale"))


def test_runs_that_did_not_publish_stand_apart_with_their_reasons(page: Page) -> None:
    """26 runs published; one was refused, two failed, one is lost, one runs."""
    published, tries = page.tables(class_="runs")
    assert len(published) == 1 + 26
    assert [(row[1], row[2][2:]) for row in tries[1:]] == [
        ("31 March 2023", "running"),
        ("24 March 2023", "lost"),
        ("17 March 2023", "failed"),
        ("12 March 2023", "refused"),
        ("9 March 2023", "failed"),
    ]
    assert tries[3][3] == "The file cannot be read: it ends early"


def test_two_numbers_of_one_day_are_explained(tmp_path: Path) -> None:
    """A day that was published twice has the visits of the last run, its first run those that it counted."""
    put(tmp_path, manifest("r1", day(1)))
    once = Page(write_site(run_files(str(tmp_path)), tmp_path / "site", NOON).read_text("utf-8"))
    put(tmp_path, manifest("r2", day(1)))
    twice = Page(write_site(run_files(str(tmp_path)), tmp_path / "site", NOON).read_text("utf-8"))
    assert "published more than once" not in once.text
    assert "1 day was published more than once." in twice.text


def test_reports_are_copied_once(tmp_path: Path) -> None:
    """A report never changes."""
    month(tmp_path, 3, NOW)
    page = write_site(run_files(str(tmp_path)), tmp_path / "site", NOW)
    copied = next((page.parent / "reports").iterdir())
    copied.write_text("as it was copied")
    write_site(run_files(str(tmp_path)), tmp_path / "site", NOW)
    assert copied.read_text() == "as it was copied"


def test_an_output_without_runs_has_a_page(tmp_path: Path) -> None:
    """It says so."""
    told = Page(write_site(run_files(str(tmp_path)), tmp_path / "site", NOON).read_text("utf-8"))
    assert told.all("h1")[0].text == "No run yet"
    assert told.unbalanced == []


def test_text_of_runs_stays_text(tmp_path: Path) -> None:
    """An error may quote anything."""
    hostile = "<script>alert(1)</script>"
    absent = dict.fromkeys(("counts", "totals", "per_day", "checks"))
    put(tmp_path, manifest("r1", day(1), **absent, state="failed", exit_code=3, refusal=hostile))
    told = Page(write_site(run_files(str(tmp_path)), tmp_path / "site", NOON).read_text("utf-8"))
    assert len(told.all("script")) == 1
    assert hostile in told.text


@pytest.fixture(params=["light", "dark"])
def opened(browser: Browser, site: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The page in Chromium, everything unfolded, with what was said and asked meanwhile."""
    with browser.new_context(color_scheme=request.param) as fresh:
        seen = fresh.new_page()
        said: list[str] = []
        asked: list[str] = []
        seen.on("console", lambda message: said.append(message.text))
        seen.on("pageerror", lambda error: said.append(str(error)))
        seen.on("request", lambda sent: asked.append(sent.url))
        seen.goto(site.as_uri(), wait_until="load")
        for summary in seen.locator("summary").all():
            summary.click()
        yield seen
        assert said == []
        assert [url for url in asked if not url.startswith("data:")] == [site.as_uri()]


@pytest.mark.browser
def test_the_page_fits_any_window_asks_nobody_and_is_legible(opened: Any) -> None:
    """At three widths, in light and dark; every text reaches 4.5 to 1 against what is behind it."""
    for width in WIDTHS:
        opened.set_viewport_size({"width": width, "height": 900})
        assert opened.evaluate("document.documentElement.scrollWidth") == width
    ratios = opened.evaluate(f"{AUDIT}; contrasts()")
    assert len(ratios) > 300
    assert [each for each in ratios if each["ratio"] < 4.5] == []


@pytest.mark.browser
def test_all_places_can_be_searched(opened: Any) -> None:
    """By the script of the reports."""
    opened.fill("#search", "linden cinema")
    assert opened.locator("#all-places tbody tr:visible").count() == 1
