"""The page of one place: its history, its weekdays, its map."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from footfall.report import words
from footfall.report.charts import bar
from footfall.report.html import templates
from footfall.report.sections import Card, Change, compared
from footfall.site.atlas import Atlas
from footfall.site.content import COMPARED_DAYS, Overview, PlaceTrend
from footfall.site.drawing import DayBar, day_chart
from footfall.site.history import PlaceDay, Weekday, place_days, weekdays

NOT_KNOWN = "not known"
"""The text in place of a comparison with a day that is suppressed, not published, or not in a report."""


@dataclass(frozen=True)
class DayLine:
    """A day, its bar, its change against the same weekday before, and the link to its report."""

    day: PlaceDay
    bar: Markup
    change: Change
    href: str | None


@dataclass(frozen=True)
class WeekdayLine:
    """A weekday, its bar, and the change of the last one against the one before."""

    weekday: Weekday
    bar: Markup
    change: Change


def render_place(
    place: PlaceTrend,
    overview: Overview,
    atlas: Atlas,
    reports: Mapping[str, str],
    inlined: Mapping[str, Any],
) -> str:
    """The page of one place as HTML.

    Args:
        place: The place.
        overview: The content of the page of all runs.
        atlas: Draws the maps, with links from this page to those of other places.
        reports: The links from this page to the pages of runs, by the id of the run.
        inlined: The style and the script, as of `inlined`.
    """
    days = place_days(place, overview.trend_days)
    shown = {
        "place": place,
        "cards": cards(place, days),
        "chart": day_chart([DayBar(each.day, each.visits, each.kind, each.words) for each in days], "Visits"),
        "map": atlas.around(place.place_id),
        "days": _day_lines(days, reports)[::-1],
        "weekdays": _weekday_lines(weekdays(days)) if place.all_days.days else [],
        "now": overview.now.isoformat(),
    }
    page = templates("site").get_template("place.html.j2").render(**shown, **inlined)
    return page.encode("utf-8", "replace").decode("utf-8")


def cards(place: PlaceTrend, days: list[PlaceDay]) -> list[Card]:
    """The key figures of a place."""
    known = place.all_days
    found = [_known_card(place, days)]
    if not known.days:
        return found
    last = next(each for each in reversed(days) if each.visits is not None)
    best = max((each for each in days if each.visits is not None), key=lambda each: each.visits or 0)
    against = compared(last.visits or 0, last.week_before).words
    name = words.weekday(str(last.day))
    note = f"{against}, the {name} before" if last.week_before is not None else f"a {name}"
    week = place.recent
    of_week = f"{words.number(week.days)} of {words.counted(COMPARED_DAYS, 'day')} known"
    return [
        Card(f"Visits on {last.day.day} {last.day:%B}", words.number(last.visits or 0), note),
        Card("Visits a day", words.number(known.mean), f"of {words.counted(known.days, 'known day')}"),
        Card(f"Last {COMPARED_DAYS} days", words.number(week.sum) if week.days else words.DASH, of_week),
        Card("Best day", words.number(best.visits or 0), words.day(str(best.day))),
        *found,
    ]


def _known_card(place: PlaceTrend, days: list[PlaceDay]) -> Card:
    hidden = sum(place.suppressed)
    other = len(days) - hidden - place.all_days.days
    note = f"of {words.counted(len(days), 'day')}"
    note += f"; {words.number(hidden)} suppressed" if hidden else ""
    note += f"; {words.number(other)} not known" if other else ""
    return Card("Days known", words.number(place.all_days.days), note)


def _day_lines(days: list[PlaceDay], reports: Mapping[str, str]) -> list[DayLine]:
    most = max((each.visits or 0 for each in days), default=0)
    lines = []
    for each in days:
        run = each.record.publisher or each.record.latest
        change = Change("", "") if each.visits is None else compared(each.visits, each.week_before, NOT_KNOWN)
        lines.append(
            DayLine(each, bar(each.visits or 0, most), change, reports.get(run.run_id) if run else None)
        )
    return lines


def _weekday_lines(found: list[Weekday]) -> list[WeekdayLine]:
    most = max((each.known.mean for each in found), default=0)
    return [
        WeekdayLine(
            each,
            bar(each.known.mean, most),
            compared(each.last.visits or 0, each.last.week_before, NOT_KNOWN)
            if each.last
            else Change("", words.DASH),
        )
        for each in found
    ]
