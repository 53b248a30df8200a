"""Shows how a run ended, and its sums."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from footfall.plurals import counted
from footfall.runs.manifest import FIRST_JOB
from footfall.terminal.screen import plain


def job_title(report: Mapping[str, Any]) -> str:
    """The name of the job of a report, as a title."""
    return plain(str(report.get("job", FIRST_JOB))).capitalize()


def print_headline(console: Console, report: Mapping[str, Any]) -> None:
    """Print how a run ended, its days, and its sums: over all places, and over those that are part of no other."""
    state, days = report["run"]["state"], report["days"]
    period = " to ".join(dict.fromkeys([days[0], days[-1]])) if days else "no day"
    colour = "green" if state == "published" else "red"
    console.print(
        Text.assemble(
            (f" {state.upper()} ", f"bold reverse {colour}"),
            (f"  {job_title(report)}  ", "bold"),
            period,
            (f"  {plain(report['time_zone'])}", "dim"),
        )
    )
    numbers = report.get("result") or " · ".join(f"{n:,} {name}" for name, n in report["headline"].items())
    parts = [
        Text.assemble((count, "bold"), f" {what}")
        for count, _, what in (n.partition(" ") for n in plain(numbers).split(" · "))
    ]
    console.print(Text(" · ", "dim").join(parts))
    if top := report.get("top_level"):
        which = (
            f"{counted(top['places'], 'place')} that {'is' if top['places'] == 1 else 'are'} part of no other"
        )
        sums = f"{counted(top['visits'], 'visit')} · {counted(top['pings'], 'ping')}"
        console.print(Text(f"In the {which}: {sums}"))
    console.print()
