"""A list on a terminal of any width: columns that matter less give way, and nothing that is shown is cut."""

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
        heading: What stands above it.
        weight: Those of the least weight give way first where the terminal is narrow; those of None never.
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
        remark: What stands behind it where it fits, else below it; it may be empty.
    """

    cells: Sequence[Text]
    remark: Text


def show_listing(columns: Sequence[Column], lines: Sequence[Line], console: Console) -> None:
    """Show lines below their headings, as many columns as the terminal has room for."""
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
    """The numbers of the columns that stay."""
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
