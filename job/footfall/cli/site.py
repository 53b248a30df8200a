"""`footfall site`: write a page of all runs."""

from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from footfall.cli.command import Arguments, Command
from footfall.cli.outputs import add_output, files_of

SITE = Path("footfall-site")


def add_arguments(parser: ArgumentParser) -> None:
    """Add the folder."""
    add_output(parser)
    parser.add_argument(
        "folder", nargs="?", type=Path, metavar="FOLDER", help="where to (default: footfall-site)"
    )


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """Write the page, and print its path."""
    from footfall.site.writing import write_site

    print(write_site(files_of(arguments), arguments["folder"] or SITE, datetime.now(UTC)))  # noqa: T201
    return 0


COMMAND = Command(
    "site",
    "write a page of all runs: a calendar, trends per place, reports",
    add_arguments,
    act,
    description="Write a page of all runs: a calendar, trends per place, reports.",
)
