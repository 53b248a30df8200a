"""The map in a real Chromium: it is enlarged and moved by mouse, fingers and keys, and names what there is room for."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from .edges import EDGES, HOSTILE
from .test_browser import AUDIT, Visit, Visitor, browser, opened

__all__ = ["browser"]

pytestmark = pytest.mark.browser

DESK = {"width": 1280, "height": 900}
PHONE = {"viewport": {"width": 375, "height": 700}, "has_touch": True, "is_mobile": True}
WHOLE, DEEPEST = 38_400.0, 1_200.0


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Visitor]:
    """Open reports with the map in the middle of the window, and close them after the test."""
    with ExitStack() as open_pages:

        def visitor(edge: str = "three days", **context: Any) -> Visit:
            seen = open_pages.enter_context(opened(browser, tmp_path / "report.html", edge, **context))
            seen.page.evaluate("document.querySelector('.map').scrollIntoView({block: 'center'})")
            seen.page.wait_for_timeout(350)  # a wheel that turns right after scrolling is meant for the page
            return seen

        yield visitor


def view(page: Page) -> list[float]:
    """What part of the drawing is shown: left, top, width, height in its units."""
    return [float(each) for each in (page.get_attribute(".map", "viewBox") or "").split()]


def middle(page: Page) -> tuple[float, float]:
    """The middle of the map in the window."""
    box = page.locator(".map").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def names(page: Page) -> list[str]:
    """The names that are written on the map."""
    page.wait_for_timeout(150)
    return page.locator(".on-map text").all_text_contents()


def press(page: Page, button: str, times: int = 1) -> None:
    """Press a button of the map, also where it says that it can do no more."""
    for _ in range(times):
        page.locator(f"[data-do={button}]").dispatch_event("click")


def place_under(page: Page, x: float, y: float) -> list[float]:
    """The latitude and longitude of a point, as the line under the map has them."""
    page.mouse.move(x, y)
    text = (page.locator(".position").text_content() or "").removeprefix("here ").replace("\u2212", "-")
    return [float(each) for each in text.split(", ")]


def test_the_wheel_enlarges_the_map_and_what_is_under_the_pointer_stays(visit: Visitor) -> None:
    """The position under the pointer is the same before and after."""
    page = visit(viewport=DESK).page
    x, y = middle(page)
    before = place_under(page, x + 100, y + 50)
    page.mouse.wheel(0, -400)
    page.wait_for_selector(".zoomed")
    assert view(page)[2] < 0.7 * WHOLE
    assert place_under(page, x + 100, y + 50) == pytest.approx(before, abs=0.0002)


def test_a_wheel_that_turns_down_over_the_whole_map_scrolls_the_page(visit: Visitor) -> None:
    """Nobody is caught by the map on the way down."""
    page = visit(viewport=DESK).page
    page.mouse.move(*middle(page))
    start = page.evaluate("scrollY")
    page.mouse.wheel(0, 100)
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") > start
    assert view(page)[2] == WHOLE


def test_buttons_enlarge_to_a_limit_and_show_all_again(visit: Visitor) -> None:
    """32 times is the most; a button that can do no more says so."""
    page = visit(viewport=DESK).page
    whole = view(page)
    assert page.get_attribute("[data-do=out]", "aria-disabled") == "true"
    press(page, "in", 12)
    assert view(page)[2] == DEEPEST
    assert page.get_attribute("[data-do=in]", "aria-disabled") == "true"
    press(page, "all")
    assert view(page) == whole


def test_a_drag_moves_an_enlarged_map_and_never_beyond_its_edge(visit: Visitor) -> None:
    """To the right by 100 pixels shows what lies left; far to the right ends at the edge."""
    page = visit(viewport=DESK).page
    press(page, "in")
    (left, top, width, _), (x, y) = view(page), middle(page)
    drag(page, x, y, 100)
    assert view(page)[0] < left
    assert view(page)[1:3] == [top, width]
    for _ in range(4):
        drag(page, x - 300, y, 600)
    assert view(page)[0] == 0


def drag(page: Page, x: float, y: float, right: float) -> None:
    """Press, move to the right, release."""
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + right / 2, y)
    page.mouse.move(x + right, y)
    page.mouse.up()


def test_keys_move_the_map_that_has_the_focus(visit: Visitor) -> None:
    """Plus, an arrow and 0; the map says which keys it knows."""
    page = visit(viewport=DESK).page
    page.focus(".frame")
    page.keyboard.press("+")
    left = view(page)[0]
    page.keyboard.press("ArrowRight")
    assert view(page)[0] > left
    page.keyboard.press("0")
    assert view(page)[2] == WHOLE
    assert "arrow keys move" in (page.get_attribute(".frame", "aria-label") or "")


def test_names_are_written_where_they_cover_nothing(visit: Visitor) -> None:
    """Enlarged there is room for more of them; no name lies on another one."""
    page = visit("a city", viewport=DESK).page
    at_first = names(page)
    press(page, "in", 4)
    page.wait_for_selector(".on-map text")
    enlarged = names(page)
    words = [name for name in enlarged if not name.isdigit()]
    assert len(words) > 5 > len([name for name in at_first if not name.isdigit()])
    assert page.evaluate(f"{AUDIT}; overlaps()") == []


@pytest.mark.parametrize("width", [375, 1280])
def test_few_places_have_their_names_at_once(visit: Visitor, width: int) -> None:
    """The first in the list with its rank."""
    page = visit("three places", viewport={"width": width, "height": 900}).page
    assert sorted(names(page)) == ["1 Harbour bakery", "2 Old Mill cafe", "3 Corner grocery"]
    assert page.evaluate(f"{AUDIT}; overlaps()") == []


def test_a_name_in_a_table_leads_to_the_place_and_its_numbers(visit: Visitor) -> None:
    """The map is enlarged around it, has the focus, and shows what the mouse would."""
    page = visit(viewport=DESK).page
    page.click(".ranks a >> nth=2")
    assert view(page)[2] < WHOLE / 3
    assert page.inner_text(".hint").startswith("Castle books\n807 visits")
    assert page.evaluate("document.activeElement.className").startswith("frame")
    edge = page.locator("path.ring").get_attribute("d")
    assert edge == page.locator("#p2").get_attribute("d")


def test_the_scale_bar_follows(visit: Visitor) -> None:
    """From kilometres to metres: enlarged 32 times, 100 m are 32 / 20 times as long as 2 km were before."""
    page = visit(viewport=DESK).page
    bar, length = (
        page.locator(".scale text").first,
        "parseFloat(document.querySelectorAll('.scale line')[2].getAttribute('x2'))",
    )
    before = page.evaluate(length)
    assert bar.text_content() == "2 km"
    press(page, "in", 12)
    assert bar.text_content() == "100 m"
    assert page.evaluate(length) == pytest.approx(before * 32 / 20, rel=0.001)


def test_a_suppressed_place_tells_no_number_under_the_mouse(visit: Visitor) -> None:
    """Only that it is suppressed."""
    page = visit(viewport=DESK).page
    page.hover("path.suppressed >> nth=0")
    assert page.inner_text(".hint").split("\n")[1:] == ["suppressed"]


def test_two_fingers_enlarge_and_one_finger_scrolls_until_then(visit: Visitor) -> None:
    """At first the browser keeps one finger for the page, once enlarged the map takes it."""
    page = visit(**PHONE).page
    action = "getComputedStyle(document.querySelector('.map')).touchAction"
    assert page.evaluate(action) == "pan-x pan-y"
    x, y = middle(page)
    touch = page.context.new_cdp_session(page)
    for kind, apart in (("Start", 20), ("Move", 40), ("Move", 80)):
        fingers = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
        touch.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": fingers})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert view(page)[2] == pytest.approx(WHOLE / 4, rel=0.1)
    assert page.evaluate(action) == "none"


def test_a_tap_shows_the_numbers_of_a_place(visit: Visitor) -> None:
    """There is no mouse on a phone."""
    page = visit(**PHONE).page
    page.locator("#p3").tap()
    assert page.inner_text(".hint").startswith("Station pharmacy\n761 visits")


def test_names_stay_text_on_the_map(visit: Visitor) -> None:
    """A name that is markup is written letter by letter, in its place and under the mouse."""
    seen = visit("hostile", viewport=DESK)
    page = seen.page
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    written = "".join(names(page))
    for number in range(len(HOSTILE)):
        page.evaluate(f"document.querySelector(\"a[href='#p{number}']\").click()")
        written += "".join(names(page)) + page.inner_text(".hint")
    assert "<script>alert(1)</script>" in written
    assert page.evaluate(
        "[...document.querySelectorAll('.frame *')].map((e) => e.tagName.toLowerCase())"
    ) == (
        page.evaluate(
            "[...document.querySelectorAll('.frame *')].map((e) => e.tagName.toLowerCase())"
            ".filter((name) => !['script', 'img', 'h1'].includes(name))"
        )
    )
    assert dialogs == []
    assert seen.said == []


def test_an_address_with_a_place_opens_the_map_there(visit: Visitor) -> None:
    """So a page can point at a place."""
    seen = visit(viewport=DESK)
    seen.page.goto(f"{seen.address}#p4")
    seen.page.reload()
    assert view(seen.page)[2] < WHOLE / 3
    assert seen.page.inner_text(".hint").startswith("Harbour grocery")


def test_the_edges_of_reports_have_a_map_that_moves(visit: Visitor) -> None:
    """Also where all is suppressed, and where there is one place."""
    for edge in ("all suppressed", "one place", "pings only"):
        assert edge in EDGES
        seen = visit(edge, viewport=DESK)
        press(seen.page, "in")
        assert view(seen.page)[2] < WHOLE
        assert seen.said == []
