"""Maps of places: of all places, and of one place with its neighbours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import hypot
from typing import Any

from footfall.report.map import Look, PlaceMap, label, place_map
from footfall.report.words import counted, number
from footfall.site.content import PlaceTrend

COMPANY = 6
"""The map of a place reaches to so many of its nearest neighbours,"""

NEAREST, FARTHEST = 1.5, 8
"""but at least and at most so many times its own size to each side,"""

LEAST_DEGREES = 0.0012
"""and at least so far: about 130 m."""

NEIGHBOURS = 60
"""The most neighbours that are drawn: the nearest ones."""

TITLE = "Visits per day"

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Atlas:
    """Draws the maps of a site.

    Args:
        shapes: Bounds and outlines of places, as in the `map` of a report.
        places: The places of the reports.
        pages: The links from the page with the map to the pages of places, by the id of the place.
    """

    shapes: Mapping[str, Any]
    places: Sequence[PlaceTrend]
    pages: Mapping[str, str]
    boxes: dict[str, Box] = field(init=False)
    rows: list[dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        outlines = {
            shape["place_id"]: shape["rings"] for shape in self.shapes["shapes"] if any(shape["rings"])
        }
        object.__setattr__(self, "boxes", {place_id: _box(rings) for place_id, rings in outlines.items()})
        object.__setattr__(self, "rows", [_row(place) for place in self.places])

    def whole(self) -> PlaceMap | None:
        """The map of all places; None if no report has outlines."""
        return self._drawn({"map": self.shapes, "places": self.rows}, None)

    def around(self, place_id: str) -> PlaceMap | None:
        """The map of one place and its neighbours; None if no report has its outline."""
        if place_id not in self.boxes:
            return None
        west, south, east, north = own = self.boxes[place_id]
        size = max(east - west, north - south)
        by_distance = sorted((_distance(own, box), each) for each, box in self.boxes.items())
        company = by_distance[: COMPANY + 1][-1][0]
        reach = max(min(company, FARTHEST * size), NEAREST * size, LEAST_DEGREES)
        window = (west - reach, south - reach, east + reach, north + reach)
        drawn = {each for _, each in by_distance[: NEIGHBOURS + 1] if _meet(self.boxes[each], window)} | {
            place_id
        }
        shapes = [shape for shape in self.shapes["shapes"] if shape["place_id"] in drawn]
        return self._drawn({"map": {"bounds": window, "shapes": shapes}, "places": self.rows}, place_id)

    def _drawn(self, report: dict[str, Any], chosen: str | None) -> PlaceMap | None:
        links = {place_id: page for place_id, page in self.pages.items() if place_id != chosen}
        drawn = place_map(report, Look(TITLE, _describe, links, chosen))
        if drawn is None:
            return None
        keys = [
            replace(key, label="no known day") if key.shade == "suppressed" else key for key in drawn.keys
        ]
        return replace(drawn, keys=keys)


def _row(place: PlaceTrend) -> dict[str, Any]:
    """A place as a row of a report, with its mean visits of a known day, by which maps colour and rank it."""
    days = place.all_days.days
    return {
        "place_id": place.place_id,
        "name": place.name,
        "visits": round(place.all_days.mean) if days else None,
        "pings": None,
        "days": days,
        "partial": False,
        "suppressed": not days,
    }


def _describe(place_id: str, place: dict[str, Any] | None) -> str:
    if place is None:
        return f"{place_id}\nin no report of these days"
    if place["suppressed"]:
        return f"{label(place)}\nno known day: suppressed, or not published"
    return f"{label(place)}\n{number(place['visits'])} visits a day, of {counted(place['days'], 'known day')}"


def _box(rings: Sequence[Sequence[Sequence[float]]]) -> Box:
    points = [point for ring in rings for point in ring]
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    return min(lons), min(lats), max(lons), max(lats)


def _meet(box: Box, other: Box) -> bool:
    return box[0] <= other[2] and other[0] <= box[2] and box[1] <= other[3] and other[1] <= box[3]


def _distance(box: Box, other: Box) -> float:
    """The distance between the middles of two boxes in degrees; exact enough to sort neighbours."""
    return hypot(box[0] + box[2] - other[0] - other[2], box[1] + box[3] - other[1] - other[3]) / 2
