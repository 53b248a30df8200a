"""The words of the command that runs the job, and what other commands share with it."""

import argparse
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeAlias

from footfall.settings.names import setting_names
from footfall.settings.values import parse_day, parse_duration

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

EXIT_CODES = """exit codes:
  0 published   2 settings   3 input   4 refused by the quality gate   5 conflict with another run
  6 infrastructure, worth a retry   7 the job's own numbers disagree
  130 stopped by Ctrl-C   143 stopped by SIGTERM (of `submit`)
"""


def add_run(commands: Commands) -> None:
    """Add `run`, with a flag for each setting."""
    run = commands.add_parser(
        "run",
        help="count, and publish the counts",
        description="Count footfall here. Without settings the bundled sample is counted.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    run.add_argument(
        "--settings", metavar="FILE", help="YAML file of settings; each one is also a flag and a variable"
    )
    run.add_argument(
        "--sample",
        action="store_true",
        help="count the bundled sample instead of the inputs of the settings, into OUTPUT/sample",
    )
    add_settings(run)


def add_settings(parser: argparse.ArgumentParser, without: Sequence[str] = ()) -> None:
    """Add a flag for each setting, but for those without."""
    for setting in setting_names():
        told = f"{setting.help} [{setting.variable}]".replace("%", "%%")
        if setting.name not in without:
            parser.add_argument(setting.flag, dest=setting.name, metavar="TEXT", help=told)


def day(text: str) -> date:
    """Read a day of the command line."""
    try:
        return parse_day(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def age(text: str) -> timedelta:
    """Read a time span of the command line."""
    try:
        return parse_duration(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}: write it as 90s, 5min or 2h") from error
