"""Finds where a point lies: in places, on boundaries, in holes, or how far from the nearest place."""

from dataclasses import dataclass

import numpy as np

from footfall.explain.geodesy import distances, side
from footfall.geometry.nearest import candidates, with_hole_around
from footfall.locate.finder import Finder
from footfall.schema import Place, Places


@dataclass(frozen=True)
class NearPlace:
    """A place near a point: its distance in metres, and the side of the place on which the point lies."""

    place_id: str
    name: str | None
    metres: float
    side: str


@dataclass(frozen=True)
class Whereabouts:
    """The places at or near a point.

    Args:
        inside: The places that count it.
        on_boundary: The places on whose boundary it lies exactly.
        in_holes_of: The places that have it in a hole.
        nearest: The nearest place, if it is in no place and on no boundary; else None.
    """

    inside: tuple[Place, ...]
    on_boundary: tuple[Place, ...]
    in_holes_of: tuple[Place, ...]
    nearest: NearPlace | None


def whereabouts(finder: Finder, places: Places, lon: float, lat: float) -> Whereabouts:
    """The places at or near a point, by the functions that count pings.

    Args:
        finder: Finds the places of pings.
        places: All places.
        lon: Degrees.
        lat: Degrees.
    """
    _, place, _, edge_place = finder.find(np.array([lon + 0.0]), np.array([lat + 0.0]))
    inside, edges = ({int(number) for number in each} for each in (place, edge_place))
    wkb = tuple(each.wkb for each in places)
    holes = [number for number in with_hole_around(wkb, lon, lat) if number not in inside | edges]
    far = None if inside or edges else nearest_place(places, lon, lat)
    counting, touching, around = (
        tuple(places[number] for number in sorted(each)) for each in (inside, edges, holes)
    )
    return Whereabouts(counting, touching, around, far)


def nearest_place(places: Places, lon: float, lat: float) -> NearPlace:
    """The nearest place of a point that is outside of all places."""
    numbers, points = candidates(tuple(each.wkb for each in places), lon, lat)
    here = np.tile([lon, lat], (len(points), 1))
    metres, azimuths = distances(points, here)
    best = int(np.argmin(metres))
    place = places[int(numbers[best])]
    return NearPlace(place.place_id, place.name, float(metres[best]), side(float(azimuths[best])))
