"""The map of the places: their outlines as inline SVG, coloured by footfall."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from footfall.report.projection import WIDTH, Canvas, ScaleBar, canvas, scale_bar
from footfall.report.sections import ranking
from footfall.report.shades import Key, Shades, legend, shades
from footfall.report.svg import tag, written
from footfall.report.words import DASH, counted, duration, number

SMALL = 70
"""A place smaller than this many units (about 6 pixels) gets a dot."""

DOT = 55
CROWD = 60
"""With more dots than this, dots are drawn smaller."""

ROOMY = 330
"""A place larger than this many units has room for its rank inside."""

LETTER = (180, 210)
"""The room one rank on the map needs, in units: width and height."""

Pixels = list[tuple[int, int]]


@dataclass(frozen=True)
class PlaceMap:
    """A drawn map.

    Attributes:
        svg: The drawing.
        keys: The lines of its legend, from the highest class down.
        measure: What the colours mean: "visits" or "pings".
        bar: The scale bar.
        dots: How many places are marked by a dot.
    """

    svg: Markup
    keys: list[Key]
    measure: str
    bar: ScaleBar
    dots: int


@dataclass(frozen=True)
class Outline:
    """One place on the drawing: its rings in units, its colour class, its hover text, its count."""

    place_id: str
    rings: list[Pixels]
    shade: str
    hint: str
    value: int

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


def place_map(report: dict[str, Any]) -> PlaceMap | None:
    """Draw the places of a report; None when it has no shape to draw."""
    shapes = [shape for shape in report["map"]["shapes"] if any(shape["rings"])]
    if report["map"]["bounds"] is None or not shapes:
        return None
    lons = (lon for shape in shapes for ring in shape["rings"] for lon, _ in ring)
    drawing = canvas(report["map"]["bounds"], lons)
    scale = shades(report["places"])
    known = {place["place_id"]: place for place in report["places"]}
    outlines = [outline(shape, known.get(shape["place_id"]), drawing, scale) for shape in shapes]
    small = [each for each in outlines if each.extent < SMALL]
    label = (
        f"Map of {counted(len(outlines), 'place')} by {scale.measure}. The numbers are in the tables below."
    )
    view = f"0 0 {WIDTH} {drawing.height}"
    # large places first, so that no place hides a smaller one; among dots the highest on top
    areas = [area(each) for each in sorted(outlines, key=lambda o: -o.extent)]
    dots = [dot(each) for each in sorted(small, key=lambda o: o.value)]
    top = {
        each.place["place_id"]: each.rank
        for each in ranking(report, scale.measure).top
        if each.place[scale.measure]
    }
    layers = [hatching(), tag("g", *areas, fill_rule="evenodd"), tag("g", *dots), ranks(outlines, top)]
    crowded = " crowded" if len(small) > CROWD else ""
    drawn = tag("svg", *layers, class_=f"map{crowded}", viewBox=view, role="img", aria_label=label)
    keys = legend(scale, [each.shade for each in outlines])
    return PlaceMap(drawn, keys, scale.measure, scale_bar(drawing), len(small))


def outline(shape: dict[str, Any], place: dict[str, Any] | None, drawing: Canvas, scale: Shades) -> Outline:
    """Project one place and look up its colour and its numbers."""
    rings = [[drawing.point(lon, lat) for lon, lat in ring] for ring in shape["rings"] if ring]
    value = (place[scale.measure] or 0) if place else 0
    return Outline(shape["place_id"], rings, scale.of(place), hint(shape["place_id"], place), value)


def hint(place_id: str, place: dict[str, Any] | None) -> str:
    """Write what a place shows under the mouse: name, visits, pings, typical dwell."""
    if place is None:
        return f"{place_id}\nnot among the listed places"
    name = place["name"] or place_id
    if place["suppressed"] or place["visits"] is None:
        return f"{name}\nsuppressed"
    dwell = DASH if place["dwell_p50"] is None else duration(place["dwell_p50"])
    counts = f"{counted(place['visits'], 'visit')}, {counted(place['pings'], 'ping')}"
    if place["partial"]:
        counts += f"\non {place['days']} of {len(place['visits_by_day'])} days, suppressed on the others"
    return f"{name}\n{counts}\ntypical dwell {dwell}"


def area(place: Outline) -> Markup:
    """Draw a place as one path; its holes stay open by the even-odd rule."""
    return tag("path", tag("title", place.hint), class_=place.shade, d="".join(map(path, place.rings)))


def dot(place: Outline) -> Markup:
    """Mark a place that is too small to see."""
    x, y = place.middle
    return tag("circle", tag("title", place.hint), class_=f"dot {place.shade}", r=DOT, cx=x, cy=y)


def ranks(outlines: Sequence[Outline], top: dict[str, int]) -> Markup:
    """Write the ranks of the top list on or above their places, unless one would cover a higher one."""
    written_at: list[tuple[float, float]] = []
    texts = []
    for place in sorted(
        (each for each in outlines if each.place_id in top), key=lambda each: top[each.place_id]
    ):
        x, y = place.middle
        if place.extent < ROOMY:
            y = place.box[1] - (DOT if place.extent < SMALL else 0) - LETTER[1] / 2
        if all(abs(x - u) > LETTER[0] or abs(y - v) > LETTER[1] for u, v in written_at):
            written_at.append((x, y))
            texts.append(tag("text", number(top[place.place_id]), x=x, y=y))
    return tag("g", *texts, class_="ranks-on-map", aria_hidden="true")


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
    """Define the pattern of suppressed places."""
    lines = tag("path", d="M-20 20L20 -20M0 80L80 0M60 100L100 60", class_="hatch")
    ground = tag("rect", width=80, height=80, class_="hatch-ground")
    return tag(
        "defs", tag("pattern", ground, lines, id="hatch", width=80, height=80, patternUnits="userSpaceOnUse")
    )


def scale_line(bar: ScaleBar) -> Markup:
    """Draw the scale bar as a line of its own under the map, as wide as the map."""
    end = f"{written(100 * bar.part)}%"
    ends = [tag("line", x1=x, x2=x, y1=2, y2=8) for x in (0, end)]
    line = tag("line", x1=0, x2=end, y1=8, y2=8)
    text = tag("text", bar.label, x=0, y=24)
    return tag(
        "svg", *ends, line, text, class_="scale", height=28, role="img", aria_label=f"Scale: {bar.label}"
    )
