"""Draws the scoreboard as a table of shaded cells: plain SVG that follows the reader's light or dark theme."""

import math
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

LABELS, HEAD, CELL, ROW, GAP, EDGE = 190, 104, 58, 26, 10, 14
"""The names at the left, the slanted names of columns, a cell, the space before the last column, the margin; pixels."""

LEVELS = 5
"""Shades; the first is below one in a hundred thousand, each next one covers a tenfold share."""

STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .cell { font-size: 11.5px; font-variant-numeric: tabular-nums; text-anchor: middle; }
  .none { fill: #59636e; }
  .ours { font-weight: 600; }
  .zero { fill: #f6f8fa; }
  .level-1 { fill: #fff1e5; } .level-2 { fill: #ffd8b5; } .level-3 { fill: #ffb77c; }
  .level-4 { fill: #fb8f44; } .level-5 { fill: #e8762d; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .none { fill: #9da7b3; }
    .zero { fill: #21262d; }
    .level-1 { fill: #3d1d0a; } .level-2 { fill: #54270d; } .level-3 { fill: #6e3411; }
    .level-4 { fill: #8a4216; } .level-5 { fill: #a9511a; }
  }
"""


class Row(NamedTuple):
    """An engine: the share of pings it decides wrongly, by kind, and of all pings off a boundary."""

    title: str
    version: str
    shares: list[float]
    beside: float


def drawn(kinds: Sequence[str], rows: Sequence[Row]) -> str:
    """The rows as one SVG."""
    columns = [*kinds, "off any boundary"]
    width = EDGE + LABELS + CELL * len(columns) + GAP + 72
    height = EDGE + HEAD + ROW * len(rows) + EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" role="img">',
        "<title>Share of pings that differ from exact arithmetic, by engine and kind of ping; 0 is none</title>",
        f"<style>{STYLE}</style>",
    ]
    for number, name in enumerate(columns):
        x, y = _left(number, len(kinds)) + CELL / 2 - 6, EDGE + HEAD - 8
        parts.append(f'<text transform="translate({x:g} {y}) rotate(-40)">{escape(name)}</text>')
    for number, row in enumerate(rows):
        parts += _row(row, EDGE + HEAD + ROW * number, len(kinds))
    return "\n".join([*parts, "</svg>", ""])


def _left(column: int, kinds: int) -> int:
    return EDGE + LABELS + CELL * column + (GAP if column == kinds else 0)


def _row(row: Row, top: int, kinds: int) -> list[str]:
    ours = ' class="ours"' if row.title.startswith("Footfall") else ""
    baseline = top + ROW / 2 + 3
    parts = [
        f'<text{ours} x="{EDGE + LABELS - 10}" y="{baseline}" text-anchor="end">{escape(row.title)}</text>'
    ]
    for column, share in enumerate([*row.shares, row.beside]):
        x = _left(column, kinds)
        shade = f"level-{level(share)}" if share else "zero"
        tone = "cell" if share else "cell none"
        parts += [
            f'<rect class="{shade}" x="{x + 1}" y="{top + 1}" width="{CELL - 2}" height="{ROW - 2}" rx="3"/>',
            f'<text class="{tone}" x="{x + CELL / 2:g}" y="{baseline}">{words(share)}</text>',
        ]
    return parts


def level(share: float) -> int:
    """The shade of a share above zero."""
    return max(1, min(LEVELS, LEVELS + 1 + math.floor(math.log10(share))))


def words(share: float) -> str:
    """The share as a reader needs it: percent, or parts of a million."""
    if not share:
        return "0"
    if share < 1e-3:
        return f"{share * 1e6:.2g} ppm" if share < 1e-5 else f"{share * 1e6:.0f} ppm"
    return f"{share:.2%}" if share < 0.01 else f"{share:.1%}" if share < 0.1 else f"{share:.0%}"
