"""The commands that look: each reads the history of an output and shows it."""

import json
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from footfall.errors import SettingsError
from footfall.history.calendar import calendar
from footfall.history.files import RunFile, RunFiles
from footfall.history.metrics import printed, serve
from footfall.history.reading import PAGE, REPORT, all_runs, find
from footfall.launch.run_files import run_files
from footfall.settings.sources import output_named
from footfall.site.writing import write_site
from footfall.terminal import show_summary
from footfall.terminal.history import show_days, show_runs

SITE = Path("footfall-site")

Arguments = Mapping[str, Any]
Clock = Callable[[], datetime]


def runs(arguments: Arguments, environ: Mapping[str, str], otherwise: str, clock: Clock) -> int:
    """`footfall runs`: the runs of an output, or its days.

    Args:
        arguments: What the words of the command say.
        environ: The environment.
        otherwise: The output where none is named anywhere.
        clock: Tells the time.
    """
    found = all_runs(files_of(arguments, environ, otherwise), clock())
    first, last, limit = arguments["first"], arguments["last"], arguments["limit"]
    days = calendar(found, first, last)
    if arguments["by"] == "day":
        show_days(days if first or last or limit <= 0 else days[-limit:], days, sys.stdout)
        return 0
    wanted = {day.day for day in days}
    of_range = [run for run in found if not (first or last) or wanted & set(run.days)]
    shown = of_range[:limit] if limit > 0 else of_range
    show_runs(shown, days, len(of_range) - len(shown), sys.stdout)
    return 0


def report(arguments: Arguments, environ: Mapping[str, str], otherwise: str, clock: Clock) -> int:
    """`footfall report`: the report of one run, on the terminal and as a page.

    Raises:
        SettingsError: There is no such run, or it wrote no report.
    """
    files = files_of(arguments, environ, otherwise)
    run = find(all_runs(files, clock()), arguments["run"], files.root)
    text, page = files.read([RunFile(run.run_id, REPORT), RunFile(run.run_id, PAGE)])
    if text is None or page is None:
        raise SettingsError(
            f"The run {run.run_id} wrote no report: it is {run.state}",
            where=run.folder,
            fix=run.trouble or "Look at its log.",
        )
    address = run.report or files.address(run.run_id, PAGE)
    if arguments["html"] is not None:
        arguments["html"].write_bytes(page)
        address = str(arguments["html"].absolute())
    show_summary(json.loads(text), sys.stdout, address)
    return 0


def site(arguments: Arguments, environ: Mapping[str, str], otherwise: str, clock: Clock) -> int:
    """`footfall site`: the page of all runs."""
    print(write_site(files_of(arguments, environ, otherwise), arguments["folder"] or SITE, clock()))  # noqa: T201
    return 0


def metrics(arguments: Arguments, environ: Mapping[str, str], otherwise: str, clock: Clock) -> int:
    """`footfall metrics`: what Prometheus is told of the runs, once or whenever it asks."""
    files = files_of(arguments, environ, otherwise)
    if arguments["listen"] is None:
        sys.stdout.write(printed(files, clock()))
        return 0
    serve(files, arguments["listen"], clock)
    return 0


def files_of(arguments: Arguments, environ: Mapping[str, str], otherwise: str) -> RunFiles:
    """The files of the output that is named."""
    named = arguments["settings"] or environ.get("FOOTFALL_SETTINGS")
    flags = {"output": arguments["output"]} if arguments["output"] else {}
    return run_files(output_named(Path(named) if named else None, environ, flags) or otherwise)


Command = Callable[[Arguments, Mapping[str, str], str, Clock], int]
BY_NAME: Mapping[str, Command] = {
    "runs": runs,
    "report": report,
    "site": site,
    "metrics": metrics,
}
