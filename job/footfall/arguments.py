"""The words that the command understands: its commands and their flags."""

import argparse
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from footfall import __version__
from footfall.settings_names import setting_names
from footfall.settings_values import parse_day, parse_duration

EXIT_CODES = """exit codes:
  0 published   2 settings   3 input   4 refused by the quality gate   5 conflict with another run
  6 infrastructure, worth a retry   7 the job's own numbers disagree
  130 stopped by Ctrl-C   143 stopped by SIGTERM (of `submit`)
"""


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
    _add_run(commands)
    _add_submit(commands)
    _add_settle(commands)
    _add_backfill(commands)
    _add_sample(commands)
    _add_maintain(commands)
    commands.add_parser("schema", help="print the JSON Schema of settings files", allow_abbrev=False)
    return words


def _add_run(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `run`, with a flag for each setting."""
    run = commands.add_parser(
        "run",
        help="count, and publish the counts",
        description="Count footfall here. Without settings the bundled sample is counted.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    run.add_argument(
        "--settings", metavar="FILE", help="YAML file of settings; each one is also a flag and a variable"
    )
    run.add_argument(
        "--sample",
        action="store_true",
        help="count the bundled sample instead of the inputs of the settings, into OUTPUT/sample",
    )
    _add_settings(run)


def _add_settings(parser: argparse.ArgumentParser, without: Sequence[str] = ()) -> None:
    for setting in setting_names():
        told = f"{setting.help} [{setting.variable}]".replace("%", "%%")
        if setting.name not in without:
            parser.add_argument(setting.flag, dest=setting.name, metavar="TEXT", help=told)


def _add_submit(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `submit`, which also takes the settings of `run` and passes them on."""
    submit = commands.add_parser(
        "submit",
        help="start one run elsewhere, follow it, and end as it ends",
        description="Start the run of one day elsewhere, follow it, and end with its exit code. "
        "A run that is under way is joined, one that has ended is reported.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _add_launch(submit)
    _add_settings(submit, without=("day", "days"))


def _add_launch(submit: argparse.ArgumentParser) -> None:
    """Add what concerns the start of a run and the wait for its end."""
    submit.add_argument("--on", required=True, choices=["kubernetes"], help="where it runs")
    what = submit.add_mutually_exclusive_group(required=True)
    what.add_argument("--day", dest="count", type=_day, metavar="DAY", help="the day to count, as 2023-03-01")
    what.add_argument(
        "--smoke", action="store_true", help="count the sample of the image, and check the counts"
    )
    submit.add_argument(
        "--namespace", help="of the template and the run (default: that of the pod or context)"
    )
    submit.add_argument(
        "--template", type=Path, metavar="FILE", help="rendered manifests to take the template from"
    )
    submit.add_argument(
        "--rerun", action=argparse.BooleanOptionalAction, default=False, help="run again what has ended"
    )
    submit.add_argument(
        "--launched-by",
        metavar="NAME",
        help="who launches it: a label of the run, by which `settle` finds it",
    )
    submit.add_argument(
        "--print", action="store_true", help="write the run as YAML for kubectl, start nothing"
    )
    submit.add_argument(
        "--on-interrupt",
        choices=["ask", "keep", "delete"],
        default="ask",
        help="what becomes of the run at Ctrl-C or SIGTERM; without a terminal, ask means keep (default: ask)",
    )
    submit.add_argument("--timeout", type=_seconds, metavar="TIME", help="the longest a run may take, as 2h")
    submit.add_argument(
        "--start-timeout",
        type=_seconds,
        metavar="TIME",
        default=300,
        help="the longest its pods may take to start (default: 5min)",
    )


def _add_settle(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `settle`, the last word of a launcher that may have been killed."""
    settle = commands.add_parser(
        "settle",
        help="end what a launcher left running, and tell how its runs ended",
        description="Delete the runs of a launcher that have not ended, and print one JSON line for each of its runs.",
        allow_abbrev=False,
    )
    settle.add_argument("--on", required=True, choices=["kubernetes"], help="where they run")
    settle.add_argument("--launched-by", required=True, metavar="NAME", help="as it was told to `submit`")
    settle.add_argument("--namespace", help="of the runs (default: that of the pod or context)")


def _add_backfill(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `backfill`, which passes all flags that it does not know on to `run` or `submit`."""
    backfill = commands.add_parser(
        "backfill",
        help="run each day of a range, a few at a time",
        description="Run each day of a range, here or elsewhere, and tell what became of all of them. "
        "All further flags are those of `footfall run`, or with --on those of `footfall submit`.",
        epilog=f"{EXIT_CODES}  of several days the worst, in this order: 7 2 3 4 5 6",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    backfill.add_argument("--from", dest="first", required=True, type=_day, metavar="DAY")
    backfill.add_argument("--to", dest="last", required=True, type=_day, metavar="DAY", help="the last day")
    backfill.add_argument("--on", choices=["kubernetes"], help="where they run (default: here)")
    backfill.add_argument(
        "--parallel", type=_count, metavar="N", help="days at once (default: 1 here, 2 elsewhere)"
    )
    backfill.add_argument("--list", action="store_true", help="print the days as JSON, run none")


def _add_sample(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
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


def _add_maintain(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
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
            type=_age,
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
    _add_settings(maintain)


def _day(text: str) -> date:
    try:
        return parse_day(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _count(text: str) -> int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text} is no number of days: write it as 2")


def _seconds(text: str) -> float:
    return _age(text).total_seconds()


def _age(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error}: write it as 90s, 5min or 2h") from error
