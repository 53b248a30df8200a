"""The report as one HTML page that asks nothing of any network and opens anywhere, now and in ten years."""

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from footfall.report import words
from footfall.report.charts import hours_chart
from footfall.report.map import place_map
from footfall.report.sections import (
    Card,
    cards,
    days,
    dwell,
    funnel,
    ranking,
    shared_pings,
    step_bars,
    sum_names,
)
from footfall.report.shades import shades

NOTHING_MORE: Mapping[str, Any] = {}

FILTERS = (
    "number",
    "counted",
    "duration",
    "fact",
    "size",
    "day",
    "weekday",
    "instant",
    "period",
    "shortened",
)


def render_html(report: dict[str, Any]) -> str:
    """Render a report on visits to places as one self-contained HTML page; see `render`."""
    return render(report, "report.html.j2", place_content(report))


def render(
    report: dict[str, Any], template: str = "page.html.j2", more: Mapping[str, Any] = NOTHING_MORE
) -> str:
    """Render a report as one self-contained HTML page.

    Everything in the report is treated as text, whatever it looks like. Equal reports give equal pages.

    Args:
        report: The content of `report.json`.
        template: The page of all jobs, or one that extends it.
        more: What the template shows beside what all pages do.

    Returns:
        The page, safe to write as UTF-8.
    """
    page = templates().get_template(template).render({**content(report), **more, **inlined()})
    return page.encode("utf-8", "replace").decode("utf-8")


def content(report: dict[str, Any]) -> dict[str, Any]:
    """Gather what the page of any job shows."""
    return {
        "report": report,
        "headline": f"{words.period(report['days'])}: {report['result']}",
        "failed": [check for check in report["checks"] if not check["ok"] and check["level"] == "refuse"],
        "cards": [Card(**each) for each in report.get("cards", ())],
        "funnel": funnel(report),
        "days": days(report),
        "sum_names": sum_names(report),
        "weekdays_compared": any(report["weekday_before"]),
        "chosen": sum(1 for setting in report["settings"] if setting["origin"] != "default"),
        "found": [each for each in report["quarantine"] if each["rows"]],
        "not_found": [each for each in report["quarantine"] if not each["rows"]],
        "steps": step_bars(report["steps"]),
    }


def place_content(report: dict[str, Any]) -> dict[str, Any]:
    """Gather what the page on visits to places shows beside that, or in its place."""
    drawn = place_map(report)
    return {
        "headline": words.headline(report),
        "left_out": ", suppressed place-days left out" if report["headline"]["suppressed_rows"] else "",
        "cards": cards(report),
        "boundary": next(stage for stage in report["funnel"] if stage["key"] == "boundary"),
        "map": drawn,
        "anchors": drawn.anchors if drawn else {},
        "ranking": ranking(report, shades(report["places"]).measure),
        "hours": hours_chart(report["hours"]) if any(report["hours"]) else None,
        "dwell": dwell(report),
        "shared": shared_pings(report),
    }


def inlined() -> dict[str, str]:
    """Read the style and the script, each with the digest by which the page's policy lets it run."""
    style, *scripts = (
        files(__package__).joinpath(name).read_text("utf-8") for name in ("report.css", "report.js", "map.js")
    )
    script = "".join(scripts)
    return {
        "style": Markup(style),  # noqa: S704 (our own file, no data in it)
        "script": Markup(script),  # noqa: S704 (our own file, no data in it)
        "style_digest": digest(style),
        "script_digest": digest(script),
    }


def digest(text: str) -> str:
    """Name an inline source for a content security policy."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


@cache
def templates(room: str = "report") -> Environment:
    """Load the templates of a room and of reports, with everything escaped by default and every gap an error."""
    environment = Environment(
        loader=ChoiceLoader([PackageLoader("footfall", each) for each in dict.fromkeys((room, "report"))]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        optimized=False,  # a run renders one page: folding constants takes 8 ms, and saves less
    )
    environment.filters.update({name: getattr(words, name) for name in FILTERS})
    return environment
