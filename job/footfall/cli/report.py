"""`footfall report`: show the report of one run."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from footfall.cli.command import Arguments, Command
from footfall.cli.outputs import add_output, files_of
from footfall.errors import SettingsError

if TYPE_CHECKING:
    from footfall.history.record import RunRecord


def add_arguments(parser: ArgumentParser) -> None:
    """Add the name of the run, and a file for its page."""
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
    parser.add_argument(
        "--logs",
        action="store_true",
        help="show what its driver and executors wrote instead: from their pods, or from CloudWatch",
    )
    parser.add_argument(
        "--namespace",
        metavar="TEXT",
        help="with --logs: where it ran (default: that of the pod or context)",
    )
    parser.add_argument(
        "--log-group",
        metavar="TEXT",
        help="with --logs: where CloudWatch keeps the logs of its pods (default: /footfall/NAMESPACE)",
    )


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """Show the report on the terminal and as a page, or the log of the run.

    Raises:
        SettingsError: There is no such run, it wrote no report, or its log is gone.
    """
    from footfall.history.files import RunFile
    from footfall.history.reading import all_runs, find
    from footfall.runs.manifest import PAGE, REPORT
    from footfall.stores.errors import failures
    from footfall.terminal import show_summary
    from footfall.terminal.day import show_day

    files = files_of(arguments)
    run = find(all_runs(files, datetime.now(UTC)), arguments["run"], files.root)
    if arguments["logs"]:
        return _show_log(run, arguments)
    text, page = files.read([RunFile(run.run_id, REPORT), RunFile(run.run_id, PAGE)])
    if text is None or page is None:
        raise SettingsError(
            f"The run {run.run_id} wrote no report: it is {run.state}",
            where=run.folder,
            fix=run.trouble or "Look at its log: --logs shows that of a run on Kubernetes.",
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


def _show_log(run: "RunRecord", arguments: Arguments) -> int:
    """Write each line of a run's log with the pod that wrote it."""
    from footfall.launch.logs import LogRequest, find_lines

    if run.manifest and run.manifest.engine and run.manifest.engine.name == "embedded":
        raise SettingsError(
            f"The run {run.run_id} wrote its log where it was started: it ran in one process, on no cluster",
            where=run.folder,
            fix="What it left of its own is in this folder.",
        )
    where = arguments["namespace"], arguments["log_group"]
    started = run.started or datetime.fromtimestamp(0, UTC)
    request = LogRequest(run.run_id, run.days, started, run.finished, *where)
    for pod, line in find_lines(request, lambda text: print(text, file=sys.stderr)):  # noqa: T201
        print(f"{pod}  {line}")  # noqa: T201
    return 0


COMMAND = Command(
    "report",
    "show the report of one run",
    add_arguments,
    act,
    description="Show the report of one run. Of a day that a run counted with others, the numbers of that day.",
)
