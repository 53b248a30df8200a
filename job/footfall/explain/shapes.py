"""The facts on a place's shape: its size, holes, slivers, and overlaps with other places."""

from collections.abc import Mapping
from dataclasses import dataclass

from footfall.explain.geodesy import SLIVER, square_metres, widths
from footfall.geometry.nearest import rings, shared
from footfall.geometry.overlaps import Overlaps
from footfall.schema import Place, Places


@dataclass(frozen=True)
class Overlap:
    """An area that a place shares with another.

    Args:
        place_id: The other place.
        square_metres: The size of the area.
        relation: `shares`, or `lies in`, or `holds` the other one.
        is_sliver: Whether it is so thin that the shapes were probably meant only to touch.
    """

    place_id: str
    square_metres: float
    relation: str
    is_sliver: bool


@dataclass(frozen=True)
class Shape:
    """The facts on the shape of a place.

    Args:
        square_metres: Its area.
        parts: The number of its polygons.
        holes: The number of their holes.
        vertices: The number of vertices of all rings.
        slivers: The number of parts that are narrower than SLIVER metres on average.
        notes: Sentences on what was repaired or joined while reading.
        overlaps: The areas that it shares with other places, the largest first.
    """

    square_metres: float
    parts: int
    holes: int
    vertices: int
    slivers: int
    notes: tuple[str, ...]
    overlaps: tuple[Overlap, ...]


def shape_of(places: Places, number: int, changes: Mapping[str, tuple[str, ...]]) -> Shape:
    """The facts on the shape of a place.

    Args:
        places: All places.
        number: The number of this one.
        changes: What was repaired or joined while reading, by the id of the place.
    """
    place = places[number]
    found = rings(place.wkb)
    return Shape(
        square_metres(place.wkb),
        len({ring.part for ring in found}),
        sum(ring.is_hole for ring in found),
        sum(len(ring.lon) - 1 for ring in found),
        sum(width < SLIVER for width in widths(place.wkb)),
        changes.get(place.place_id, ()),
        _overlaps(places, number),
    )


def _overlaps(places: Places, number: int) -> tuple[Overlap, ...]:
    overlaps = Overlaps(tuple(place.wkb for place in places))
    around = overlaps.around(number)
    found = []
    for other in around.sharing:
        relation = "shares"
        if other in around.containing:
            relation = "lies in"
        elif number in overlaps.around(other).containing:
            relation = "holds"
        found.append(_overlap(places[number], places[other], relation))
    return tuple(sorted(found, key=lambda each: (-each.square_metres, each.place_id)))


def _overlap(place: Place, other: Place, relation: str) -> Overlap:
    ground = shared(place.wkb, other.wkb)
    area = 0.0 if ground is None else square_metres(ground)
    is_sliver = ground is not None and max(widths(ground)) < SLIVER
    return Overlap(other.place_id, area, relation, is_sliver)
