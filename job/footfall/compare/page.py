"""Makes the HTML page of a comparison, a single file that loads nothing from a network."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from footfall.compare.rows import ColumnChange, DayChange, Largest, When
from footfall.compare.run_words import day_sentence, given_lines, runs_verdict, sums_of
from footfall.compare.runs import RunsChange
from footfall.compare.words import steps_of, verdict
from footfall.report import words
from footfall.report.html import digest, inlined, templates
from footfall.report.svg import tag
from footfall.schema import MEASURES

LISTED_PLACES = 200
"""The most added or removed places that the page names."""


@dataclass(frozen=True)
class Step:
    """One of the largest changes of a measure, with a bar of its size."""

    place_id: str
    day: When
    text: str
    bar: Markup


@dataclass(frozen=True)
class Measure:
    """A column, compared over all days.

    Attributes:
        name: The column.
        about: What the column says.
        rows: Rows in which it differs.
        before: The sum of the old values over rows that both sides have and neither suppresses; None if sums have no
            meaning, as of medians.
        after: The sum of the new values.
        change: How the sum changed, in words.
        steps: The largest changes.
    """

    name: str
    about: str
    rows: int
    before: int | None
    after: int | None
    change: str
    steps: tuple[Step, ...]


def render_changes(changes: Sequence[DayChange], sides: tuple[str, str], named: int) -> str:
    """The page of two sets of published days, as HTML.

    Args:
        changes: The differences of each day.
        sides: The two arguments of the command.
        named: The number of largest changes that are shown for each measure.
    """
    measures = _measures(changes, named)
    return _rendered(
        {
            "sides": sides,
            "headline": verdict(changes).removesuffix("."),
            "differs": any(change.differs for change in changes),
            "cards": _cards(changes),
            "measures": measures,
            "several": len(changes) > 1,
            "places_found": _places(changes, "added"),
            "gone": _places(changes, "gone"),
            "listed": LISTED_PLACES,
            "days": [change for change in changes if change.differs],
            "same_days": sum(not change.differs for change in changes),
            "runs": None,
        }
    )


def render_runs(change: RunsChange) -> str:
    """The page of two runs, as HTML."""
    days = [(day, day_sentence(day), list(sums_of(day))) for day in change.days]
    return _rendered(
        {
            "sides": (change.old.run_id, change.new.run_id),
            "headline": runs_verdict(change).removesuffix("."),
            "differs": change.differs,
            "cards": (),
            "measures": (),
            "several": True,
            "places_found": (),
            "gone": (),
            "listed": LISTED_PLACES,
            "days": (),
            "same_days": 0,
            "runs": {"given": list(given_lines(change)), "rows": change.rows, "days": days},
        }
    )


def _rendered(content: dict[str, Any]) -> str:
    shared = inlined()
    own = files(__package__).joinpath("page.css").read_text("utf-8")
    style = shared["style"] + Markup(own)  # noqa: S704 (our own file, no data in it)
    page = templates("compare").get_template("page.html.j2")
    text = page.render(**content, style=style, style_digest=digest(str(style)))
    return text.encode("utf-8", "replace").decode("utf-8")


def _cards(changes: Sequence[DayChange]) -> list[tuple[str, str]]:
    sums = (
        ("Rows changed", sum(change.changed for change in changes)),
        ("Rows of new places", sum(len(change.added) for change in changes)),
        ("Rows of places gone", sum(len(change.gone) for change in changes)),
        ("Newly suppressed", sum(change.newly_suppressed for change in changes)),
        ("No longer suppressed", sum(change.no_longer_suppressed for change in changes)),
    )
    return [(title, words.number(value)) for title, value in sums]


def _places(changes: Sequence[DayChange], side: str) -> list[tuple[str, int]]:
    """The places that were added or removed, each with the number of days on which it was."""
    found: dict[str, int] = {}
    for change in changes:
        if None not in change.rows:
            for place in getattr(change, side):
                found[place] = found.get(place, 0) + 1
    return sorted(found.items())


def _measures(changes: Sequence[DayChange], named: int) -> list[Measure]:
    about = {column.name: column.about for column in MEASURES} | {
        "suppressed": "whether the row is suppressed"
    }
    by_name: dict[str, list[ColumnChange]] = {}
    for change in changes:
        for column in change.columns:
            by_name.setdefault(column.name, []).append(column)
    order = [*about, *(name for name in by_name if name not in about)]
    return [_measure(name, about.get(name, ""), by_name[name], named) for name in order if name in by_name]


def _measure(name: str, about: str, columns: Sequence[ColumnChange], named: int) -> Measure:
    largest = sorted(
        (each for column in columns for each in column.largest),
        key=lambda each: (-(float("inf") if each.size is None else each.size), str(each.day), each.place_id),
    )[:named]
    most = max((each.size or 0.0 for each in largest), default=0.0)
    sums = [
        None
        if any(getattr(column, side) is None for column in columns)
        else sum(getattr(c, side) for c in columns)
        for side in ("before", "after")
    ]
    before, after = sums
    change = words.change(after / before - 1) if before and after is not None else ""
    steps = tuple(Step(each.place_id, each.day, steps_of(name, each), _bar(each, most)) for each in largest)
    return Measure(name, about, sum(column.rows for column in columns), before, after, change, steps)


def _bar(each: Largest, most: float) -> Markup:
    """A bar to the right where a value grew and to the left where it shrank; of a list always to the right."""
    share = 50.0 * (each.size or 0.0) / most if most else 0.0
    numbers = isinstance(each.before, int | float) and isinstance(each.after, int | float)
    shrank = numbers and each.after < each.before
    rect = tag("rect", x=50.0 - share if shrank else 50.0, y=0, width=share, height=10)
    axis = tag("rect", class_="axis", x=49.8, y=0, width=0.4, height=10)
    kind = "delta less" if shrank else "delta"
    return tag(
        "svg", rect, axis, class_=kind, viewBox="0 0 100 10", preserveAspectRatio="none", aria_hidden="true"
    )
