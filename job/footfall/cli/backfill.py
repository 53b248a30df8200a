"""`footfall backfill`: run all days of a range, several in a run on this machine, on clusters one in each run."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from footfall.cli import run, submit
from footfall.cli.command import EXIT_CODES, Arguments, Command
from footfall.cli.flags import day
from footfall.cli.launching import say

if TYPE_CHECKING:
    from footfall.launch.stretches import Stretches


def add_arguments(parser: ArgumentParser) -> None:
    """Add its own flags; all others are those of `run` or `submit`."""
    parser.add_argument(
        "--from",
        dest="first",
        required=True,
        type=day,
        metavar="DAY",
        help="the first day, as 2023-03-01 (required)",
    )
    parser.add_argument(
        "--to", dest="last", required=True, type=day, metavar="DAY", help="the last day (required)"
    )
    parser.add_argument("--on", choices=list(submit.LAUNCHERS), help="where they run (default: here)")
    parser.add_argument(
        "--parallel",
        type=_number,
        metavar="N",
        help="a run for each day, so many at once (default: here one run for the days that follow each other, elsewhere"
        " 2 at once)",
    )
    parser.add_argument(
        "--rerun", action="store_true", help="also days that are published and would be counted the same"
    )
    parser.add_argument("--list", action="store_true", help="print the days as JSON, run none")


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """Run each day, here or on a cluster; the exit code is that of the worst day."""
    from footfall.launch.backfill import Backfill, days_between, exit_code, report_lines
    from footfall.launch.day_process import DayProcess
    from footfall.launch.stretches import Stretches

    days, on = days_between(arguments["first"], arguments["last"]), arguments["on"]
    if arguments["list"]:
        print(json.dumps(list(map(str, days))))  # noqa: T201
        return 0
    again, others, some = arguments["rerun"], arguments["others"], arguments["parallel"]
    further = [*others, "--rerun"] if on and again else others
    # Parsed before anything runs, so that an unknown flag ends the backfill at once.
    flags = (submit.COMMAND if on else run.COMMAND).parse([*_day_elsewhere(on, days[:1]), *further])
    stretches = Stretches() if on else _stretches(flags, some)
    work = Backfill(
        start=lambda days: DayProcess.started(days, _command(on, further, days, stretches), say),
        parallel=some or (2 if on else 1),
        goes_on=flags.get("on_interrupt") in ("ask", "keep"),
        stretches=stretches,
    )
    if not (on or again) and (refused := work.leave_out(days, others)):
        return refused
    work.run(days)
    results = [work.results[day] for day in days]
    print("\n".join(report_lines(results, for_people=sys.stdout.isatty())))  # noqa: T201
    return work.code or exit_code(results)


def _command(
    on: str | None, further: Sequence[str], days: Sequence[date], stretches: "Stretches"
) -> list[str]:
    """The command line that runs some days, here or on a cluster; the flags of the days come last."""
    return (
        ["submit", *further, *_day_elsewhere(on, days)] if on else ["run", *further, *stretches.flags(days)]
    )


def _day_elsewhere(on: str | None, days: Sequence[date]) -> list[str]:
    return [f"--on={on}", f"--day={days[0]}"] if on else []


def _stretches(flags: Arguments, parallel: int | None) -> "Stretches":
    """Decides which days go into one run on this machine: few if runs are parallel, or if gates limit whole runs."""
    from footfall.cli.loading import load_settings
    from footfall.launch.stretches import MOST_TOGETHER, Stretches

    settings = load_settings(flags).settings
    is_alone = parallel is not None or settings.quality.limits_a_run
    return Stretches(1 if is_alone else MOST_TOGETHER, settings.periods)


def _number(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise ArgumentTypeError(f"{text} is no number of days: write it as 2")


COMMAND = Command(
    "backfill",
    "run all days of a range, and go on where it stopped",
    add_arguments,
    act,
    description="Run all days of a range, here or elsewhere, and list how each of them ended. Here days that follow "
    "each other go into one run, and elsewhere each has its own. "
    "All further flags are those of `footfall run`, or with --on those of `footfall submit`.",
    epilog=f"{EXIT_CODES}  of several days the worst, in this order: 8 7 2 3 4 5 6",
    passes_on=True,
)
