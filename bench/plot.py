"""Draws the medians as bars: plain SVG that follows the reader's light or dark theme."""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

WIDTH, LABELS, VALUES = 760, 210, 130
"""Of the picture, of the names at the left, of the numbers at the right; in pixels."""

ROW, TITLE, GAP, EDGE = 24, 30, 18, 14

STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; }
  .number { fill: #59636e; font-variant-numeric: tabular-nums; }
  .bar { fill: #9aa4af; }
  .ours { fill: #0969da; }
  .spread { stroke: #1f2328; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .number { fill: #9da7b3; }
    .bar { fill: #59636e; }
    .ours { fill: #4493f8; }
    .spread { stroke: #e6edf3; }
  }
"""


class Bar(NamedTuple):
    """One contender in one scenario, in seconds."""

    name: str
    median: float
    low: float
    high: float


class Panel(NamedTuple):
    """One scenario; its bars share a scale that begins at zero."""

    title: str
    bars: list[Bar]


def drawn(panels: Sequence[Panel]) -> str:
    """The panels as one SVG."""
    parts, top = [], EDGE
    for panel in panels:
        parts += _panel(panel, top)
        top += TITLE + ROW * len(panel.bars) + GAP
    size = f'width="{WIDTH}" height="{top}" viewBox="0 0 {WIDTH} {top}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">'
    name = "<title>Seconds per answer, median with lowest and highest; shorter is better</title>"
    return "\n".join([head, name, f"<style>{STYLE}</style>", *parts, "</svg>", ""])


def _panel(panel: Panel, top: int) -> list[str]:
    parts = [f'<text class="title" x="{EDGE}" y="{top + 14}">{escape(panel.title)}</text>']
    longest = max((bar.high for bar in panel.bars), default=1)
    scale = (WIDTH - LABELS - VALUES) / longest
    ours = next((bar.median for bar in panel.bars if bar.name == "Footfall"), None)
    for number, bar in enumerate(panel.bars):
        parts += _bar(bar, top + TITLE + ROW * number, scale, ours)
    return parts


def _bar(bar: Bar, top: int, scale: float, ours: float | None) -> list[str]:
    middle, kind = top + ROW / 2 - 3, "bar ours" if bar.name == "Footfall" else "bar"
    low, high = (LABELS + value * scale for value in (bar.low, bar.high))
    ratio = f" ({bar.median / ours:.1f}x)" if ours and bar.name != "Footfall" else ""
    return [
        f'<text x="{LABELS - 8}" y="{middle + 4.5}" text-anchor="end">{escape(bar.name)}</text>',
        f'<rect class="{kind}" x="{LABELS}" y="{top}" width="{max(1, bar.median * scale):.1f}" height="{ROW - 6}"/>',
        f'<line class="spread" x1="{low:.1f}" x2="{high:.1f}" y1="{middle}" y2="{middle}"/>',
        f'<text class="number" x="{high + 8:.1f}" y="{middle + 4.5}">{bar.median:.2f} s{ratio}</text>',
    ]
