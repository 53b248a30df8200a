"""`footfall diff`: say which published rows differ between two outputs, and by how much."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from footfall.cli.command import Arguments, Command
from footfall.cli.flags import add_range

DIFFERENT = 1
"""The exit code where rows differ, as that of the command `diff`."""

_EPILOG = """exit codes:
  0 the same rows   1 rows differ   2 settings   3 nothing is published there   6 infrastructure, worth a retry
"""


def add_arguments(parser: ArgumentParser) -> None:
    """Add both sides, the days, and the form of the answer."""
    forms = "an output, a folder of days, or iceberg:DATABASE.TABLE[@SNAPSHOT]"
    parser.add_argument("old", metavar="OLD", help=f"the rows before: {forms}")
    parser.add_argument("new", metavar="NEW", help="the rows after, named in the same ways")
    parser.add_argument(
        "--settings",
        metavar="FILE",
        help="settings whose catalog.* knows the tables of Iceberg (default: none)",
    )
    add_range(parser)
    parser.add_argument(
        "--format",
        choices=("text", "markdown", "json"),
        default="text",
        help="the form of the answer (default: text)",
    )
    parser.add_argument(
        "--largest",
        type=int,
        default=5,
        metavar="N",
        help="name so many changes per column, and places per day (default: 5; 0: name no place)",
    )
    parser.add_argument(
        "--write",
        metavar="FOLDER",
        help="also write diff.json and diff.md there; s3://... too (default: they are not written)",
    )


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """Compare the days of both sides, and print what differs."""
    from footfall.compare import compare_days, open_days, write
    from footfall.compare.words import as_json, as_markdown, as_text
    from footfall.settings import Catalog

    names, catalog = (arguments["old"], arguments["new"]), Catalog()
    if any(name.startswith("iceberg:") for name in names):
        from footfall.cli.loading import load_settings

        catalog = load_settings({"sample": False, "settings": arguments["settings"]}).settings.catalog
    old, new = (open_days(name, catalog, os.environ) for name in names)
    named = max(arguments["largest"], 0)
    changes = compare_days(old, new, (arguments["first"], arguments["last"]), named)
    document = as_json(changes, *names)
    if arguments["write"]:
        write(arguments["write"], {"diff.json": document, "diff.md": as_markdown(changes, named)})
    form = {"text": as_text, "markdown": as_markdown}.get(arguments["format"])
    sys.stdout.write(form(changes, named) if form else document)
    return DIFFERENT if any(change.differs for change in changes) else 0


COMMAND = Command(
    "diff",
    "say which published rows differ between two outputs, and by how much",
    add_arguments,
    act,
    description="Compare published rows by place and day: which were added, are gone or have changed, column by column"
    " with the largest changes. A row that is suppressed on one side differs in that alone.",
    epilog=_EPILOG,
)
