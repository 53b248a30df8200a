"""The command `footfall`."""

import os
import sys
from argparse import ArgumentParser
from collections.abc import Sequence

from footfall import __version__
from footfall.cli import (
    backfill,
    glue,
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
from footfall.errors import FootfallError

FILES = (
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
    maintain,
    schema,
)
COMMANDS: dict[str, Command] = {file.COMMAND.name: file.COMMAND for file in FILES}
"""Every command, in the order of the help. Their files import what they need when they act."""


def entry_point() -> None:
    """Run the command with the words of this process, and exit with its code; on Glue run the job."""
    if is_script_of_glue(sys.argv):
        run_on_glue(sys.argv)
    else:
        sys.exit(main(sys.argv[1:]))


def main(argv: Sequence[str]) -> int:
    """Run one command.

    Args:
        argv: The words after `footfall`.

    Returns:
        The exit code.
    """
    arguments = parse(argv)
    command = COMMANDS[arguments.pop("command")]
    try:
        return command.act(arguments, argv)
    except FootfallError as error:
        _show(error)
        return error.exit_code
    except KeyboardInterrupt as stop:
        print("Stopped; the days that were published before are as they were.", file=sys.stderr)  # noqa: T201
        return int(getattr(stop, "exit_code", 130))


def parse(argv: Sequence[str]) -> Arguments:
    """The command and the values of its flags; those that it passes on are `others`.

    Ends the process where the words are none of ours.
    """
    named = next((word for word in argv if not word.startswith("-")), None)
    about = "Count how many pings, devices and visits fall inside each place each day."
    parser = ArgumentParser("footfall", description=about, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"footfall {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS.values():
        command.add_to(commands, with_arguments=command.name == named)
    arguments, others = parser.parse_known_args(argv)
    if COMMANDS[arguments.command].passes_on:
        arguments.others = others
    elif others:
        parser.error(f"unrecognized arguments: {' '.join(others)}")
    return vars(arguments)


def _show(error: FootfallError) -> None:
    from footfall.terminal.sentences import show_error

    show_error(error, sys.stderr)
    if os.environ.get("FOOTFALL_DEBUG"):
        import traceback

        traceback.print_exception(error)
