"""The map of the places: their outlines as inline SVG, coloured by footfall, which `map.js` enlarges and moves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from footfall.report.marginalia import north_arrow, scale_line
from footfall.report.projection import PIXEL, WIDTH, Canvas, canvas
from footfall.report.sections import ranking
from footfall.report.shades import Key, Shades, legend, shades
from footfall.report.svg import tag
from footfall.report.words import DASH, counted, duration, number, shortened

SMALL = 7 * PIXEL
"""A place smaller than this gets a dot."""

DOT = 5.5 * PIXEL
CROWD = 60
"""With more dots than this, dots are drawn smaller."""

ROOMY = 33 * PIXEL
"""A place larger than this has room for its rank inside."""

LETTER = (18 * PIXEL, 21 * PIXEL)
"""The room that one rank on the map needs: width and height."""

NAME = 60
"""So many characters of a name are enough on the map."""

Place = dict[str, Any]
Hint = Callable[[str, Place | None], str]
Pixels = list[tuple[int, int]]


@dataclass(frozen=True)
class PlaceMap:
    """A drawn map.

    Attributes:
        svg: The drawing.
        north: The arrow on it.
        scale: The line under it: a scale bar, and the position of the middle.
        keys: The lines of its legend, from the highest class down.
        measure: What the colours mean: "visits" or "pings".
        dots: How many places are marked by a dot.
        anchors: The ids of the outlines in the page, by the id of the place.
    """

    svg: Markup
    north: Markup
    scale: Markup
    keys: list[Key]
    measure: str
    dots: int
    anchors: Mapping[str, str]

    @property
    def title(self) -> str:
        """What the legend is headed by."""
        return f"{self.measure.capitalize()} per place"


@dataclass(frozen=True)
class Outline:
    """One place on the drawing: its rings in units, its colour class, its hover text, its count.

    `anchor` is its id in the page, `rank` its rank in the list of the first ones, `href` the page it leads to; each is
    none where there is none.
    """

    place_id: str
    rings: list[Pixels]
    shade: str
    hint: str
    value: int
    anchor: str | None
    rank: int | None
    href: str | None

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


def hint(place_id: str, place: Place | None) -> str:
    """Write what a place shows under the mouse: name, visits, pings, typical dwell."""
    if place is None:
        return f"{place_id}\nnot among the listed places"
    name = label(place)
    if place["suppressed"] or place["visits"] is None:
        return f"{name}\nsuppressed"
    dwell = DASH if place["dwell_p50"] is None else duration(place["dwell_p50"])
    counts = f"{counted(place['visits'], 'visit')}, {counted(place['pings'], 'ping')}"
    if place["partial"]:
        counts += f"\non {place['days']} of {len(place['visits_by_day'])} days, suppressed on the others"
    return f"{name}\n{counts}\ntypical dwell {dwell}"


def label(place: Place) -> str:
    """Name a place on one line, which is what the map writes beside it."""
    return shortened(" ".join((place["name"] or place["place_id"]).split()), NAME, "")


def place_map(
    report: dict[str, Any], describe: Hint = hint, links: Mapping[str, str] | None = None
) -> PlaceMap | None:
    """Draw the places of a report; None when it has no shape to draw.

    Args:
        report: Its keys `map` and `places`.
        describe: Writes what a place shows under the mouse; its first line is the name.
        links: The pages of places, by their ids.
    """
    shapes = [shape for shape in report["map"]["shapes"] if any(shape["rings"])]
    if report["map"]["bounds"] is None or not shapes:
        return None
    lons = (lon for shape in shapes for ring in shape["rings"] for lon, _ in ring)
    drawing = canvas(report["map"]["bounds"], lons)
    scale = shades(report["places"])
    outlines = _outlines(report, shapes, drawing, scale, describe, links or {})
    small = [each for each in outlines if each.extent < SMALL]
    about = (
        f"Map of {counted(len(outlines), 'place')} by {scale.measure}. The numbers are in the tables below."
    )
    view = f"0 0 {WIDTH} {drawing.height}"
    # large places first, so that no place hides a smaller one; among dots the highest on top
    areas = [area(each) for each in sorted(outlines, key=lambda o: -o.extent)]
    dots = [dot(each) for each in sorted(small, key=lambda o: o.value)]
    layers = [hatching(), tag("g", *areas, fill_rule="evenodd"), tag("g", *dots), ranks(outlines)]
    crowded = " crowded" if len(small) > CROWD else ""
    drawn = tag("svg", *layers, class_=f"map{crowded}", viewBox=view, role="img", aria_label=about)
    keys = legend(scale, [each.shade for each in outlines])
    anchors = {each.place_id: each.anchor for each in outlines if each.anchor}
    return PlaceMap(drawn, north_arrow(), scale_line(drawing), keys, scale.measure, len(small), anchors)


def _outlines(
    report: dict[str, Any],
    shapes: Sequence[dict[str, Any]],
    drawing: Canvas,
    scale: Shades,
    describe: Hint,
    links: Mapping[str, str],
) -> list[Outline]:
    """Project the places, and look up their colours and numbers."""
    known = {place["place_id"]: (order, place) for order, place in enumerate(report["places"])}
    top = {
        each.place["place_id"]: each.rank
        for each in ranking(report, scale.measure).top
        if each.place[scale.measure]
    }
    outlines = []
    for shape in shapes:
        place_id = shape["place_id"]
        order, place = known.get(place_id, (None, None))
        outlines.append(
            Outline(
                place_id,
                [[drawing.point(lon, lat) for lon, lat in ring] for ring in shape["rings"] if ring],
                scale.of(place),
                describe(place_id, place),
                (place[scale.measure] or 0) if place else 0,
                None if order is None else f"p{order}",
                top.get(place_id),
                links.get(place_id),
            )
        )
    return outlines


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


def ranks(outlines: Sequence[Outline]) -> Markup:
    """Write the ranks of the top list on or above their places, unless one would cover a higher one."""
    written_at: list[tuple[float, float]] = []
    texts = []
    for place in sorted((each for each in outlines if each.rank), key=lambda each: each.rank or 0):
        x, y = place.middle
        if place.extent < ROOMY:
            y = place.box[1] - (DOT if place.extent < SMALL else 0) - LETTER[1] / 2
        if all(abs(x - u) > LETTER[0] or abs(y - v) > LETTER[1] for u, v in written_at):
            written_at.append((x, y))
            texts.append(tag("text", number(place.rank or 0), x=x, y=y))
    return tag("g", *texts, class_="on-map ranks-on-map", aria_hidden="true")


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
    """Define the pattern of suppressed places, in pixels: on the map, where it is enlarged, and in the legend."""
    lines = tag("path", d="M-2 2L2 -2M0 8L8 0M6 10L10 6", class_="hatch")
    ground = tag("rect", width=8, height=8, class_="hatch-ground")
    size: dict[str, str | float] = {"width": 8, "height": 8, "patternUnits": "userSpaceOnUse"}
    enlarged = tag("pattern", ground, lines, id="hatch", patternTransform=f"scale({PIXEL})", **size)
    return tag("defs", enlarged, tag("pattern", ground, lines, id="hatch-key", **size))
