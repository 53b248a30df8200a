"""`footfall plan`: shows what a run would read, replace and refuse."""

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime

from footfall.cli.command import Arguments, Command
from footfall.cli.flags import add_range, add_settings, add_settings_file, range_of


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
    add_settings(parser)


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """Resolve settings and inputs as a run does, and show what it would do."""
    from footfall.cli.loading import load_settings
    from footfall.platforms import plan

    days, stale = range_of(arguments), arguments.pop("stale")
    del arguments["first"], arguments["last"]
    return plan.show(load_settings(arguments), days, os.environ, datetime.now(UTC), stale=stale)


COMMAND = Command(
    "plan",
    "say what a run would read, replace and refuse; write nothing",
    add_arguments,
    act,
    description="Resolve settings and inputs as `footfall run` does, and write nothing. "
    "With --from and --to, or --stale: which days are missing, and which are stale since input, settings or code"
    " changed.",
)
