"""The places of the map, thinned until they are light enough for one page."""

from collections.abc import Iterable
from typing import Any

from footfall.geometry import bounds, outline
from footfall.schema import Places

MOST_VERTICES = 40_000


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
    box = bounds(tuple(place.wkb for place in drawn))
    tolerance = max(box[2] - box[0], box[3] - box[1]) / 4000
    while True:
        shapes = [{"place_id": place.place_id, "rings": outline(place.wkb, tolerance)} for place in drawn]
        if sum(len(ring) for shape in shapes for ring in shape["rings"]) <= max(
            MOST_VERTICES, 8 * len(drawn)
        ):
            return {"bounds": list(box), "shapes": shapes}
        tolerance *= 2
