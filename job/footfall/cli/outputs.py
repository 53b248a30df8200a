"""What the commands that look at runs share: the flags that name an output, and its files."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING

from footfall.cli.command import Arguments

if TYPE_CHECKING:
    from footfall.history.files import RunFiles


def add_output(parser: ArgumentParser) -> None:
    """Add the flags that name the output."""
    parser.add_argument("--settings", metavar="FILE", help="YAML file of settings that names the output")
    parser.add_argument(
        "--output", metavar="TEXT", help="the output: a folder, or s3://bucket/prefix [FOOTFALL_OUTPUT]"
    )


def files_of(arguments: Arguments) -> "RunFiles":
    """The files of the output that flags, environment or settings name, by default that of the sample."""
    from footfall.cli.loading import SAMPLE_OUTPUT, found_settings, named_settings
    from footfall.history.files import run_files
    from footfall.settings.sources import output_named

    flags = {"output": arguments["output"]} if arguments["output"] else {}
    named = named_settings(arguments["settings"])
    if not (named or flags or os.environ.get("FOOTFALL_OUTPUT")):
        named = found_settings()
    return run_files(output_named(Path(named) if named else None, os.environ, flags) or SAMPLE_OUTPUT)
