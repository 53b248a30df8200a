"""`footfall plan`: shows what a run would read, replace and refuse."""

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime

from footfall.cli.command import Arguments, Command
from footfall.cli.flags import add_range, add_settings, add_settings_file, count, range_of

ASSUMPTIONS = {
    "--assume-pings": "show the sizes of a run of so many pings, such as 1e11, written as these (default: those found)",
    "--assume-cores": "show the sizes of a run on so many cores of a cluster (default: the workers of this machine)",
}


def add_arguments(parser: ArgumentParser) -> None:
    """Add the flags of `run`, and a range of days."""
    add_settings_file(parser)
    parser.add_argument("--sample", action="store_true", help="plan for the bundled sample")
    add_range(parser)
    parser.add_argument(
        "--stale",
        action="store_true",
        help="say of each day of the settings, or of the output, whether it should be counted, as `run --stale` does",
    )
    for flag, what in ASSUMPTIONS.items():
        parser.add_argument(flag, type=count, metavar="N", help=what)
    add_settings(parser)


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """Resolve settings and inputs as a run does, and show what it would do."""
    from footfall.cli.loading import load_settings
    from footfall.platforms import plan

    days, stale = range_of(arguments), arguments.pop("stale")
    del arguments["first"], arguments["last"]
    assumed = plan.Assumed(arguments.pop("assume_pings"), arguments.pop("assume_cores"))
    loaded, now = load_settings(arguments), datetime.now(UTC)
    return plan.show(loaded, days, os.environ, now, assumed, stale=stale)


COMMAND = Command(
    "plan",
    "say what a run would read, replace and refuse; write nothing",
    add_arguments,
    act,
    description="Resolve settings and inputs as `footfall run` does, and write nothing. "
    "Says how large the run is: tasks, parts, bytes that travel, memory of a task. "
    "With --from and --to, or --stale: which days are missing, and which are stale since input, settings or code"
    " changed.",
)
