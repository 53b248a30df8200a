"""The command `footfall`."""

import argparse
import json
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from footfall import __version__
from footfall.errors import FootfallError
from footfall.platforms import local
from footfall.sample import sample_settings, write_sample
from footfall.settings import Settings
from footfall.settings_sources import Loaded, load, setting_names
from footfall.terminal import make_progress, show_error, show_summary

EXIT_CODES = """exit codes:
  0 published   2 settings   3 input   4 refused by the quality gate   5 conflict with another run
  6 infrastructure, worth a retry   7 the job's own numbers disagree   130 stopped by Ctrl-C
"""
SAMPLE_OUTPUT = "footfall-output"


def entry_point() -> None:
    """Run the command with the words of this process, and exit with its code."""
    sys.exit(main(sys.argv[1:]))


def main(argv: Sequence[str]) -> int:
    """Run one command.

    Args:
        argv: The words after `footfall`.

    Returns:
        The exit code.
    """
    arguments = vars(_parser().parse_args(argv))
    command = {"run": _run, "sample": _sample, "schema": _schema}[arguments.pop("command")]
    try:
        return command(arguments, argv)
    except FootfallError as error:
        show_error(error, sys.stderr)
        if os.environ.get("FOOTFALL_DEBUG"):
            raise
        return error.exit_code
    except KeyboardInterrupt:
        print("Stopped; the days that were published before are as they were.", file=sys.stderr)  # noqa: T201
        return 130


def _run(arguments: dict[str, Any], argv: Sequence[str]) -> int:
    loaded = _loaded(arguments)
    finished = local.run(loaded, ["footfall", *map(shlex.quote, argv)], make_progress(sys.stderr))
    show_summary(finished.report, sys.stdout, str(finished.page))
    if finished.refusal:
        show_error(finished.refusal, sys.stderr)
        return finished.refusal.exit_code
    return 0


def _loaded(arguments: dict[str, Any]) -> Loaded:
    """The settings of file, environment and flags; those of the bundled sample where no input is named anywhere."""
    named = arguments.pop("settings") or os.environ.get("FOOTFALL_SETTINGS")
    flags = {name: text for name, text in arguments.items() if text is not None}
    asked = {f"FOOTFALL_{name.replace('.', '_').upper()}" for name in ("pings.path", "places.path")} & set(
        os.environ
    )
    own = named or asked or {"pings.path", "places.path"} & set(flags)
    return load(
        Path(named) if named else None, os.environ, flags, None if own else sample_settings(SAMPLE_OUTPUT)
    )


def _sample(arguments: dict[str, Any], argv: Sequence[str]) -> int:
    files = write_sample(Path(arguments.pop("folder")), **arguments)
    print(f"{files.rows:,} rows in {files.pings}\nplaces in {files.places}")  # noqa: T201
    print(f"footfall run --settings {shlex.quote(str(files.settings))}")  # noqa: T201
    return 0


def _schema(arguments: dict[str, Any], argv: Sequence[str]) -> int:
    print(json.dumps(Settings.json_schema(), indent=2))  # noqa: T201
    return 0


def _parser() -> argparse.ArgumentParser:
    about = "Count how many pings, devices and visits fall inside each place each day."
    parser = argparse.ArgumentParser("footfall", description=about, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"footfall {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_run(commands)
    _add_sample(commands)
    commands.add_parser("schema", help="print the JSON Schema of settings files", allow_abbrev=False)
    return parser


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
    for setting in setting_names():
        told = f"{setting.help} [{setting.variable}]".replace("%", "%%")
        run.add_argument(setting.flag, dest=setting.name, metavar="TEXT", help=told)


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
