"""`footfall sample`: write generated pings and places."""

import shlex
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from footfall.cli.command import Arguments, Command


def add_arguments(parser: ArgumentParser) -> None:
    """Add the flags, one for each argument of `write_sample`."""
    parser.add_argument("folder", help="where to; created if it does not exist")
    parser.add_argument(
        "--pings", type=int, metavar="N", default=20_000, help="distinct good pings (default: %(default)s)"
    )
    parser.add_argument("--places", type=int, metavar="N", default=40, help="places (default: %(default)s)")
    parser.add_argument("--days", type=int, metavar="N", default=3, help="days (default: %(default)s)")
    parser.add_argument(
        "--seed",
        type=int,
        metavar="N",
        default=20230301,
        help="equal seeds give equal files (default: %(default)s)",
    )
    parser.add_argument(
        "--format", choices=["csv", "parquet"], default="csv", help="of the pings (default: %(default)s)"
    )
    parser.add_argument("--no-defects", dest="defects", action="store_false", help="without bad rows")


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """Write the files, and print the command that counts them."""
    from footfall.plurals import counted
    from footfall.sample.generator import write_sample

    files = write_sample(Path(arguments.pop("folder")), **arguments)
    print(f"{counted(files.rows, 'row')} in {files.pings}\nplaces in {files.places}")  # noqa: T201
    print(f"footfall run --settings {shlex.quote(str(files.settings))}")  # noqa: T201
    return 0


COMMAND = Command("sample", "write generated pings and places", add_arguments, act)
