"""Drawings of the page: bars of days, lines of places, and the calendar of months."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from markupsafe import Markup

from footfall.history.calendar import DayRecord
from footfall.report.charts import ticks
from footfall.report.svg import percent, tag
from footfall.report.symbols import pattern
from footfall.report.words import counted, number, rounded, weekday
from footfall.report.words import day as day_words

TOP, BOTTOM, HEIGHT = 18, 168, 196
SPARK_WIDTH, SPARK_HEIGHT = 200, 36
SHADES = 5

WIDEST = 0.07
"""The largest width of a day's bar, as a part of the chart's width."""

STATE_WORDS = {
    "published": "published",
    "refused": "refused, not published",
    "failed": "failed",
    "running": "running",
    "lost": "lost: it ended and said nothing",
    "missing": "missing: no run tried it",
}


@dataclass(frozen=True)
class Cell:
    """A day of the calendar: its number, its CSS class, the link to its report, and its tooltip."""

    number: int
    kind: str
    href: str | None
    words: str


@dataclass(frozen=True)
class Month:
    """A month: its name, and its weeks from Monday on, with None for days of other months."""

    name: str
    weeks: list[list[Cell | None]]


@dataclass(frozen=True)
class DayBar:
    """A day of a chart: what was counted, or None and a CSS class that says why; and its tooltip."""

    day: date
    count: int | None
    kind: str
    words: str


def day_chart(days: Sequence[DayBar], about: str) -> Markup:
    """A chart with an upright bar for the count of each day, and a pale stripe for a day without a known one.

    Args:
        days: Consecutive days, at least one.
        about: What the chart shows, as a label for screen readers.
    """
    marks = ticks(max((each.count or 0 for each in days), default=0), wanted=3)
    grid = [_gridline(mark, marks[-1]) for mark in marks]
    bars = [_day_bar(place, len(days), each, marks[-1]) for place, each in enumerate(days)]
    names = list(_names([each.day for each in days]))
    label = f"{about} from {day_words(str(days[0].day))} to {day_words(str(days[-1].day))}."
    hatch = [tag("defs", pattern("hatch-day"))] if any(each.kind == "suppressed" for each in days) else []
    return tag(
        "svg",
        *hatch,
        *grid,
        *bars,
        *names,
        class_="hours days-chart",
        height=HEIGHT,
        role="img",
        aria_label=label,
    )


def all_places(days: Sequence[DayRecord]) -> Markup:
    """A chart with the main sum of each day."""
    bars = [
        DayBar(each.day, each.sums.count if each.sums else None, each.state, words(each)) for each in days
    ]
    main = next((each.sums.main for each in days if each.sums), "")
    return day_chart(bars, f"{main.capitalize()} of each day")


def _day_bar(place: int, whole: int, day: DayBar, highest: int) -> Markup:
    title = tag("title", day.words)
    reach = tag("rect", x=percent(place, whole), y=0, width=percent(1, whole), height=BOTTOM, class_="reach")
    gap = max(0.12 if whole > 45 else 0.16, (1 - WIDEST * whole) / 2)
    x, width = percent(place + gap, whole), percent(1 - 2 * gap, whole)
    if day.count is None:
        stripe = tag("rect", x=x, y=TOP, width=width, height=BOTTOM - TOP, class_=f"absent {day.kind}")
        return tag("g", title, reach, stripe)
    length = max((BOTTOM - TOP) * day.count / highest, 2.0 if day.count else 0.0)
    kind = "weekend" if day.day.weekday() >= 5 else "week"
    return tag(
        "g", title, reach, tag("rect", x=x, y=BOTTOM - length, width=width, height=length, class_=kind)
    )


def _gridline(mark: int, highest: int) -> Markup:
    y = BOTTOM - (BOTTOM - TOP) * mark / highest
    line = tag("line", x1=0, x2="100%", y1=y, y2=y, class_="base" if mark == 0 else "grid")
    return line + tag("text", rounded(mark), x=-8, y=y + 4, class_="mark")


def _names(days: Sequence[date]) -> Iterator[Markup]:
    """The labels of the time axis: Mondays for a short time, else months; narrow screens hide every other one."""
    if len(days) <= 10:
        named = [(place, f"{day.day} {day:%b}") for place, day in enumerate(days)]
    elif len(days) <= 45:
        named = [(place, f"{day.day} {day:%b}") for place, day in enumerate(days) if day.weekday() == 0]
    else:
        named = [(place, f"{day:%b}") for place, day in enumerate(days) if day.day == 1]
    for rank, (place, text) in enumerate(named):
        kind = "name seldom" if rank % 2 else "name"
        yield tag("text", text, x=percent(place + 0.5, len(days)), y=HEIGHT - 10, class_=kind)


def sparkline(visits: Sequence[int | None], highest: int) -> Markup:
    """A place's visits as a line, with gaps for days that are not known."""
    step = SPARK_WIDTH / max(len(visits) - 1, 1)
    points = [
        None
        if each is None
        else (place * step, SPARK_HEIGHT - 3 - (SPARK_HEIGHT - 6) * each / max(highest, 1))
        for place, each in enumerate(visits)
    ]
    drawn = []
    for known, run in groupby(points, key=lambda point: point is not None):
        if known:
            path = [f"{x:.1f},{y:.1f}" for x, y in filter(None, run)]
            path = path * 2 if len(path) == 1 else path  # a single day is a dot
            drawn.append(tag("polyline", points=" ".join(path)))
    box = f"0 0 {SPARK_WIDTH} {SPARK_HEIGHT}"
    return tag("svg", *drawn, class_="spark", viewBox=box, preserveAspectRatio="none", aria_hidden="true")


def months(days: Sequence[DayRecord], reports: dict[str, str]) -> list[Month]:
    """The days laid out by month, the latest month first.

    Args:
        days: Each day of the calendar.
        reports: The links to the pages of runs, by the id of the run.
    """
    known = [record.sums.count for record in days if record.sums]
    scale = (min(known, default=0), max(known, default=0))
    by_month = groupby(days, key=lambda record: (record.day.year, record.day.month))
    return [_month(list(records), scale, reports) for _, records in by_month][::-1]


def _month(records: list[DayRecord], scale: tuple[int, int], reports: dict[str, str]) -> Month:
    first = records[0].day.replace(day=1)
    monday = first - timedelta(days=first.weekday())
    cells = {record.day: _cell(record, scale, reports) for record in records}
    weeks: list[list[Cell | None]] = []
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    while monday <= last:
        weeks.append([_of(monday + timedelta(days=n), first, cells) for n in range(7)])
        monday += timedelta(days=7)
    return Month(f"{first:%B} {first.year}", weeks)


def _of(day: date, first: date, cells: dict[date, Cell]) -> Cell | None:
    if (day.year, day.month) != (first.year, first.month):
        return None
    return cells.get(day) or Cell(day.day, "beyond", None, "")


def _cell(record: DayRecord, scale: tuple[int, int], reports: dict[str, str]) -> Cell:
    run = record.publisher or record.latest
    href = reports.get(run.run_id) if run else None
    kind = record.state if record.sums is None else f"shade{_shade(record.sums.count, *scale)}"
    if record.state == "published" and record.is_troubled:
        kind += " troubled"
    if record.state == "running":
        kind += " running"
    return Cell(record.day.day, kind, href, words(record))


def _shade(count: int, lowest: int, highest: int) -> int:
    """The shade of a day, from the palest for the least count of any day to the strongest for the largest."""
    return min(SHADES - 1, SHADES * (count - lowest) // max(highest - lowest, 1))


def words(record: DayRecord) -> str:
    """The state of a day and its sums, in one or two lines."""
    text = f"{weekday(str(record.day))}, {day_words(str(record.day))}: "
    if record.sums is None:
        text += STATE_WORDS[record.state]
    else:
        sums = record.sums
        text += ", ".join(f"{number(sums.sums[name])} {name}" for name in sums.names[:2])
        if sums.suppressed_rows:
            text += f" ({counted(sums.suppressed_rows, 'suppressed row')} left out)"
        text += " (running again)" if record.state == "running" else ""
    if record.latest and record.latest.trouble and record.is_troubled:
        text += f"\nLast run {record.latest.state}: {record.latest.trouble}"
    return text
