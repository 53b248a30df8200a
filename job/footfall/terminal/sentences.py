"""Prints sentences and errors of a command."""

from typing import TextIO

from rich.table import Table
from rich.text import Text

from footfall.errors import FootfallError
from footfall.runs.json_lines import LineFields, stamped, write_line
from footfall.terminal.screen import console_of, plain


def tell(sentence: str, stream: TextIO, fields: LineFields) -> None:
    """Print a sentence: as text on a terminal, else as a JSON line with these fields."""
    if stream.isatty():
        console_of(stream).print(Text(plain(sentence)))
    else:
        write_line(stream, {"message": sentence, **stamped(fields)}, {})


def tell_failure(error: FootfallError, exit_code: int, stream: TextIO, fields: LineFields) -> None:
    """Print how a run failed as a JSON line; on a terminal print nothing."""
    if not stream.isatty():
        failure = {"exit_code": exit_code, "error": error.what, "where": error.where, "do": error.fix}
        write_line(stream, {"step": "end", "state": "failed", **stamped(fields)}, failure)


def show_error(error: FootfallError, stream: TextIO) -> None:
    """Print an error: what is wrong, where, and what to do."""
    what, where, fix = plain(error.what), plain(error.where), plain(error.fix)
    if not stream.isatty():
        stream.write(f"{what}\n  where: {where}\n  do:    {fix}\n")
        stream.flush()
        return
    lines = Table.grid(padding=(0, 2))
    lines.add_row(Text("✗", "bold red"), Text(what, "bold red"))
    lines.add_row(Text("where", "dim"), Text(where))
    lines.add_row(Text("do", "dim"), Text(fix, "bold"))
    console_of(stream).print(lines)
