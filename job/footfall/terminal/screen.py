"""What all that is shown on a terminal has in common."""

import io
import re
from typing import TextIO

from rich.console import Console

NOTHING = "-"

_ESCAPES = re.compile(r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")


def plain(text: str) -> str:
    """Take terminal escapes out of a text, and put a blank for all else that cannot be printed."""
    without_escapes = _ESCAPES.sub("", text)
    return "".join(character if character.isprintable() else " " for character in without_escapes)


def console_of(stream: TextIO) -> Console:
    """A console that takes texts as they are."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    return Console(file=stream, markup=False, highlight=False, emoji=False)
