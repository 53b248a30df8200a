"""Prints the plan of a run: on a terminal as text, else as one JSON line."""

from collections.abc import Mapping
from typing import Any, TextIO

from rich.table import Table
from rich.text import Text

from footfall.plurals import counted, shortened
from footfall.runs.json_lines import write_line
from footfall.terminal.screen import console_of, plain


def show_plan(plan: Mapping[str, Any], stream: TextIO) -> None:
    """Show what a run would read and replace, and where each setting comes from.

    Args:
        plan: `engine`, `days`, `replaces`, `running`, `output`, `beside`, `pings`, `notes`, `sizes`, `settings`.
        stream: Where to print; if it is not a terminal, one JSON line is printed.
    """
    if not stream.isatty():
        write_line(stream, {"step": "plan"}, plan)
        return
    console = console_of(stream)
    console.print(Text.assemble((" PLAN ", "bold reverse cyan"), "  nothing is written"))
    lines = Table.grid(padding=(0, 2))
    for name, text in _lines(plan):
        lines.add_row(Text(name, "bold"), Text(plain(text)))
    console.print(lines)
    for note in plan["notes"]:
        console.print(Text(f"! {plain(note)}", "yellow"))
    console.print()
    table = Table.grid(padding=(0, 2))
    for given in (True, False):
        for row in plan["settings"]:
            if (row["origin"] != "default") is given:
                style = "" if given else "dim"
                cells = (plain(row[part]) for part in ("name", "value", "origin"))
                table.add_row(*(Text(cell, style) for cell in cells))
    console.print(Text("Settings, those that are given first", "bold"), table, sep="\n")


def _lines(plan: Mapping[str, Any]) -> list[tuple[str, str]]:
    pings, days = plan["pings"], plan["days"]
    files = counted(pings["files"], "file of pings", "files of pings")
    lines = [
        ("reads", f"{files}, {counted(pings['bytes'], 'byte')}: {pings['path']}"),
        *(("", f"{what}: {path}") for what, path in plan["beside"].items()),
        ("counts", "every day that the pings hold" if days == "all" else _span(days)),
        ("engine", plan["engine"]),
        *(_sizes(plan["sizes"]) if plan["sizes"] else ()),
        ("writes", plan["output"]),
    ]
    if plan["replaces"]:
        lines.append(("replaces", shortened(f"{day} (of {run})" for day, run in plan["replaces"].items())))
    elif days != "all":
        lines.append(("replaces", "nothing: none of these days is published"))
    if plan["running"]:
        lines.append(("beware", f"running now: {', '.join(plan['running'])}"))
    return lines


def _span(days: list[str]) -> str:
    return days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}, {len(days)} days"


def _sizes(sizes: Mapping[str, Any]) -> list[tuple[str, str]]:
    """How large the run is, in lines."""
    pings, cores = counted(sizes["pings"], "ping"), counted(sizes["cores"], "core")
    low, high = (_bytes(number) for number in sizes["shuffle_bytes"])
    lines = [
        ("sizes", f"{pings} on {cores}: {counted(sizes['tasks'], 'task')} read and locate"),
        ("", f"{counted(sizes['parts'], 'part')} of {counted(sizes['pings_per_part'], 'ping')}"),
        ("", f"{low} to {high} go to the parts; a task needs up to {_bytes(sizes['task_bytes'])} to sum one"),
    ]
    if sizes["writer_bytes"] is not None:
        low, high = (_bytes(number) for number in sizes["writer_bytes"])
        writers = counted(sizes["writers"], "task")
        lines.append(("", f"{counted(sizes['rows'], 'row')}, written by {writers}: {low} for each of these,"))
        lines.append(("", f"and 8 bytes for each visit: {high} if every ping were one"))
    return lines


def _bytes(number: int) -> str:
    """A number of bytes in the largest unit of which there is at least one."""
    for unit, size in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= size:
            return f"{number / size:.1f} {unit}"
    return counted(number, "byte")
