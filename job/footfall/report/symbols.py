"""How one place is drawn: its outline as a path, and a dot where that is too small to see."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from footfall.report.projection import PIXEL
from footfall.report.svg import tag

SMALL = 7 * PIXEL
"""A place smaller than this gets a dot."""

DOT = 5.5 * PIXEL

Pixels = list[tuple[int, int]]


@dataclass(frozen=True)
class Outline:
    """One place on the drawing: its rings in units, its colour class, its hover text, its count.

    `anchor` is its id in the page, `rank` its rank in the list of the first ones, `href` the page it leads to; each is
    None where it has no such thing. A `chosen` one has a bold edge.
    """

    place_id: str
    rings: list[Pixels]
    shade: str
    hint: str
    value: int
    anchor: str | None
    rank: int | None
    href: str | None
    chosen: bool

    @property
    def box(self) -> tuple[int, int, int, int]:
        """The bounds of the largest ring: left, top, right, bottom."""
        return max((box(ring) for ring in self.rings), key=lambda b: (b[2] - b[0]) * (b[3] - b[1]))

    @property
    def extent(self) -> int:
        """The longer side of the bounds."""
        left, top, right, bottom = self.box
        return max(right - left, bottom - top)

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of the bounds."""
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2


def area(place: Outline) -> Markup:
    """Draw a place as one path; its holes stay open by the even-odd rule."""
    named = {"id": place.anchor} if place.anchor else {}
    ranked = {"data_rank": place.rank} if place.rank else {}
    outline = "".join(map(path, place.rings))
    return linked(
        place, tag("path", tag("title", place.hint), **named, **ranked, class_=place.shade, d=outline)
    )


def dot(place: Outline) -> Markup:
    """Mark a place that is too small to see."""
    x, y = place.middle
    of = {"data_of": place.anchor} if place.anchor else {}
    return linked(
        place, tag("circle", tag("title", place.hint), **of, class_=f"dot {place.shade}", r=DOT, cx=x, cy=y)
    )


def linked(place: Outline, drawn: Markup) -> Markup:
    """Let it lead to the place's page. The tables have the same links, for the keyboard."""
    return tag("a", drawn, href=place.href, tabindex=-1) if place.href else drawn


def ring(place: Outline) -> Markup:
    """Draw the edge of a chosen place once more, over all others."""
    return tag("path", class_="ring", d="".join(map(path, place.rings)))


def path(ring: Sequence[tuple[int, int]]) -> str:
    """Write a ring as relative steps in whole units; steps of nothing are left out."""
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(ring)]
    moved = " ".join(f"{dx} {dy}" for dx, dy in steps if dx or dy)
    return f"M{ring[0][0]} {ring[0][1]}l{moved}z" if moved else f"M{ring[0][0]} {ring[0][1]}z"


def box(ring: Pixels) -> tuple[int, int, int, int]:
    """Find the bounds of a ring: left, top, right, bottom."""
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return min(xs), min(ys), max(xs), max(ys)


def hatching() -> Markup:
    """Define the pattern of suppressed places: of the map, where it is enlarged, and of the legend."""
    return tag("defs", pattern("hatch", PIXEL), pattern("hatch-key"))


def pattern(name: str, enlarged: int = 1) -> Markup:
    """Define the lines of what is suppressed, 8 units wide unless enlarged."""
    lines = tag("path", d="M-2 2L2 -2M0 8L8 0M6 10L10 6", class_="hatch")
    ground = tag("rect", width=8, height=8, class_="hatch-ground")
    size = {"width": 8, "height": 8} | ({"patternTransform": f"scale({enlarged})"} if enlarged > 1 else {})
    return tag("pattern", ground, lines, id=name, patternUnits="userSpaceOnUse", **size)
