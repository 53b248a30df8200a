"""Runs and days of an output as tables on a terminal, and as JSON lines in a pipe."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import TextIO

from rich.console import Console
from rich.text import Text

from footfall.history.calendar import DayRecord, spans
from footfall.history.record import RunRecord
from footfall.history.staleness import Verdict
from footfall.plurals import counted
from footfall.runs.json_lines import write_line
from footfall.terminal.facts import day_facts, run_facts
from footfall.terminal.listing import Column, Line, show_listing
from footfall.terminal.screen import NOTHING, console_of, plain

DIGITS = 8
"""Digits of a digest that are shown, enough to tell two days apart."""

LONGEST_DAYS = 24
"""Characters, room for `2023-12-30 to 2024-01-05`; a longer list of days is shown as a number."""

OF_VERDICTS = (Column("day"), Column("state"))

COLOURS = {
    "published": "green",
    "current": "green",
    "running": "yellow",
    "stale": "yellow",
    "refused": "red",
    "failed": "red",
    "lost": "red",
    "damaged": "red",
    "missing": "red",
}


def show_runs(runs: Sequence[RunRecord], days: Sequence[DayRecord], left_out: int, stream: TextIO) -> None:
    """Print runs, the latest first, and which days need one.

    Args:
        runs: The runs to show.
        days: All days, for the sentence on what is missing.
        left_out: The number of earlier runs that are left out.
        stream: Where to print; if it is not a terminal, each run is a JSON line.
    """
    if not stream.isatty():
        for run in runs:
            write_line(stream, {"run_id": run.run_id}, run_facts(run))
        return
    console = console_of(stream)
    if not runs:
        console.print(Text("No run yet.", "yellow"))
        return
    lines = [
        Line(
            [
                Text(plain(run.run_id)),
                Text(_days_text(run)),
                Text(run.state, COLOURS[run.state]),
                Text(NOTHING if run.seconds is None else _seconds_text(run.seconds)),
                *(_number(value) for value in _numbers(run)),
            ],
            _remark(run),
        )
        for run in runs
    ]
    show_listing(_columns_of_runs(runs[0].main), lines, console)
    _print_left_out(left_out, "run", console)
    console.print(Text(days_summary(days), "bold"))


def show_days(latest: Sequence[DayRecord], days: Sequence[DayRecord], stream: TextIO) -> None:
    """Print days, the latest first, each with its state; if the stream is not a terminal, as JSON lines.

    Args:
        latest: The days to show.
        days: All days, for the sentence on what is missing.
        stream: Where to print.
    """
    if not stream.isatty():
        for day in reversed(latest):
            write_line(stream, {"day": str(day.day), "state": day.state}, day_facts(day))
        return
    console = console_of(stream)
    lines = []
    main, last = next(((each.sums.main, each.sums.names[-1]) for each in days if each.sums), _OF_NONE)
    for day in reversed(latest):
        sums = day.sums
        numbers = (sums.count, sums.sums[last], sums.suppressed_rows) if sums else (None,) * 3
        cells = [
            Text(str(day.day)),
            Text(day.state, COLOURS[day.state]),
            *map(_number, numbers),
            Text(f"{day.attempts}"),
            Text(day.digest[:DIGITS] if day.digest else NOTHING),
            Text(plain(day.publisher.run_id) if day.publisher else NOTHING),
        ]
        lines.append(Line(cells, Text(_trouble(day), "dim")))
    show_listing(_columns_of_days(main, last), lines, console)
    _print_left_out(len(days) - len(latest), "day", console)
    console.print(Text(days_summary(days), "bold"))


def show_verdicts(verdicts: Sequence[Verdict], stream: TextIO) -> None:
    """Print which days should be counted, and why; if the stream is not a terminal, as JSON lines."""
    if not stream.isatty():
        for each in verdicts:
            write_line(stream, {"day": str(each.day), "state": each.state}, {"reasons": list(each.reasons)})
        return
    console = console_of(stream)
    lines = [
        Line(
            [Text(str(each.day)), Text(each.state, COLOURS[each.state])],
            Text(plain("; ".join(each.reasons)), "dim"),
        )
        for each in verdicts
    ]
    show_listing(OF_VERDICTS, lines, console)
    counted = Counter(each.state for each in verdicts)
    console.print(Text(", ".join(f"{number} {state}" for state, number in counted.items()), "bold"))


_OF_NONE = ("visits", "places_visited")
"""The sums of the headings where no day has any: those of the first job."""


def _columns_of_runs(main: str) -> tuple[Column, ...]:
    return (
        Column("run"),
        Column("days"),
        Column("state"),
        Column("took", 3, right=True),
        Column("kept rows", 2, right=True),
        Column(main, 4, right=True),
        Column("suppressed", 1, right=True),
    )


def _columns_of_days(main: str, last: str) -> tuple[Column, ...]:
    """The columns of a list of days; a sum such as `places_visited` is headed by its last word."""
    return (
        Column("day"),
        Column("state"),
        Column(main, 5, right=True),
        Column(last.rpartition("_")[2], 2, right=True),
        Column("suppressed", 1, right=True),
        Column("runs", 3, right=True),
        Column("digest", 4),
        Column("published by"),
    )


def _print_left_out(number: int, what: str, console: Console) -> None:
    if number:
        text = f"{counted(number, f'earlier {what}')} {'is' if number == 1 else 'are'} not shown"
        console.print(Text(f"{text}: --limit 0 shows all", "dim"))


def days_summary(days: Sequence[DayRecord]) -> str:
    """A sentence on all days: how many are published, and which are not, by state."""
    if not days:
        return "No day was tried yet."
    published, all_of_them = sum(day.is_published for day in days), counted(len(days), "day")
    parts = [f"{days[0].day} to {days[-1].day}: {published} of {all_of_them} published"]
    for state in ("running", "refused", "failed", "lost", "missing"):
        found = [day.day for day in days if day.state == state and not day.is_published]
        if found:
            parts.append(f"{state} {', '.join(_span(*span) for span in spans(found))}")
    return "; ".join(parts)


def _remark(run: RunRecord) -> Text:
    """Why a run was not published, which step it is in, or the warnings of its gates."""
    said, style = run.trouble or run.step or "", "dim"
    if not said and run.warnings:
        said, style = "; ".join(run.warnings), "yellow"
    return Text(plain(said), style)


def _trouble(day: DayRecord) -> str:
    if day.latest is None or not (day.is_troubled or day.state == "running"):
        return ""
    return plain(f"{day.latest.run_id} {day.latest.state}: {day.latest.trouble or day.latest.step or ''}")


def _numbers(run: RunRecord) -> tuple[int | None, int | None, int | None]:
    return run.rows.get("kept"), run.totals.get(run.main), run.totals.get("suppressed_rows")


def _number(value: int | None) -> Text:
    return Text(NOTHING, "dim") if value is None else Text(f"{value:,}")


def _days_text(run: RunRecord) -> str:
    if not run.days:
        return run.asked or NOTHING
    text = ", ".join(_span(*span) for span in spans(run.days))
    return text if len(text) <= LONGEST_DAYS else f"{len(run.days)} days from {min(run.days)}"


def _span(first: date, last: date) -> str:
    if first == last:
        return str(first)
    return f"{first} to {last:%m-%d}" if first.year == last.year else f"{first} to {last}"


def _seconds_text(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"
