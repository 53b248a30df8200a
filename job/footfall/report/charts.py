"""Bars: their lengths are percents, so they fit any width while their text keeps its size."""

from collections.abc import Sequence
from math import ceil, floor, log10

from markupsafe import Markup

from footfall.report.svg import percent, tag
from footfall.report.words import number, rounded

PLOT_TOP = 22
PLOT_BOTTOM = 182
PLOT_HEIGHT = 206


def bar(rows: float, whole: float, *, start: float = 0, kind: str = "") -> Markup:
    """Draw one horizontal bar on a line as long as `whole`.

    Args:
        rows: The length of the bar; something is always visible unless it is 0.
        whole: The length of the line.
        start: Where the bar begins.
        kind: A CSS class of the bar.
    """
    drawn = tag("rect", x=percent(start, whole), width=percent(rows, whole), height="100%")
    if rows:  # a sliver of fixed width, so that one row in a billion can be seen
        edge = (
            {"x": "100%", "transform": "translate(-2)"}
            if start + rows >= whole
            else {"x": percent(start, whole)}
        )
        drawn += tag("rect", width=2, height="100%", **edge)
    return tag("svg", drawn, class_=f"bar {kind}".strip(), aria_hidden="true", focusable="false")


def ticks(highest: float, wanted: int = 4) -> list[int]:
    """Choose round numbers for an axis of counts from 0 to at least `highest`."""
    rough = max(highest, 1) / wanted
    power = 10 ** floor(log10(rough))
    step = max(1, next(int(base * power) for base in (1, 2, 5, 10) if base * power >= rough))
    return [step * i for i in range(ceil(max(highest, 1) / step) + 1)]


def hours_chart(hours: Sequence[int]) -> Markup:
    """Draw the visits that started in each of the day's 24 hours as upright bars over an axis."""
    marks = ticks(max(hours))
    busiest = max(hours)
    peak = hours.index(busiest)
    between = f"start between {clock(peak)} and {clock(peak + 1)}"
    label = f"Visits by hour of the day. Most, {number(busiest)}, {between}."
    bars = [hour_bar(hour, visits, marks[-1], peak=hour == peak) for hour, visits in enumerate(hours)]
    grid = [gridline(mark, marks[-1]) for mark in marks]
    return tag("svg", *grid, *bars, class_="hours", height=PLOT_HEIGHT, role="img", aria_label=label)


def hour_bar(hour: int, visits: int, highest: int, *, peak: bool) -> Markup:
    """Draw one hour: its bar, its number if it is the busiest, its name every third hour."""
    length = (PLOT_BOTTOM - PLOT_TOP) * visits / highest
    top = PLOT_BOTTOM - max(length, 2.0 if visits else 0.0)
    middle = percent(hour + 0.5, 24)
    hint = tag("title", f"{clock(hour)} to {clock(hour + 1)}: {number(visits)} visits")
    parts = [
        tag("rect", x=percent(hour, 24), y=0, width=percent(1, 24), height=PLOT_BOTTOM, class_="reach"),
        tag("rect", x=percent(hour + 0.13, 24), y=top, width=percent(0.74, 24), height=PLOT_BOTTOM - top),
    ]
    if peak:
        parts.append(tag("text", number(visits), x=middle, y=top - 6, class_=f"value {side(hour)}"))
    if hour % 3 == 0:
        rank = " seldom" if hour % 6 else ""
        parts.append(tag("text", clock(hour), x=middle, y=PLOT_HEIGHT - 6, class_=f"name{rank}"))
    return tag("g", hint, *parts, class_="peak" if peak else "hour")


def gridline(mark: int, highest: int) -> Markup:
    """Draw one horizontal line of the axis, with its number left of the plot."""
    y = PLOT_BOTTOM - (PLOT_BOTTOM - PLOT_TOP) * mark / highest
    line = tag("line", x1=0, x2="100%", y1=y, y2=y, class_="base" if mark == 0 else "grid")
    return line + tag("text", rounded(mark), x=-8, y=y + 4, class_="mark")


def side(hour: int) -> str:
    """Say to which side the number above a bar grows, so that it stays within the plot."""
    return "early" if hour < 3 else "late" if hour > 20 else "middle"


def clock(hour: int) -> str:
    """Write an hour: 7 is "07:00"."""
    return f"{hour:02d}:00"
