"""The console and the cleaning of texts that all output on a terminal uses."""

import io
import re
from typing import TextIO

from rich.console import Console

NOTHING = "-"

_ESCAPES = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")


def plain(text: str) -> str:
    """The text without terminal escapes, and with a blank for each character that cannot be printed."""
    without_escapes = _ESCAPES.sub("", text)
    return "".join(character if character.isprintable() else " " for character in without_escapes)


def console_of(stream: TextIO) -> Console:
    """A console that does not interpret markup in texts."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    return Console(file=stream, markup=False, highlight=False, emoji=False)
