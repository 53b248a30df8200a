"""The page of all runs as HTML, a single file that loads nothing from a network, with links to reports."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from footfall.history.calendar import DayRecord, spans
from footfall.history.record import RunRecord
from footfall.report import words
from footfall.report.html import digest, templates
from footfall.report.html import inlined as report_inlined
from footfall.report.sections import Card
from footfall.site.atlas import Atlas
from footfall.site.content import COMPARED_DAYS, Overview, PlaceTrend, same_weekday_before
from footfall.site.drawing import STATE_WORDS, all_places, months, sparkline

LISTED_RUNS = 100
LISTED_PLACES = 12
BADGES = {
    "published": "✓ published",
    "refused": "✕ refused",
    "failed": "✕ failed",
    "running": "… running",
    "lost": "? lost",
    "damaged": "? damaged",
}


@dataclass(frozen=True)
class Line:
    """A place with its line of visits, and its change as text."""

    place: PlaceTrend
    drawn: Markup
    change: str


def render(overview: Overview, reports: dict[str, str], pages: dict[str, str]) -> str:
    """The page of all runs as HTML.

    Args:
        overview: The content of the page.
        reports: The links to the pages of runs, by the id of the run.
        pages: The links to the pages of places, by the id of the place.
    """
    shown = _shown(overview, reports) | {
        "pages": pages,
        "map": Atlas(overview.shapes, overview.places, pages).whole(),
    }
    page = templates("site").get_template("site.html.j2").render(**shown, **inlined())
    return page.encode("utf-8", "replace").decode("utf-8")


def _shown(overview: Overview, reports: dict[str, str]) -> dict[str, Any]:
    lines = [
        Line(place, sparkline(place.visits, max((v or 0 for v in place.visits), default=0)), _change(place))
        for place in overview.places
    ]
    return {
        "root": overview.root,
        "now": overview.now.isoformat(),
        "headline": _headline(overview.days),
        "main": overview.main,
        "job": overview.job,
        "lists_places": overview.lists_places,
        "troubles": _troubles(overview),
        "cards": _cards(overview),
        "months": months(overview.days, reports),
        "chart": all_places(overview.trend_days) if any(day.sums for day in overview.trend_days) else None,
        "trend_days": len(overview.trend_days),
        "lines": lines,
        "listed": LISTED_PLACES,
        "compared": COMPARED_DAYS,
        "hidden_places": overview.hidden_places,
        **_runs(overview.runs),
        "reports": reports,
        "badges": BADGES,
        "states": STATE_WORDS,
    }


def _runs(runs: Sequence[RunRecord]) -> dict[str, Any]:
    """The runs that published and all others, and the number of days that were published more than once."""
    published = [run for run in runs if run.state == "published"]
    tries = [run for run in runs if run.state != "published"]
    times = Counter(day for run in published for day in run.days)
    return {
        "published": published[:LISTED_RUNS],
        "published_left_out": len(published[LISTED_RUNS:]),
        "tries": tries[:LISTED_RUNS],
        "tries_left_out": len(tries[LISTED_RUNS:]),
        "republished": sum(1 for number in times.values() if number > 1),
    }


def _headline(days: Sequence[DayRecord]) -> str:
    if not days:
        return "No run yet"
    published = sum(1 for day in days if day.is_published)
    when = words.period([str(day.day) for day in days])
    if published == len(days):
        return (
            f"{when}: all {words.counted(len(days), 'day')} published"
            if published > 1
            else f"{when}: published"
        )
    return f"{when}: {words.number(published)} of {words.counted(len(days), 'day')} published"


def _troubles(overview: Overview) -> list[tuple[str, str, RunRecord | None]]:
    """Days that need a look, the newest first: their problem as text, and the run with more details.

    Days that follow each other and have the same problem by the same run are one.
    """
    missing = [day.day for day in overview.days if day.state == "missing"]
    found: list[tuple[date, str, str, RunRecord | None]] = [
        (last, _span(first, last), "missing: no run tried it", None) for first, last in spans(missing)
    ]
    troubled: dict[tuple[str, bool], list[date]] = {}
    runs = {run.run_id: run for run in overview.runs}
    for day in overview.days:
        if day.is_troubled and day.latest is not None:
            troubled.setdefault((day.latest.run_id, day.is_published), []).append(day.day)
    for (run_id, is_published), days in troubled.items():
        kept = "; the counts from before stand" if is_published else ""
        problem = f"{runs[run_id].state}: {runs[run_id].trouble or ''}{kept}"
        found += [(last, _span(first, last), problem, runs[run_id]) for first, last in spans(days)]
    found.sort(key=lambda trouble: trouble[0], reverse=True)
    damaged = [run for run in overview.runs if run.state == "damaged"]
    return [trouble[1:] for trouble in found] + [(run.run_id, run.trouble or "", run) for run in damaged]


def _span(first: date, last: date) -> str:
    return (
        words.period([str(first)])
        if first == last
        else f"{words.day(str(first))} {words.DASH} {words.day(str(last))}"
    )


def _cards(overview: Overview) -> list[Card]:
    published = [day for day in overview.days if day.sums is not None]
    cards = [_published_card(overview.days)]
    if published:
        last = published[-1]
        before = same_weekday_before(published, last)
        cards += [_main_card(last, before), _seen_card(last)]
    ended = [run for run in overview.runs if run.seconds is not None]
    if ended:
        typical = sorted(run.seconds or 0 for run in ended)[len(ended) // 2]
        cards.append(
            Card(
                "A run takes", words.duration(typical), f"in the middle of {words.counted(len(ended), 'run')}"
            )
        )
    costs = [run.cost for run in ended if run.cost is not None]
    priced = [cost for cost in costs if cost.amount is not None]
    if priced:
        amount = sum(cost.amount or 0 for cost in priced)
        cards.append(
            Card("Cost", f"{amount:,.2f} {priced[0].currency}", f"of {words.counted(len(priced), 'run')}")
        )
    elif costs:
        hours = sum(cost.core_seconds for cost in costs) / 3600
        cards.append(Card("Core hours", f"{hours:,.1f}", f"held by {words.counted(len(costs), 'run')}"))
    return cards


def _published_card(days: Sequence[DayRecord]) -> Card:
    published = [day.day for day in days if day.is_published]
    note = f"the last one is {words.day(str(max(published)))}" if published else "none yet"
    return Card("Days published", words.number(len(published)), note)


def _main_card(last: DayRecord, before: DayRecord | None) -> Card:
    assert last.sums is not None  # noqa: S101 - only published days come here
    if before is None or before.sums is None or not before.sums.count:
        note = f"on {words.day(str(last.day))}"
    else:
        changed = words.change(last.sums.count / before.sums.count - 1)
        note = f"{changed} against the {words.weekday(str(last.day))} before"
    if last.sums.suppressed_rows:
        note += ", without suppressed rows"
    return Card(f"{last.sums.main.capitalize()}, last day", words.number(last.sums.count), note)


def _seen_card(last: DayRecord) -> Card:
    assert last.sums is not None  # noqa: S101 - only published days come here
    hidden = words.counted(last.sums.suppressed_rows, "row")
    name = last.sums.names[-1]
    title = name.replace("_", " ").capitalize()
    return Card(title, words.number(last.sums.sums[name]), f"on the last day, {hidden} suppressed")


def _change(place: PlaceTrend) -> str:
    return words.change(place.change) if place.change is not None else words.DASH


def inlined() -> dict[str, Any]:
    """The style and the script that pages include: those of reports, and what this page adds."""
    shared = report_inlined()
    style = shared["style"] + Markup(_read("site.css"))  # noqa: S704 (our own files, no data in them)
    return {**shared, "style": style, "style_digest": digest(str(style))}


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")
