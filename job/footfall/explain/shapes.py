"""What is to know of a place's shape: its size, holes, slivers, and the places that it shares ground with."""

from collections.abc import Mapping
from dataclasses import dataclass

from footfall.explain.geodesy import SLIVER, square_metres, widths
from footfall.geometry.nearest import rings, shared
from footfall.geometry.overlaps import Overlaps
from footfall.schema import Place, Places


@dataclass(frozen=True)
class Overlap:
    """Ground that a place shares with another.

    Args:
        place_id: The other place.
        square_metres: How much.
        relation: `shares`, or `lies in`, or `holds` the other one.
        is_sliver: Whether it is so thin that the shapes were rather drawn to touch.
    """

    place_id: str
    square_metres: float
    relation: str
    is_sliver: bool


@dataclass(frozen=True)
class Shape:
    """A place's shape.

    Args:
        square_metres: Its area.
        parts: Polygons that it consists of.
        holes: Holes in these.
        vertices: Corners of all rings.
        slivers: Parts that are not SLIVER metres wide on average.
        notes: What was done to it when it was read: repaired, joined.
        overlaps: The places that share ground with it, most ground first.
    """

    square_metres: float
    parts: int
    holes: int
    vertices: int
    slivers: int
    notes: tuple[str, ...]
    overlaps: tuple[Overlap, ...]


def shape_of(places: Places, number: int, changes: Mapping[str, tuple[str, ...]]) -> Shape:
    """What is to know of the shape of a place.

    Args:
        places: All places.
        number: The number of this one.
        changes: What was done to shapes, by the ids of their places.
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
