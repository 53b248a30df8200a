"""Where a command writes to: a reader that has gone, as `head` after its lines, is no failure of the command."""

import io
import sys
from typing import Any, TextIO


class _Outlet(io.FileIO):
    """A descriptor that takes in all that is written to it, also when nobody reads it any more."""

    def write(self, content: Any, /) -> int:
        """Pass it on while somebody reads."""
        try:
            return super().write(content)
        except BrokenPipeError:
            return len(content)


def outlast_readers() -> None:
    """Let stdout and stderr of this process outlast their readers: the command goes on and ends by its own code."""
    sys.stdout = _outlet(sys.stdout, by_line=sys.stdout.isatty()) if sys.stdout else sys.stdout
    sys.stderr = _outlet(sys.stderr, by_line=True) if sys.stderr else sys.stderr


def _outlet(stream: TextIO, *, by_line: bool) -> TextIO:
    stream.flush()
    binary = io.BufferedWriter(_Outlet(stream.fileno(), "wb", closefd=False))
    return io.TextIOWrapper(binary, stream.encoding, stream.errors, line_buffering=by_line)
