"""`footfall report`: show the report of one run."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from footfall.cli.command import Arguments, Command
from footfall.cli.outputs import add_output, files_of
from footfall.errors import SettingsError


def add_arguments(parser: ArgumentParser) -> None:
    """Add what names the run, and a file for its page."""
    add_output(parser)
    parser.add_argument(
        "run",
        nargs="?",
        default="last",
        metavar="RUN",
        help="its id, the beginning of its id, a day as 2023-03-01, or `last` (default)",
    )
    parser.add_argument(
        "--html",
        type=Path,
        metavar="FILE",
        help="copy the page of the report to FILE (default: it is not copied)",
    )


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """Show the report on the terminal and as a page.

    Raises:
        SettingsError: There is no such run, or it wrote no report.
    """
    from footfall.history.files import RunFile
    from footfall.history.reading import all_runs, find
    from footfall.runs.manifest import PAGE, REPORT
    from footfall.stores.errors import failures
    from footfall.terminal import show_summary
    from footfall.terminal.day import show_day

    files = files_of(arguments)
    run = find(all_runs(files, datetime.now(UTC)), arguments["run"], files.root)
    text, page = files.read([RunFile(run.run_id, REPORT), RunFile(run.run_id, PAGE)])
    if text is None or page is None:
        raise SettingsError(
            f"The run {run.run_id} wrote no report: it is {run.state}",
            where=run.folder,
            fix=run.trouble or "Look at its log.",
        )
    address = run.report or files.address(run.run_id, PAGE)
    if arguments["html"] is not None:
        with failures(
            SettingsError, "The page cannot be copied", f"flag --html: {arguments['html'].absolute()}"
        ):
            arguments["html"].write_bytes(page)
        address = str(arguments["html"].absolute())
    report = json.loads(text)
    if arguments["run"] in report["days"] and len(report["days"]) > 1:
        show_day(report, arguments["run"], sys.stdout, address)
    else:
        show_summary(report, sys.stdout, address)
    return 0


COMMAND = Command(
    "report",
    "show the report of one run",
    add_arguments,
    act,
    description="Show the report of one run. Of a day that a run counted with others, the numbers of that day.",
)
