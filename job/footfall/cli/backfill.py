"""`footfall backfill`: run each day of a range, a few at a time."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from datetime import date
from functools import partial

from footfall.cli import run, submit
from footfall.cli.command import EXIT_CODES, Arguments, Command
from footfall.cli.flags import day
from footfall.cli.launching import say


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
    parser.add_argument("--on", choices=["kubernetes", "glue"], help="where they run (default: here)")
    parser.add_argument(
        "--parallel", type=_number, metavar="N", help="days at once (default: 1 here, 2 elsewhere)"
    )
    parser.add_argument(
        "--rerun", action="store_true", help="also days that are published and would be counted the same"
    )
    parser.add_argument("--list", action="store_true", help="print the days as JSON, run none")


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """Run each day, here or elsewhere; the exit code is that of the worst day."""
    from footfall.launch.backfill import Backfill, days_between, exit_code, told
    from footfall.launch.day_process import DayProcess

    days, on = days_between(arguments["first"], arguments["last"]), arguments["on"]
    if arguments["list"]:
        print(json.dumps(list(map(str, days))))  # noqa: T201
        return 0
    again, others = arguments["rerun"], arguments["others"]
    words = partial(_words_of_day, on, [*others, "--rerun"] if on and again else others)
    # A flag that the runs do not know ends this here, before anything runs.
    flags = (submit.COMMAND if on else run.COMMAND).parse(words(days[0])[1:])
    work = Backfill(
        start=lambda day: DayProcess.started(day, words(day), say),
        parallel=arguments["parallel"] or (2 if on else 1),
        goes_on=flags.get("on_interrupt") in ("ask", "keep"),
    )
    if not (on or again) and (refused := work.leave_out(days, others)):
        return refused
    work.run(days)
    results = [work.results[day] for day in days]
    print("\n".join(told(results, for_people=sys.stdout.isatty())))  # noqa: T201
    return work.code or exit_code(results)


def _words_of_day(on: str | None, others: Sequence[str], day: date) -> list[str]:
    """The command that runs one day, here or elsewhere, with further flags."""
    return ["submit", f"--on={on}", f"--day={day}", *others] if on else ["run", f"--days={day}", *others]


def _number(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise ArgumentTypeError(f"{text} is no number of days: write it as 2")


COMMAND = Command(
    "backfill",
    "run each day of a range, a few at a time",
    add_arguments,
    act,
    description="Run each day of a range, here or elsewhere, and list how each of them ended. "
    "All further flags are those of `footfall run`, or with --on those of `footfall submit`.",
    epilog=f"{EXIT_CODES}  of several days the worst, in this order: 8 7 2 3 4 5 6",
    passes_on=True,
)
