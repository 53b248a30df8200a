"""Shared by `submit` and `glue run`: the flags of a launched run, its outputs, and the report of its end."""

import json
import sys
from argparse import ArgumentParser, BooleanOptionalAction
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from footfall.cli.flags import add_settings, day, seconds
from footfall.defects import error_of
from footfall.errors import SettingsError
from footfall.temporary import temporary_folder

if TYPE_CHECKING:
    from footfall.launch.audience import Audience
    from footfall.launch.ending import Ending
    from footfall.launch.kubernetes.application import Order


def add_launch(parser: ArgumentParser) -> None:
    """Add the flags of starting a run and waiting for its end, and those of the settings that are passed to it."""
    what, about = parser.add_mutually_exclusive_group(required=True), "the day to count, as 2023-03-01"
    what.add_argument(
        "--day", dest="asked_day", type=day, metavar="DAY", help=f"{about} (required, unless --smoke)"
    )
    what.add_argument(
        "--smoke", action="store_true", help="count the sample of the image, and check the counts"
    )
    parser.add_argument(
        "--namespace",
        metavar="NAME",
        help="of the template and the run (default: that of the pod or context)",
    )
    parser.add_argument(
        "--template",
        type=Path,
        metavar="FILE",
        help="rendered manifests to take the template from (default: that of the cluster)",
    )
    parser.add_argument(
        "--rerun", action=BooleanOptionalAction, default=False, help="run again what has ended (default: no)"
    )
    parser.add_argument(
        "--launched-by",
        metavar="NAME",
        help="who launches it: a label of the run, by which `settle` finds it (default: nobody)",
    )
    parser.add_argument(
        "--print", action="store_true", help="write the run as YAML for kubectl, start nothing"
    )
    parser.add_argument(
        "--on-interrupt",
        choices=["ask", "keep", "delete"],
        default="ask",
        help="keep or delete the run at Ctrl-C or SIGTERM; without a terminal, ask means keep (default: ask)",
    )
    add_timeouts(parser)
    add_settings(parser, without=("day", "days"))


def add_timeouts(parser: ArgumentParser) -> None:
    """Add the flags of the longest time in each phase of a run: in a queue, starting, without executors, running."""
    for flag, default, about in (
        (
            "--queue-timeout",
            None,
            "the longest it may wait for its turn in a queue (default: as long as it takes)",
        ),
        ("--start-timeout", 300, "the longest its driver or workers may take to start (default: 5min)"),
        (
            "--executors-timeout",
            None,
            "the longest it may be without an executor (default: as --start-timeout)",
        ),
        ("--timeout", None, "the longest it may take, its time in a queue left out, as 2h (default: no end)"),
    ):
        parser.add_argument(flag, type=seconds, metavar="TIME", default=default, help=about)


def order_of(arguments: Mapping[str, Any]) -> "Order":
    """The order of a run: the sample of the image, or a day with the settings that are given as flags."""
    from footfall.jobs import setting_names
    from footfall.launch.kubernetes.application import Order

    by_name = {setting.name: setting.flag for setting in setting_names()}
    flags = {flag: arguments[name] for name, flag in by_name.items() if arguments.get(name) is not None}
    return Order.of_smoke(flags) if arguments["smoke"] else Order.of_day(arguments["asked_day"], flags)


def refuse_flags(flags: Sequence[str], where: str) -> None:
    """Refuse flags that have no meaning on a platform.

    Raises:
        SettingsError: `flags` is not empty.
    """
    if flags:
        named = ", ".join(f"--{flag.replace('_', '-')}" for flag in flags)
        raise SettingsError(f"There is no {named} on {where}", where="flags of submit", fix="Leave it out.")


@contextmanager
def audience_of(order: "Order") -> Iterator["Audience"]:
    """The outputs of a launcher; they also report an exception of the block, which is raised as a FootfallError."""
    from footfall.cli.loading import settings_here
    from footfall.launch.audience import Audience
    from footfall.launch.driver_log import DriverLog
    from footfall.runs.json_lines import LineFields
    from footfall.terminal import make_progress
    from footfall.terminal.sentences import tell, tell_failure

    facts = {"day": str(order.day or "sample")}
    fields = LineFields(facts, lambda: datetime.now(UTC))
    progress = make_progress(sys.stderr, fields)
    log = DriverLog(say=say, progress=progress if sys.stderr.isatty() else None, facts=facts)
    fail = partial(tell_failure, stream=sys.stderr, fields=fields)
    audience = Audience(progress, log, partial(tell, stream=sys.stderr, fields=fields), fail, ask)
    try:
        if here := settings_here():
            audience.say(
                f"{here} of this folder is not used: a run on a cluster has the settings of its template."
            )
        yield audience
    except Exception as failure:
        error = error_of(failure)
        audience.fail(error, error.exit_code)
        raise error from error.__cause__ if error is failure else failure


def report_end(
    ending: "Ending", ran_as: str, names: Mapping[str, str], order: "Order", audience: "Audience"
) -> int:
    """Show how a run ended; returns its exit code.

    Args:
        ending: How it ended.
        ran_as: What ran, for people, such as `SparkApplication footfall-20230301-1a2b3c4d`.
        names: The same as keys of the JSON line.
        order: The order of the run.
        audience: The outputs of the launcher.
    """
    from footfall.launch.driver_log import summary_text
    from footfall.launch.ending import verify_smoke
    from footfall.sample.generator import write_sample
    from footfall.terminal.sentences import show_error

    if ending.summary:
        run = {**ending.summary, **names}
        print(summary_text(run, ran_as) if sys.stdout.isatty() else json.dumps(run))  # noqa: T201
    if ending.error:
        audience.fail(ending.error, ending.exit_code)
        show_error(ending.error, sys.stderr)
        return ending.exit_code
    if order.day is None:
        with temporary_folder() as scratch:
            verify_smoke(ending, write_sample(scratch).counts)
    return 0


def say(line: str) -> None:
    """Print a line on stderr."""
    print(line, file=sys.stderr, flush=True)  # noqa: T201


def ask(question: str) -> bool:
    """Whether the person at the terminal answers yes to a question; False without a terminal."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    try:
        print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)  # noqa: T201
        return sys.stdin.readline().strip().lower() in ("y", "yes")
    except KeyboardInterrupt:
        return False
