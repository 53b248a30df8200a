"""Shows one day of a run that may have counted several."""

from collections.abc import Mapping
from typing import Any, TextIO

from rich.text import Text

from footfall.plurals import counted, counted_by_name
from footfall.runs.facts import DaySums
from footfall.runs.json_lines import write_line
from footfall.terminal.headline import job_title
from footfall.terminal.listing import Column, Line, show_listing
from footfall.terminal.screen import NOTHING, console_of, plain

TOP_PLACES = 15
OF_PLACES = (Column("place"), Column("name", 1), Column("visits", 2, right=True))


def show_day(report: Mapping[str, Any], day: str, stream: TextIO, report_path: str) -> None:
    """Print what a run counted on one of its days; the last line is the path of the run's report.

    Args:
        report: The content of `report.json`.
        day: One of its days.
        stream: Where to print; if it is not a terminal, one JSON line is printed.
        report_path: The path of `report.html`.
    """
    at, run = report["days"].index(day), report["run"]
    sums: Mapping[str, Any] = next((each for each in report["per_day"] if each["day"] == day), {})
    if not stream.isatty():
        source = {"run_id": run["id"], "state": run["state"], "days_of_run": len(report["days"])}
        write_line(stream, {"step": "day", "day": day}, {**sums, **source, "report": report_path})
        return
    console = console_of(stream)
    others = counted(len(report["days"]) - 1, "other day")
    console.print()
    console.print(
        Text.assemble(
            (f" {run['state'].upper()} ", "bold reverse"), (f"  {job_title(report)}  ", "bold"), day
        )
    )
    console.print(Text(f"counted with {others} by the run {plain(run['id'])}", "dim"))
    console.print(Text(" · ".join(_sums(sums) if sums else ())))
    console.print()
    if "places" in report:
        if lines := _lines(report["places"], at):
            show_listing(OF_PLACES, lines, console)
        else:
            console.print(Text("No ping was inside a place.", "yellow"))
        console.print()
    console.print(Text(f"Report, of all {counted(len(report['days']), 'day')}", style="bold"))
    console.print(Text(plain(report_path)), soft_wrap=True)


def _sums(day: Mapping[str, Any]) -> list[str]:
    """The sums of a day in words, the main one first."""
    sums = DaySums.from_json(day)
    return [counted_by_name(sums.sums[name], name) for name in sums.names]


def _lines(places: list[dict[str, Any]], at: int) -> list[Line]:
    """The places with most visits on the day, then those whose row of the day is suppressed."""
    visits = [(place, place["visits_by_day"][at]) for place in places]
    ranked = sorted((each for each in visits if each[1] != 0), key=lambda each: -(each[1] or 0))
    return [
        Line(
            [
                Text(plain(place["place_id"])),
                Text(plain(place["name"] or "")),
                Text(NOTHING if number is None else f"{number:,}"),
            ],
            Text("" if number is not None else "suppressed", "dim"),
        )
        for place, number in ranked[:TOP_PLACES]
    ]
