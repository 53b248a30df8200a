"""Shared by the commands that show runs: the flags that name an output, and the files of its runs."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING

from footfall.cli.command import Arguments
from footfall.cli.flags import add_settings_file
from footfall.errors import SettingsError
from footfall.suggestions import nearest_path, question

if TYPE_CHECKING:
    from footfall.history.files import RunFiles


def add_output(parser: ArgumentParser) -> None:
    """Add the flags that name the output."""
    add_settings_file(parser, "YAML file of settings that names the output")
    parser.add_argument(
        "--output",
        metavar="TEXT",
        help="the output: a folder, or s3://bucket/prefix (default: that of the settings, else footfall-output)"
        " [FOOTFALL_OUTPUT]",
    )


def files_of(arguments: Arguments, *, may_be_missing: bool = False) -> "RunFiles":
    """The files of the runs of the output that flags, environment or settings name, else of SAMPLE_OUTPUT.

    Args:
        arguments: The values of the flags of `add_output`.
        may_be_missing: Whether the folder that the flag names need not exist yet.

    Raises:
        SettingsError: The folder that the flag names does not exist.
    """
    from footfall import jobs
    from footfall.cli.loading import SAMPLE_OUTPUT, found_settings, named_settings
    from footfall.history.files import run_files
    from footfall.settings import on_object_store
    from footfall.settings.sources import output_named

    flags = {"output": arguments["output"]} if arguments["output"] else {}
    named = named_settings(arguments["settings"])
    if not (named or flags or os.environ.get("FOOTFALL_OUTPUT")):
        named = found_settings()
    output = output_named(Path(named) if named else None, os.environ, flags, jobs.settings()) or SAMPLE_OUTPUT
    folder = None if on_object_store(output) else Path(output).expanduser()
    if flags and folder and not (may_be_missing or folder.is_dir()):
        raise SettingsError(
            f"There is no folder {output}",
            where="flag --output",
            fix=question(nearest_path(folder)) + "Name the output of a run: its setting output.",
        )
    return run_files(output)
