"""`footfall site`: write a page of all runs."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from footfall.cli.command import Arguments, Command
from footfall.cli.outputs import add_output, files_of
from footfall.site import PLACE_PAGES

SITE = Path("footfall-site")


def add_arguments(parser: ArgumentParser) -> None:
    """Add the folder, and the number of places with a page."""
    add_output(parser)
    parser.add_argument(
        "folder", nargs="?", type=Path, metavar="FOLDER", help="where to (default: footfall-site)"
    )
    parser.add_argument(
        "--place-pages",
        type=_number,
        default=PLACE_PAGES,
        metavar="N",
        help="so many places, those with most visits, have a page of their own"
        f" (default: {PLACE_PAGES}; 0: none)",
    )


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """Write the pages, and print the path of the first."""
    from footfall.site.writing import write_site

    folder = arguments["folder"] or SITE
    page = write_site(files_of(arguments), folder, datetime.now(UTC), arguments["place_pages"])
    print(page)  # noqa: T201
    return 0


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    raise ArgumentTypeError(f"{text!r} is no number of pages: name a whole number from 0 on")


COMMAND = Command(
    "site",
    "write a page of all runs: a calendar, places, reports",
    add_arguments,
    act,
    description="Write a page of all runs: a calendar, places, reports; and a page for each of the first places.",
)
