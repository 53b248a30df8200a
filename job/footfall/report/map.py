"""The map of the places: their outlines as inline SVG, coloured by footfall, which `map.js` enlarges and moves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from footfall.report.marginalia import north_arrow, scale_line
from footfall.report.projection import PIXEL, WIDTH, Canvas, canvas
from footfall.report.sections import ranking
from footfall.report.shades import Key, Shades, legend, shades
from footfall.report.svg import tag
from footfall.report.symbols import DOT, SMALL, Outline, area, dot, hatching, ring
from footfall.report.words import DASH, counted, duration, number, shortened

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


@dataclass(frozen=True)
class PlaceMap:
    """A drawn map.

    Attributes:
        svg: The drawing.
        north: The arrow on it.
        scale: The line under it: a scale bar, and the position of the middle.
        keys: The lines of its legend, from the highest class down.
        measure: What the colours mean: "visits" or "pings".
        title: What its legend is headed by.
        dots: How many places are marked by a dot.
        anchors: The ids of the outlines in the page, by the id of the place.
    """

    svg: Markup
    north: Markup
    scale: Markup
    keys: list[Key]
    measure: str
    title: str
    dots: int
    anchors: Mapping[str, str]


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


@dataclass(frozen=True)
class Look:
    """What a map says beside its colours.

    Args:
        title: What its legend is headed by; by default what the colours mean.
        describe: Writes what a place shows under the mouse; the first line is its name.
        links: The pages of places, by their ids.
        chosen: The id of a place with a bold edge.
    """

    title: str = ""
    describe: Hint = hint
    links: Mapping[str, str] = field(default_factory=dict)
    chosen: str | None = None


def place_map(report: dict[str, Any], look: Look | None = None) -> PlaceMap | None:
    """Draw the places of a report; None when it has no shape to draw.

    Args:
        report: Its keys `map` and `places`.
        look: What the map says beside its colours; by default what a report's does.
    """
    look = look or Look()
    shapes = [shape for shape in report["map"]["shapes"] if any(shape["rings"])]
    if report["map"]["bounds"] is None or not shapes:
        return None
    lons = (lon for shape in shapes for ring in shape["rings"] for lon, _ in ring)
    drawing = canvas(report["map"]["bounds"], lons)
    scale = shades(report["places"])
    outlines = _outlines(report, shapes, drawing, scale, look)
    small = [each for each in outlines if each.extent < SMALL]
    about = (
        f"Map of {counted(len(outlines), 'place')} by {scale.measure}. The numbers are in the tables below."
    )
    view = f"0 0 {WIDTH} {drawing.height}"
    # large places first, so that no place hides a smaller one; among dots the highest on top
    areas = [area(each) for each in sorted(outlines, key=lambda o: -o.extent)]
    dots = [dot(each) for each in sorted(small, key=lambda o: o.value)]
    edges = [ring(each) for each in outlines if each.chosen]
    layers = [hatching(), tag("g", *areas, fill_rule="evenodd"), tag("g", *dots), *edges, ranks(outlines)]
    crowded = " crowded" if len(small) > CROWD else ""
    drawn = tag("svg", *layers, class_=f"map{crowded}", viewBox=view, role="img", aria_label=about)
    keys = legend(scale, [each.shade for each in outlines])
    anchors = {each.place_id: each.anchor for each in outlines if each.anchor}
    title = look.title or f"{scale.measure.capitalize()} per place"
    return PlaceMap(
        drawn, north_arrow(), scale_line(drawing), keys, scale.measure, title, len(small), anchors
    )


def _outlines(
    report: dict[str, Any],
    shapes: Sequence[dict[str, Any]],
    drawing: Canvas,
    scale: Shades,
    look: Look,
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
                look.describe(place_id, place),
                (place[scale.measure] or 0) if place else 0,
                None if order is None else f"p{order}",
                top.get(place_id),
                look.links.get(place_id),
                place_id == look.chosen,
            )
        )
    return outlines


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
