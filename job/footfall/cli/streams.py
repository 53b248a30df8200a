"""Streams of a command that survive their reader: it is no error if `head` closes the pipe early."""

import io
import sys
from typing import Any, TextIO


class _Outlet(io.FileIO):
    """A file descriptor that drops what is written to it once its reader has closed the pipe."""

    def write(self, content: Any, /) -> int:
        """Write the content; returns its length, also if the pipe is closed."""
        try:
            return super().write(content)
        except BrokenPipeError:
            return len(content)


def outlast_readers() -> None:
    """Make stdout and stderr survive a closed pipe: the command goes on, and ends with its own exit code."""
    sys.stdout = _outlet(sys.stdout, by_line=sys.stdout.isatty()) if sys.stdout else sys.stdout
    sys.stderr = _outlet(sys.stderr, by_line=True) if sys.stderr else sys.stderr


def _outlet(stream: TextIO, *, by_line: bool) -> TextIO:
    stream.flush()
    binary = io.BufferedWriter(_Outlet(stream.fileno(), "wb", closefd=False))
    return io.TextIOWrapper(binary, stream.encoding, stream.errors, line_buffering=by_line)
