"""The bars."""

from footfall.report.charts import bar, hours_chart, ticks

from .page import Page


def widths(svg: str) -> list[str]:
    """Read the widths of a drawing's rectangles."""
    return [each.attributes["width"] for each in Page(f"<body>{svg}</body>").all("rect")]


def test_a_bar_is_as_long_as_its_share_and_starts_where_it_should() -> None:
    """30 of 120 from 60 on is a quarter of the line, from its middle; its sliver starts there too."""
    rects = Page(f"<body>{bar(30, 120, start=60)}</body>").all("rect")
    assert [(each.attributes["x"], each.attributes["width"]) for each in rects] == [
        ("50%", "25%"),
        ("50%", "2"),
    ]


def test_one_row_in_a_billion_can_still_be_seen() -> None:
    """A sliver of two pixels stands for anything that is not nothing."""
    assert widths(bar(1, 10**9)) == ["0%", "2"]
    assert widths(bar(0, 10**9)) == ["0%"]
    assert widths(bar(0, 0)) == ["0%"]


def test_an_axis_has_round_marks_up_to_the_highest_bar() -> None:
    """Steps are 1, 2 or 5 times a power of ten, and whole."""
    assert ticks(1004) == [0, 500, 1000, 1500]
    assert ticks(7) == [0, 2, 4, 6, 8]
    assert ticks(1) == [0, 1]
    assert ticks(400) == [0, 100, 200, 300, 400]


def test_the_hours_have_24_bars_with_their_numbers_and_the_busiest_is_named() -> None:
    """Every bar tells its hour and its count under the mouse; the description names the busiest."""
    hours = [0] * 24
    hours[7], hours[18] = 3, 12
    page = Page(f"<body>{hours_chart(hours)}</body>")
    titles = [each.text for each in page.all("title")]
    assert len(titles) == 24
    assert titles[7] == "07:00 to 08:00: 3 visits"
    assert "Most, 12, start between 18:00 and 19:00." in page.all("svg")[0].attributes["aria-label"]
    assert [each.text for each in page.all("text", class_="value")] == ["12"]
    assert [each.text for each in page.all("text", class_="mark")] == ["0", "5", "10", "15"]
