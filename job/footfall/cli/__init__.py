"""The command `footfall`."""

import gc
import os
import sys
from collections.abc import Sequence

from footfall import __version__
from footfall.cli import (
    backfill,
    diff,
    explain,
    export,
    glue,
    init,
    maintain,
    metrics,
    plan,
    report,
    run,
    runs,
    sample,
    schema,
    settle,
    site,
    submit,
    verify,
)
from footfall.cli.command import Arguments, Command
from footfall.cli.on_glue import is_script_of_glue, run_on_glue
from footfall.cli.parser import Parser
from footfall.cli.streams import outlast_readers
from footfall.errors import DefectError, SettingsError
from footfall.runs.stopping import raise_if_stopped, stopped_by_sigterm
from footfall.suggestions import suggestion

FILES = (
    init,
    run,
    submit,
    settle,
    backfill,
    glue,
    sample,
    plan,
    runs,
    report,
    site,
    metrics,
    verify,
    explain,
    diff,
    export,
    maintain,
    schema,
)
COMMANDS: dict[str, Command] = {file.COMMAND.name: file.COMMAND for file in FILES}
"""Every command, in the order of the help. Their files import large modules only when they act."""


OBJECTS_BEFORE_COLLECTION = 100_000
"""New objects after which Python's garbage collector runs; Python's default is 700."""


def entry_point() -> None:
    """Run the command with the words of this process, and exit with its code; on Glue run the job."""
    os.environ.setdefault(
        "OPENBLAS_NUM_THREADS", "1"
    )  # numpy starts a thread for each core, which wait busily
    gc.set_threshold(OBJECTS_BEFORE_COLLECTION)
    if is_script_of_glue(sys.argv):
        run_on_glue(sys.argv)
    else:
        outlast_readers()
        sys.exit(main(sys.argv[1:]))


def main(argv: Sequence[str]) -> int:
    """Run one command.

    Args:
        argv: The words after `footfall`.

    Returns:
        The exit code; that of DefectError for an unexpected exception.
    """
    try:
        try:
            with stopped_by_sigterm():
                arguments = parse(argv)
                code = COMMANDS[arguments.pop("command")].act(arguments, argv)
                sys.stdout.flush()
                return code
        except Exception as failure:
            raise_if_stopped(failure)
            return _end(failure)
    except KeyboardInterrupt as stop:
        said = str(stop) or "Stopped; the days that were published before are as they were"
        print(f"{said}.", file=sys.stderr)  # noqa: T201
        return int(getattr(stop, "exit_code", 130))


def parse(argv: Sequence[str]) -> Arguments:
    """The values of the flags of a command, and its name; flags that it passes on are in `others`.

    Raises:
        SettingsError: A word is unknown, or one is missing.
    """
    named = next((word for word in argv if not word.startswith("-")), None)
    about = "Count how many pings, devices and visits fall inside each place each day."
    parser = Parser("footfall", description=about)
    parser.add_argument("--version", action="version", version=f"footfall {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    parsers = {
        name: command.add_to(commands, with_arguments=name == named) for name, command in COMMANDS.items()
    }
    if not {"-h", "--help", "--version"} & set(argv) and named not in COMMANDS:
        raise _no_command(named, argv)
    arguments, others = parser.parse_known_args(argv)
    if COMMANDS[arguments.command].passes_on:
        arguments.others = others
    elif others:
        parsers[arguments.command].refuse(others)
    return vars(arguments)


def _no_command(named: str | None, argv: Sequence[str]) -> SettingsError:
    is_behind_flags = bool(argv) and argv[0].startswith("-")
    fix = (
        "Write the command first, as in `footfall run --settings settings.yaml`. " if is_behind_flags else ""
    )
    return SettingsError(
        f"There is no command {named}" if named and not is_behind_flags else "No command is named",
        where="command line of `footfall`",
        fix=f"{fix or suggestion(named or '', COMMANDS)}`footfall --help` lists all commands.",
    )


def _end(failure: Exception) -> int:
    """Print the error that an exception means; returns its exit code."""
    from footfall.defects import error_of

    error = error_of(failure)
    try:
        from footfall.terminal.sentences import show_error
    except ImportError:  # an installation that lacks a library is the failure itself, mostly
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    show_error(error, sys.stderr)
    if os.environ.get("FOOTFALL_DEBUG"):
        import traceback

        traceback.print_exception(failure)
    elif isinstance(error, DefectError) and not error.is_saved:
        sys.stderr.write(error.trace)
    return error.exit_code
