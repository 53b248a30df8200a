"""Weeks and months on a terminal, and as JSON lines in a pipe."""

from collections.abc import Sequence
from typing import TextIO

from rich.text import Text

from footfall.history.periods import PeriodVerdict
from footfall.runs.json_lines import write_line
from footfall.terminal.history import COLOURS
from footfall.terminal.listing import Column, Line, show_listing
from footfall.terminal.screen import console_of, plain

OF_PERIODS = (Column("period"), Column("state"))


def show_period_verdicts(verdicts: Sequence[PeriodVerdict], stream: TextIO) -> None:
    """Show which weeks or months should be counted, and why; without a terminal each is one JSON line."""
    if not stream.isatty():
        for each in verdicts:
            write_line(stream, {"period": each.period, "state": each.state}, {"reasons": list(each.reasons)})
        return
    lines = [
        Line(
            [Text(each.period), Text(each.state, COLOURS[each.state])],
            Text(plain("; ".join(each.reasons)), "dim"),
        )
        for each in verdicts
    ]
    show_listing(OF_PERIODS, lines, console_of(stream))
