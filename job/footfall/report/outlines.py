"""The places of the map, thinned until they are light enough for one page."""

from collections.abc import Iterable
from typing import Any

from footfall.geometry import bounds, outlines
from footfall.schema import Places

MOST_VERTICES = 40_000

_FINENESS = (4000, 2000, 1000, 500, 250)
"""How many times the tolerance goes into the longer side of the map, tried one after the other."""

_FINEST = 32_000
"""The same where the places have few vertices to begin with: a shop keeps its form when the map is enlarged."""

_VERTEX_BYTES = 16
"""Two floats of WKB; the few bytes that begin a ring count as well, so fewer vertices are there than bytes say."""

Ring = list[list[float]]


def place_shapes(places: Places, shown: Iterable[str]) -> dict[str, Any]:
    """Bounds and rings of the shown places.

    Args:
        places: All places.
        shown: Ids of the places to draw.

    Returns:
        `bounds` as lon, lat, lon, lat, or None; `shapes` with `place_id` and `rings`.
    """
    wanted = set(shown)
    drawn = [place for place in places if place.place_id in wanted]
    if not drawn:
        return {"bounds": None, "shapes": []}
    wkb = tuple(place.wkb for place in drawn)
    box = bounds(wkb)
    rings = _light_enough(wkb, max(box[2] - box[0], box[3] - box[1]))
    shapes = [{"place_id": place.place_id, "rings": own} for place, own in zip(drawn, rings, strict=True)]
    return {"bounds": list(box), "shapes": shapes}


def _light_enough(wkb: tuple[bytes, ...], side: float) -> list[list[Ring]]:
    """The rings of each place, as fine as they may be together."""
    rings: list[list[Ring]] = []
    is_light = sum(map(len, wkb)) <= MOST_VERTICES * _VERTEX_BYTES
    for pieces in (_FINEST,) if is_light else _FINENESS:
        rings = outlines(wkb, side / pieces)
        if sum(len(ring) for own in rings for ring in own) <= MOST_VERTICES:
            return rings
    return _largest(rings)


def _largest(rings: list[list[Ring]]) -> list[list[Ring]]:
    """Of each place its largest ring, and of all others, by size, as many as are light enough."""
    by_size = [sorted(own, key=_size, reverse=True) for own in rings]
    left = MOST_VERTICES - sum(len(own[0]) for own in by_size)
    kept = [own[:1] for own in by_size]
    others = ((_size(ring), place, ring) for place, own in enumerate(by_size) for ring in own[1:])
    for _, place, ring in sorted(others, key=lambda other: -other[0]):
        left -= len(ring)
        if left < 0:
            break
        kept[place].append(ring)
    return kept


def _size(ring: Ring) -> float:
    lons, lats = zip(*ring, strict=True)
    return float(max(max(lons) - min(lons), max(lats) - min(lats)))
