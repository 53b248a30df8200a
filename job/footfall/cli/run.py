"""`footfall run`: count, and publish the counts."""

import os
import shlex
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from footfall.cli.command import EXIT_CODES, Arguments, Command
from footfall.cli.flags import add_settings, add_settings_file
from footfall.defects import error_of
from footfall.errors import Conflict, FootfallError, GateRefused, InputError

if TYPE_CHECKING:
    from footfall.pipeline import Finished
    from footfall.runs.progress import Progress
    from footfall.settings.sources import Loaded

    Platform = Callable[[Loaded, Sequence[str], Progress, str], Finished]


def add_arguments(parser: ArgumentParser) -> None:
    """Add its own flags, and one for each setting."""
    add_settings_file(parser, "YAML file of settings; each one is also a flag and a variable")
    parser.add_argument(
        "--sample",
        action="store_true",
        help="count the bundled sample instead of the inputs of the settings, into OUTPUT/sample",
    )
    parser.add_argument(
        "--stale",
        action="store_const",
        const=True,
        help="count the days that are missing or stale, as `plan --stale` lists them, and no others",
    )
    add_settings(parser)


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """Count in this process; on the session of spark-submit, if that started it."""
    if arguments.pop("stale"):
        return _count_stale(arguments, argv)
    return count(arguments, argv, _run_here)


def _count_stale(arguments: Arguments, argv: Sequence[str]) -> int:
    """Count the days that are missing or stale; consecutive ones in one run.

    If a run is refused because of one day, each of its days is run alone; the other runs go on.
    """
    from footfall.cli.loading import load_settings
    from footfall.launch.day_process import day_states
    from footfall.launch.stretches import Stretches

    words = [word for word in argv if word != "--stale"]
    settings = load_settings(arguments).settings
    # Another process plans, because workers must be forked before this one has clients of stores.
    code, states = day_states(["--stale", *words[1:]])
    stale = [day for day, state in states.items() if state in ("stale", "missing")]
    if code or not (stale or not states):
        return code or _say_nothing_is_stale(states)
    if settings.days == "all" and len(stale) == len(states):
        return count(arguments, words, _run_here)  # also counts days that no run has tried yet
    stretches = Stretches(len(stale), settings.periods)
    waiting, refused = stretches.of(stale), list[FootfallError]()
    while waiting:
        days = waiting.pop(0)
        flags = stretches.flags(days)
        named = (flag.removeprefix("--").partition("=") for flag in flags)
        asked = {name.replace("-", "_"): text for name, _, text in named}
        try:
            count({**arguments, "day": None, **asked}, [*words, *flags], _run_here)
        except (InputError, GateRefused, Conflict) as error:
            fewer = stretches.split(days)
            waiting[:0] = fewer
            refused += [] if fewer else [error]
    return _end_with_the_worst(refused)


def _end_with_the_worst(refused: Sequence[FootfallError]) -> int:
    """Print the errors of single days, and raise the worst of them; returns 0 if there are none."""
    from footfall.launch.backfill import WORST_FIRST
    from footfall.terminal.sentences import show_error

    worst_last = sorted(refused, key=lambda error: -WORST_FIRST.index(type(error)))
    for error in worst_last[:-1]:
        show_error(error, sys.stderr)
    if worst_last:
        raise worst_last[-1]
    return 0


def _say_nothing_is_stale(states: "Mapping[date, str]") -> int:
    from footfall.cli.loading import print_notice
    from footfall.plurals import counted

    print_notice(
        f"Nothing is stale or missing: {counted(len(states), 'day')} would be counted the same again."
    )
    return 0


def _run_here(loaded: "Loaded", command: Sequence[str], progress: "Progress", run_id: str) -> "Finished":
    # Importing the code that counts takes a second; errors of settings are reported before.
    from footfall.platforms.engine import is_submitted

    if is_submitted(os.environ):
        from footfall.platforms import submitted

        return submitted.run(loaded, command, progress, run_id)
    from footfall.platforms import local

    return local.run(loaded, command, progress, run_id)


def count(arguments: Arguments, argv: Sequence[str], run: "Platform") -> int:
    """Count on a platform, and show the counts.

    Args:
        arguments: The values of the flags.
        argv: The words after `footfall`, which repeat the run.
        run: Runs the job, on a platform.

    Raises:
        FootfallError: Nothing was published.
    """
    from footfall.cli.loading import load_settings
    from footfall.history.record import new_run_id
    from footfall.runs.json_lines import LineFields
    from footfall.runs.stopping import raise_if_stopped
    from footfall.settings.values import days_name
    from footfall.terminal import make_progress, show_summary
    from footfall.terminal.sentences import tell_failure

    run_id = new_run_id(datetime.now(UTC))
    facts = {"run_id": run_id}
    fields = LineFields(facts, lambda: datetime.now(UTC))
    command = ["footfall", *map(shlex.quote, argv)]
    try:
        loaded = load_settings(arguments)
        facts["day"] = days_name(loaded.settings.days)
        finished = run(loaded, command, make_progress(sys.stderr, fields), run_id)
        show_summary(finished.report, sys.stdout, str(finished.page), fields)
        if finished.refusal:
            raise finished.refusal
    except Exception as failure:
        raise_if_stopped(failure)
        error = error_of(failure)
        tell_failure(error, error.exit_code, sys.stderr, fields)
        raise error from error.__cause__ if error is failure else failure
    return 0


COMMAND = Command(
    "run",
    "count, and publish the counts",
    add_arguments,
    act,
    description="Count footfall here, by the settings file that is named, else by settings.yaml of this folder. "
    "Where no input is named anywhere the bundled sample is counted.",
    epilog=EXIT_CODES,
)
