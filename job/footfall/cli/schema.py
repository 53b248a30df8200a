"""`footfall schema`: print the JSON Schema of settings files."""

import json
from argparse import ArgumentParser
from collections.abc import Sequence

from footfall.cli.command import Arguments, Command


def add_arguments(parser: ArgumentParser) -> None:
    """It has no flags."""


def act(arguments: Arguments, argv: Sequence[str]) -> int:
    """Print it."""
    from footfall.settings import Settings

    print(json.dumps(Settings.json_schema(), indent=2))  # noqa: T201
    return 0


COMMAND = Command("schema", "print the JSON Schema of settings files", add_arguments, act)
