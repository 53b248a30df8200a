"""The page in a real Chromium: silent, offline, legible and never wider than the window."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from footfall.report.html import render_html

from .edges import EDGES
from .reports import town

pytestmark = pytest.mark.browser

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AUDIT = (Path(__file__).parent / "audit.js").read_text("utf-8")
WIDTHS = (360, 768, 1400)


@dataclass
class Visit:
    """An opened report: the page and what the browser said and asked for meanwhile."""

    page: Page
    address: str
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


Visitor = Callable[..., Visit]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    if CHROMIUM is None:
        pytest.skip("no chromium on the PATH: install it (Debian: apt-get install chromium) to test the page")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield opened
        opened.close()


@contextmanager
def opened(browser: Browser, file: Path, edge: str, **context: Any) -> Iterator[Visit]:
    """Open a report from a file, in a fresh context of the browser."""
    file.write_text(render_html(EDGES[edge]()), "utf-8")
    with browser.new_context(**context) as fresh:
        seen = Visit(fresh.new_page(), file.as_uri())
        seen.page.on("console", lambda message: seen.said.append(message.text))
        seen.page.on("pageerror", lambda error: seen.said.append(str(error)))
        seen.page.on("request", lambda request: seen.asked.append(request.url))
        seen.page.goto(seen.address, wait_until="load")
        yield seen


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Visitor]:
    """Open reports, and close them after the test."""
    with ExitStack() as open_pages:

        def visitor(edge: str = "three days", **context: Any) -> Visit:
            return open_pages.enter_context(opened(browser, tmp_path / "report.html", edge, **context))

        yield visitor


@pytest.fixture(scope="module", params=EDGES)
def unfolded(browser: Browser, request: pytest.FixtureRequest, tmp_path_factory: Any) -> Iterator[Visit]:
    """Each report in turn, with everything unfolded."""
    with opened(browser, tmp_path_factory.mktemp("page") / "report.html", request.param) as seen:
        unfold(seen.page)
        yield seen


def unfold(page: Page) -> None:
    """Open everything that is folded away."""
    for summary in page.locator("summary").all():
        summary.click()


def test_the_page_is_never_wider_than_the_window(unfolded: Visit) -> None:
    """Not even with long names, hostile text and numbers of twelve digits."""
    for width in WIDTHS:
        unfolded.page.set_viewport_size({"width": width, "height": 900})
        assert unfolded.page.evaluate("document.documentElement.scrollWidth") == width


def test_the_page_is_silent_and_asks_for_nothing(unfolded: Visit) -> None:
    """Nothing in the console, no error, no request but for the file itself, in light and in dark."""
    unfolded.page.emulate_media(color_scheme="dark")
    unfolded.page.mouse.wheel(0, 20_000)
    unfolded.page.wait_for_load_state("networkidle")
    assert unfolded.said == []
    assert [url for url in unfolded.asked if not url.startswith("data:")] == [unfolded.address]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("edge", ["three days", "refused"])
def test_all_text_has_enough_contrast(visit: Visitor, edge: str, scheme: str) -> None:
    """Every text reaches 4.5 to 1 against what is behind it (WCAG AA)."""
    page = visit(edge, color_scheme=scheme).page
    unfold(page)
    ratios = page.evaluate(f"{AUDIT}; contrasts()")
    assert len(ratios) > 300
    assert [each for each in ratios if each["ratio"] < 4.5] == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("edge", ["three days", "huge"])
def test_text_in_drawings_is_legible_and_does_not_overlap(visit: Visitor, edge: str, width: int) -> None:
    """Labels of the hours and the scale keep their size at any width, and so do the ranks on the map."""
    page = visit(edge, viewport={"width": width, "height": 900}).page
    texts = page.evaluate(f"{AUDIT}; labels()")
    assert len(texts) > 8
    assert [each["text"] for each in texts if each["size"] < 11] == []
    assert page.evaluate(f"{AUDIT}; overlaps()") == []


def test_without_script_the_map_is_a_picture_whose_places_have_titles(visit: Visitor) -> None:
    """The place's path or dot is what the pointer meets, and its title has the numbers; nothing offers to zoom."""
    page = visit(viewport={"width": 1280, "height": 900}, java_script_enabled=False).page
    assert not page.locator(".zoom").is_visible()
    assert page.locator(".ranks-on-map text").count() > 5
    titles = page.evaluate(f"{AUDIT}; underPointer()")
    assert len(titles) == 40
    assert sum("typical dwell" in title for title in titles) == 38
    assert sum("suppressed" in title for title in titles) == 2


def test_dark_and_light_differ_where_they_should(visit: Visitor) -> None:
    """The page follows the scheme of the reader's system."""
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    assert visit(color_scheme="light").page.evaluate(ground) == "rgb(252, 251, 248)"
    assert visit(color_scheme="dark").page.evaluate(ground) == "rgb(20, 23, 26)"


def test_the_search_box_filters_by_name_id_and_category(visit: Visitor) -> None:
    """Words may be in any order and case; the count says how many are shown."""
    page = visit().page
    unfold(page)
    rows = page.locator("#all-places tbody tr:visible")
    assert rows.count() == 40
    page.fill("#search", "PHARMACY mill")
    wanted = [
        p for p in town()["places"] if p["name"] and "Mill" in p["name"] and p["category"] == "pharmacy"
    ]
    assert rows.count() == len(wanted)
    page.fill("#search", "s-0033")
    assert [text.split("\t")[0] for text in rows.all_inner_texts()] == ["Linden cinema"]
    assert page.inner_text("#shown") == "1 of 40 shown"
    page.fill("#search", "no such place")
    assert rows.count() == 0
    page.fill("#search", "")
    assert page.inner_text("#shown") == "40 of 40 shown"


def test_a_click_on_a_heading_sorts_by_value(visit: Visitor) -> None:
    """Numbers sort as numbers, first the highest; a second click turns the order; suppressed is least."""
    page = visit().page
    unfold(page)
    pings = sorted((p["pings"] for p in town()["places"] if p["pings"] is not None), reverse=True)
    column = page.locator("#all-places tbody tr td:nth-child(5)")
    page.click("#all-places th:nth-child(5) button")
    assert column.all_inner_texts() == [f"{count:,}" for count in pings] + ["suppressed"] * 2
    page.click("#all-places th:nth-child(5) button")
    assert column.first.inner_text() == "suppressed"
    assert page.get_attribute("#all-places th:nth-child(5)", "aria-sort") == "ascending"


def test_without_script_everything_can_still_be_read(visit: Visitor) -> None:
    """The full list is there; only searching and sorting are not offered."""
    page = visit(java_script_enabled=False).page
    page.locator("summary").first.click()
    assert page.locator("#all-places tbody tr:visible").count() == 40
    assert not page.locator("#search").is_visible()


def test_hostile_text_runs_nothing(visit: Visitor) -> None:
    """No dialog opens, and the text is there to be read."""
    seen = visit("hostile")
    dialogs: list[str] = []
    seen.page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    unfold(seen.page)
    seen.page.fill("#search", "<script>alert(1)</script>")
    seen.page.click("#all-places th:nth-child(1) button")
    assert dialogs == []
    assert seen.said == []
    assert seen.page.locator("#all-places tbody tr:visible").count() > 0
