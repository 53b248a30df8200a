"""Prints a list on a terminal of any width: less important columns are left out, and no cell is cut."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

GAP = "  "


@dataclass(frozen=True)
class Column:
    """A column.

    Attributes:
        heading: Its heading.
        weight: If the terminal is too narrow, columns of the least weight are left out first; None is never left out.
        right: Whether it is aligned to the right, as numbers are.
    """

    heading: str
    weight: int | None = None
    right: bool = False


@dataclass(frozen=True)
class Line:
    """A line.

    Attributes:
        cells: One text for each column.
        remark: A text after the cells if there is room, else on a line below; may be empty.
    """

    cells: Sequence[Text]
    remark: Text


def show_listing(columns: Sequence[Column], lines: Sequence[Line], console: Console) -> None:
    """Print headings and lines, with as many columns as the terminal has room for."""
    widths = [
        max([len(column.heading), *(line.cells[at].cell_len for line in lines)])
        for at, column in enumerate(columns)
    ]
    kept = _that_fit(columns, widths, console.width)
    whole = _joined([(Text(columns[at].heading, "bold"), columns[at], widths[at]) for at in kept])
    console.print(whole, soft_wrap=True)
    console.print(Text("─" * min(whole.cell_len, console.width)))
    for line in lines:
        text = _joined([(line.cells[at], columns[at], widths[at]) for at in kept])
        if text.cell_len + len(GAP) + line.remark.cell_len <= console.width:
            text = Text.assemble(text, GAP, line.remark) if line.remark else text
            console.print(text, soft_wrap=True)
        else:
            console.print(text, soft_wrap=True)
            console.print(Padding(line.remark, (0, 0, 0, len(GAP)), expand=False))


def _that_fit(columns: Sequence[Column], widths: Sequence[int], room: int) -> list[int]:
    """The indices of the columns that fit."""
    kept = list(range(len(columns)))
    light = sorted(
        (at for at in kept if columns[at].weight is not None), key=lambda at: columns[at].weight or 0
    )
    while light and sum(widths[at] + len(GAP) for at in kept) - len(GAP) > room:
        kept.remove(light.pop(0))
    return kept


def _joined(cells: Sequence[tuple[Text, Column, int]]) -> Text:
    line = Text()
    for number, (cell, column, width) in enumerate(cells):
        blanks = " " * (width - cell.cell_len)
        line = Text.assemble(
            line, GAP if number else "", *((blanks, cell) if column.right else (cell, blanks))
        )
    return line
