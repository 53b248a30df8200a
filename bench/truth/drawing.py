"""Draws shares by noise as lines, one small chart for each sampling: plain SVG in the reader's light or dark theme."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

WIDE, HIGH, GAP, LEFT, TOP, EDGE = 196, 150, 26, 66, 78, 14
"""A chart, the space between two, what is left of the first and above it, the margin; pixels."""

MOST_FOUND = 4.0
"""Where the scale of found visits for each true one ends; what is above is drawn there."""

STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .small { font-size: 11.5px; fill: #59636e; }
  .title { font-weight: 600; }
  .grid { stroke: #d1d9e0; stroke-width: 1; }
  .exact { stroke: #59636e; stroke-width: 1; stroke-dasharray: 3 3; }
  polyline { fill: none; stroke-width: 2; }
  .line-0 { stroke: #0969da; } .line-1 { stroke: #0969da; stroke-dasharray: 5 4; }
  .line-2 { stroke: #bc4c00; } .line-3 { stroke: #1a7f37; }
  .dot-0, .dot-1 { fill: #0969da; } .dot-2 { fill: #bc4c00; } .dot-3 { fill: #1a7f37; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .small { fill: #9da7b3; }
    .grid { stroke: #30363d; }
    .exact { stroke: #9da7b3; }
    .line-0, .line-1 { stroke: #4493f8; } .line-2 { stroke: #f0883e; } .line-3 { stroke: #3fb950; }
    .dot-0, .dot-1 { fill: #4493f8; } .dot-2 { fill: #f0883e; } .dot-3 { fill: #3fb950; }
  }
"""


class Series(NamedTuple):
    """A tool, and its value for each noise."""

    title: str
    values: list[float]


class Panel(NamedTuple):
    """A chart: one line for each tool."""

    title: str
    series: list[Series]


def drawn(noises: Sequence[str], columns: Sequence[tuple[Panel, Panel]]) -> str:
    """The charts as one SVG: above the share found right, below the number found."""
    width = LEFT + (WIDE + GAP) * len(columns)
    height = TOP + 2 * (HIGH + 2 * GAP) + EDGE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" role="img">',
        "<title>Visits of the diaries that are found right, and visits found for each true one, by noise</title>",
        f"<style>{STYLE}</style>",
        *_legend([series.title for series in columns[0][0].series]),
    ]
    rows = (
        ("true visits found right, by metres of noise", 1.0, ("0", "50%", "100%")),
        ("found for each true visit", MOST_FOUND, ("0", "2", "4")),
    )
    for row, (name, most, ticks) in enumerate(rows):
        top = TOP + row * (HIGH + 2 * GAP)
        parts.append(f'<text class="small" x="{EDGE}" y="{top - 8}">{name}</text>')
        for number, column in enumerate(columns):
            left = LEFT + number * (WIDE + GAP)
            parts += _axes((left, top), noises, ticks if number == 0 else ("", "", ""))
            if row == 0:
                parts.append(
                    f'<text class="title" x="{left + WIDE / 2:g}" y="{top - 26}" text-anchor="middle">'
                    f"{escape(column[0].title)}</text>"
                )
            else:
                middle = top + HIGH - HIGH / MOST_FOUND
                parts.append(
                    f'<line class="exact" x1="{left}" x2="{left + WIDE}" y1="{middle}" y2="{middle}"/>'
                )
            parts += _lines((left, top), column[row].series, most)
    return "\n".join([*parts, "</svg>", ""])


def _legend(titles: Sequence[str]) -> list[str]:
    parts, x = [], LEFT
    for number, title in enumerate(titles):
        parts += [
            f'<polyline class="line-{number}" points="{x},{EDGE + 8} {x + 28},{EDGE + 8}"/>',
            f'<text x="{x + 34}" y="{EDGE + 12}">{escape(title)}</text>',
        ]
        x += 64 + 7 * len(title)
    return parts


def _axes(corner: tuple[int, int], noises: Sequence[str], ticks: Sequence[str]) -> list[str]:
    left, top = corner
    parts = []
    for number, tick in enumerate(ticks):
        y = top + HIGH - HIGH * number / 2
        parts.append(f'<line class="grid" x1="{left}" x2="{left + WIDE}" y1="{y:g}" y2="{y:g}"/>')
        parts.append(f'<text class="small" x="{left - 8}" y="{y + 4:g}" text-anchor="end">{tick}</text>')
    for number, noise in enumerate(noises):
        x, label = _x(left, number, len(noises)), noise.removesuffix(" m")
        parts.append(
            f'<text class="small" x="{x:g}" y="{top + HIGH + 16}" text-anchor="middle">{label}</text>'
        )
    return parts


def _lines(corner: tuple[int, int], series: Sequence[Series], most: float) -> list[str]:
    left, top = corner
    parts = []
    for number, each in enumerate(series):
        points = [
            (_x(left, n, len(each.values)), top + HIGH - HIGH * min(value, most) / most)
            for n, value in enumerate(each.values)
        ]
        # The last noise is of another kind than those before, so no line leads to it.
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points[:-1])
        parts.append(f'<polyline class="line-{number}" points="{line}"/>')
        parts += [f'<circle class="dot-{number}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points]
    return parts


def _x(left: int, number: int, of: int) -> float:
    return left + WIDE * (number + 0.5) / of
