"""`footfall runs`: list the runs of an output, or its days."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime

from footfall.cli.command import Arguments, Command
from footfall.cli.flags import add_range, range_of
from footfall.cli.outputs import add_output, files_of


def add_arguments(parser: ArgumentParser) -> None:
    """Add the flags that choose runs or days."""
    add_output(parser)
    parser.add_argument("--by", choices=["run", "day"], default="run", help="what a line is (default: run)")
    parser.add_argument(
        "--limit",
        type=int,
        default=30,
        metavar="N",
        help="the latest N runs, or days where no range is named (default: 30; 0: all)",
    )
    add_range(parser)


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """Show the runs, or the days."""
    from footfall.history.calendar import calendar
    from footfall.history.reading import all_runs
    from footfall.terminal.history import show_days, show_runs

    (first, last), limit = range_of(arguments), arguments["limit"]
    found = all_runs(files_of(arguments), datetime.now(UTC))
    days = calendar(found, first, last)
    if arguments["by"] == "day":
        show_days(days if first or last or limit <= 0 else days[-limit:], days, sys.stdout)
        return 0
    wanted = {day.day for day in days}
    of_range = [run for run in found if not (first or last) or wanted & set(run.days)]
    latest = of_range[:limit] if limit > 0 else of_range
    show_runs(latest, days, len(of_range) - len(latest), sys.stdout)
    return 0


COMMAND = Command(
    "runs",
    "list the runs of an output, or its days",
    add_arguments,
    act,
    description="List the runs of an output, or its days.",
)
