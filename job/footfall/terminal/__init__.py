"""Shows the steps and the summary of a run: bars and tables on a terminal, else JSON lines."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TextIO

from rich import box
from rich.bar import Bar
from rich.console import Console
from rich.progress import BarColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as LiveBars
from rich.table import Table
from rich.text import Text

from footfall.plurals import counted
from footfall.runs.json_lines import Facts, JsonProgress, LineFields, stamped, write_line
from footfall.runs.progress import Progress, SilentStep
from footfall.terminal.headline import print_headline
from footfall.terminal.listing import Column as ListedColumn
from footfall.terminal.listing import Line, show_listing
from footfall.terminal.screen import NOTHING, console_of
from footfall.terminal.screen import plain as plain

TOP_PLACES = 15
NARROW = 70


def make_progress(stream: TextIO, fields: LineFields | None = None) -> Progress:
    """The progress of a run on a stream: live bars on a terminal, else JSON lines with these fields in each."""
    return _LiveProgress(console_of(stream)) if stream.isatty() else JsonProgress(stream, fields)


def show_summary(
    report: Mapping[str, Any], stream: TextIO, report_path: str, fields: LineFields | None = None
) -> None:
    """Print the summary of a run; the last line is the path of its report.

    Args:
        report: The content of `report.json`.
        stream: Where to print; if it is not a terminal, one JSON line is printed.
        report_path: The path of `report.html`.
        fields: The run and the day, as fields of the JSON line.
    """
    if not stream.isatty():
        run = {"run_id": report["run"]["id"], "state": report["run"]["state"], "report": report_path}
        rows = {stage["key"]: stage["rows"] for stage in report["funnel"]}
        warned = [_check_text(check) for check in report["checks"] if _warns(check)]
        nested = {"top_level": report["top_level"]} if report.get("top_level") else {}
        result = {"result": report["result"]} if "result" in report else {}
        summary = {**report["headline"], **nested, **result, **run, "rows": rows, "warnings": warned}
        write_line(stream, {"step": "summary", **stamped(fields)}, summary)
        return
    console = console_of(stream)
    console.print()
    print_headline(console, report)
    if "places" in report:
        _print_places(console, report)
    elif report.get("top"):
        _print_top(console, report["top"])
    _print_rows(console, report)
    _print_troubles(console, report)
    console.print(Text("Report", style="bold"))
    console.print(Text(plain(report_path)), soft_wrap=True)


@dataclass(kw_only=True)
class _LiveStep(SilentStep):
    bars: LiveBars
    task: TaskID

    def advance(self, done: int, total: int) -> None:
        """Move the bar."""
        self.bars.update(self.task, completed=done, total=total or None)


class _LiveProgress:
    """Live bars for running steps; a finished step leaves one line."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bars = LiveBars(
            SpinnerColumn(style="cyan"),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24, complete_style="cyan", finished_style="cyan"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[detail]}", style="dim", markup=False),
            console=console,
            transient=True,
            redirect_stdout=False,
        )

    @contextmanager
    def step(self, name: str, detail: str = "") -> Iterator[_LiveStep]:
        """Start a step, which ends with the context; its line then has its duration."""
        start = time.monotonic()
        task = self._bars.add_task(f"{plain(name):<10}", total=None, detail=plain(detail))
        handle, mark, end = _LiveStep(bars=self._bars, task=task), Text("✗", "bold red"), "failed  "
        self._bars.start()
        try:
            yield handle
            mark, end = Text("✓", "bold green"), ""
        finally:
            self._bars.remove_task(task)
            if not self._bars.tasks:
                self._bars.stop()
            seconds = f"{time.monotonic() - start:7.1f} s  "
            facts = (_facts_text(handle.facts), "dim")
            self._console.print(Text.assemble(mark, f" {plain(name):<10}", seconds, (end, "red"), facts))


def _facts_text(facts: Facts) -> str:
    return " · ".join(_fact_text(name.replace("_", " "), value) for name, value in facts.items())


def _fact_text(name: str, value: float | str) -> str:
    if isinstance(value, int):
        return counted(value, name.removesuffix("s"), name)
    return f"{name} {plain(value) if isinstance(value, str) else format(value, ',.4g')}"


def _print_places(console: Console, report: Mapping[str, Any]) -> None:
    """Print the places with most visits, those with suppressed days after the others."""
    order = sorted(report["places"], key=_rank)
    top = [place for place in order if place["suppressed"] or place["pings"]][:TOP_PLACES]
    if top:
        console.print(_places_table(top, len(report["days"]), console.width))
    else:
        console.print(Text("No ping was inside a place.", "yellow"))
    notes = []
    if others := len(order) - len(top) + report["places_left_out"]:
        notes.append(f"other places, in the report: {others:,}")
    if suppressed := report["headline"]["suppressed_rows"]:
        k = report["privacy_k"]
        notes.append(
            f"suppressed to protect fewer than {k} devices, and in no sum: {counted(suppressed, 'place-day')}"
        )
    if top and len(report["days"]) > 1:
        notes.append("device-days: the devices of each day, summed over the days")
    notes += [
        f"{each['period']}: {counted(each['visits'], 'visit')}, suppressed: {each['suppressed_rows']:,}"
        f" of {counted(each['rows'], 'place')}"
        for each in report.get("periods", ())
    ]
    console.print(Text("\n".join(notes), "dim"))
    console.print()


def _print_top(console: Console, top: Mapping[str, Any]) -> None:
    """Print the rows that a report lists first, whatever its job."""
    first, *others = top["columns"]
    columns = [ListedColumn(first), *(ListedColumn(name, at, right=True) for at, name in enumerate(others))]
    lines = [
        Line(
            [Text(plain(value) if isinstance(value, str) else f"{value:,}") for value in row],
            Text(),
        )
        for row in top["rows"][:TOP_PLACES]
    ]
    show_listing(columns, lines, console)
    console.print()


def _rank(place: Mapping[str, Any]) -> tuple[bool, int]:
    return place["suppressed"], -(place["visits"] or 0)


def _places_table(places: Sequence[Mapping[str, Any]], days: int, width: int) -> Table:
    named, partial_sums = (any(place[key] for place in places) for key in ("name", "partial"))
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("place", max_width=20)
    if named:
        table.add_column("name", max_width=32)
    headings = ("pings", "devices" if days == 1 else "device-days", "visits", "dwell")
    for heading in (*headings, "of days") if partial_sums else headings:
        table.add_column(heading, justify="right", no_wrap=True)
    most = max((place["visits"] or 0 for place in places if not place["partial"]), default=0) or 1
    for place in places:
        length = 0 if place["partial"] else place["visits"] or 0
        bar = [Bar(most, 0, length, width=8, color="cyan")] if width >= NARROW else []
        known = [Text(f"{place['days']} of {days}", "yellow" if place["partial"] else "dim")]
        table.add_row(*_place_cells(place, named), *(known if partial_sums else []), *bar)
    return table


def _place_cells(place: Mapping[str, Any], named: bool) -> Sequence[Text]:
    # A column that may wrap gives way first when space is short; its text is cut on one line all the same.
    one_line = partial(Text, no_wrap=True, overflow="ellipsis")
    names = [one_line(plain(place["place_id"]))]
    if named:
        names.append(one_line(plain(place["name"] or "")))
    if place["suppressed"]:
        return [*names, Text("suppressed", "dim"), *[Text(NOTHING, "dim")] * 3]
    counts = [Text(f"{place[count]:,}") for count in ("pings", "device_days", "visits")]
    return [*names, *counts, Text(_dwell_text(place["dwell_p50"]))]


def _dwell_text(seconds: float | None) -> str:
    if seconds is None:
        return NOTHING
    minutes = round(seconds / 60)
    if minutes < 1:
        return "< 1 min"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


def _print_rows(console: Console, report: Mapping[str, Any]) -> None:
    """Print the funnel of rows, with the reasons under the rows that were quarantined."""
    scanned = next(stage["rows"] for stage in report["funnel"] if stage["key"] == "scanned")
    table = Table.grid(padding=(0, 2))
    table.add_column(min_width=24)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(justify="right", no_wrap=True, style="dim")
    for stage in report["funnel"]:
        rows, share = "withheld", ""
        if stage["rows"] is not None:
            rows, share = f"{stage['rows']:,}", f"{stage['rows'] / scanned:.1%}" if scanned else ""
        table.add_row(Text(plain(stage["label"])), Text(rows), share)
        if stage["key"] == "quarantined":
            for reason in report["quarantine"]:
                if reason["rows"]:
                    table.add_row(
                        Text(f"  {plain(reason['reason'])}", "yellow"), Text(f"{reason['rows']:,}", "yellow")
                    )
    console.print(Text("Rows", "bold"), table, "", sep="\n")


def _print_troubles(console: Console, report: Mapping[str, Any]) -> None:
    lines = Table.grid(padding=(0, 1))
    for check in report["checks"]:
        if not check["ok"] and not _warns(check):
            lines.add_row(Text("✗", "bold red"), Text(plain(_check_text(check)), "red"))
    for warning in report["warnings"]:
        lines.add_row(Text("!", "bold yellow"), Text(plain(warning), "yellow"))
    if lines.row_count:
        console.print(lines)
        console.print()


def _warns(check: Mapping[str, Any]) -> bool:
    return not check["ok"] and check["level"] == "warn"


def _check_text(check: Mapping[str, Any]) -> str:
    return f"{check['name']}: found {check['found']}, accepted {check['accepted']}"
