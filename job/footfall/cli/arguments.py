"""The words that the command understands: its commands and their flags."""

import argparse
from collections.abc import Sequence
from datetime import date, timedelta

from footfall import __version__
from footfall.cli.arguments_launch import add_backfill, add_glue, add_settle, add_submit
from footfall.cli.arguments_observing import OBSERVING as OBSERVING
from footfall.cli.arguments_observing import add_observing, add_plan
from footfall.cli.arguments_run import Commands, add_run, add_settings, age


def parsed(argv: Sequence[str]) -> argparse.Namespace:
    """The command and its flags; those that `backfill` passes on are `others`.

    Ends the process where the words are none of ours.
    """
    words = parser()
    arguments, others = words.parse_known_args(argv)
    if others and arguments.command != "backfill":
        words.error(f"unrecognized arguments: {' '.join(others)}")
    if arguments.command == "backfill":
        arguments.others = others
    return arguments


def words_of_day(on: str | None, others: Sequence[str], day: date) -> list[str]:
    """The command that runs one day, here or elsewhere, with further flags."""
    return ["submit", f"--on={on}", f"--day={day}", *others] if on else ["run", f"--days={day}", *others]


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    about = "Count how many pings, devices and visits fall inside each place each day."
    words = argparse.ArgumentParser("footfall", description=about, allow_abbrev=False)
    words.add_argument("--version", action="version", version=f"footfall {__version__}")
    commands = words.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add_run(commands)
    add_submit(commands)
    add_settle(commands)
    add_backfill(commands)
    add_glue(commands)
    _add_sample(commands)
    add_plan(commands)
    add_observing(commands)
    _add_maintain(commands)
    commands.add_parser("schema", help="print the JSON Schema of settings files", allow_abbrev=False)
    return words


def _add_sample(commands: Commands) -> None:
    """Add `sample`, whose flags are the arguments of `write_sample`."""
    sample = commands.add_parser("sample", help="write generated pings and places", allow_abbrev=False)
    sample.add_argument("folder", help="where to; made where it is missing")
    sample.add_argument(
        "--pings", type=int, default=20_000, help="distinct good pings (default: %(default)s)"
    )
    sample.add_argument("--places", type=int, default=40, help="places (default: %(default)s)")
    sample.add_argument("--days", type=int, default=3, help="days (default: %(default)s)")
    sample.add_argument("--seed", type=int, default=20230301, help="equal seeds give equal files")
    sample.add_argument("--format", choices=["csv", "parquet"], default="csv", help="of the pings")
    sample.add_argument("--no-defects", dest="defects", action="store_false", help="without bad rows")


def _add_maintain(commands: Commands) -> None:
    """Add `maintain`, which takes the settings of `run` for the output and the catalog."""
    maintain = commands.add_parser(
        "maintain",
        help="the upkeep of the table on an object store; says what it would do, and does it with --apply",
        description="Put days in several files together, write manifests anew, expire old snapshots and the "
        "branches of runs that were killed, remove files that nothing refers to and folders of runs that "
        "wrote no manifest.",
        allow_abbrev=False,
    )
    maintain.add_argument("--apply", action="store_true", help="do it; else it is only said")
    ages = {
        "snapshots": "how old snapshots must be to expire",
        "leftovers": "how old a run's leftovers must be",
    }
    for (name, told), days in zip(ages.items(), (30, 7), strict=True):
        maintain.add_argument(
            f"--{name}",
            type=age,
            metavar="TIME",
            default=timedelta(days=days),
            help=f"{told} (default: {days}d)",
        )
    maintain.add_argument(
        "--keep",
        type=int,
        default=10,
        metavar="N",
        help="snapshots that stay at least (default: %(default)s)",
    )
    maintain.add_argument("--settings", metavar="FILE", help="YAML file of settings, as for `run`")
    add_settings(maintain)
