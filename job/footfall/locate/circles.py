"""The compiled loop for circles of accuracy: which outlines come nearer to a ping than its accuracy.

Lengths are measured in a plane that touches the ellipsoid of WGS84 at the ping: its metres per degree are those at the
ping's latitude, so that straight lines in degrees stay straight. Let x = b * max(tan(|latitude| + b), STRETCH), where b
is the accuracy over the least radius of curvature, and e = x + x^2. From the ping's latitude to any latitude within the
circle, the radius of the parallel changes by a factor between 1 - e and 1 + e, and so does the radius of the meridian,
and with them the length of every line. So a distance in the plane is off by the share e at most, and what lies within
this share of the accuracy is left for geodesics to decide.
"""

from math import cos, pi, sin, sqrt, tan
from typing import Any

import numpy as np
import numpy.typing as npt

from footfall.compiled import kernel, part
from footfall.locate.index.cells import Floats, Ints
from footfall.locate.outlines import CHILDREN, Tree

Numbers = npt.NDArray[np.int32]
Finds = tuple[Numbers, Numbers, Ints]
"""Ping and place numbers of the finds, those of a ping side by side; and for each ping its first find, or -1."""

RADIUS, SQUARED = 6378137.0, 0.0066943799901413165
"""The semi-major axis of WGS84 in metres, and the square of its eccentricity."""

LEAST_RADIUS = RADIUS * (1 - SQUARED)
"""The least radius of curvature: that of the meridian at the equator."""

STRETCH = 0.0102
"""The radius of the meridian changes by at most this share of itself per radian of latitude: 1.5 e^2 / (1 - e^2)."""

FARTHEST, MOST_OFF = 1.55, 0.5
"""Radians of latitude, and x, up to which the plane is used; beyond, geodesics decide alone."""

ROUNDED = 1e-6
"""Metres by which rounding may change a length in the plane, and more."""

INSIDE, UNSURE = 1, 2
"""The bits of a state: the ping is inside the place; geodesics must say whether the edge is near."""

NO_EDGE, FULL = -1, -1

DEEPEST = 256
"""The most boxes that wait to be looked into."""


@part
def _scale(lat: float, metres: float) -> tuple[float, float, float]:
    """Metres per degree of longitude and of latitude at a latitude, and the share e; e is 1 where the plane fails."""
    phi = abs(lat) * pi / 180
    bent = 1 - SQUARED * sin(phi) * sin(phi)
    across = RADIUS / sqrt(bent)
    along = across * (1 - SQUARED) / bent
    reach = metres / LEAST_RADIUS
    off = 1.0
    if phi + reach < FARTHEST:
        off = reach * max(tan(phi + reach), STRETCH)
        off = off + off * off if off <= MOST_OFF else 1.0
    return across * cos(phi) * pi / 180, along * pi / 180, off


@part
def _distance(x: float, y: float, scale: tuple[float, float], edges: Floats, edge: int) -> float:
    """The distance in metres of a point from an edge, in the plane."""
    x1, y1 = (edges[edge, 0] - x) * scale[0], (edges[edge, 1] - y) * scale[1]
    dx, dy = (edges[edge, 2] - edges[edge, 0]) * scale[0], (edges[edge, 3] - edges[edge, 1]) * scale[1]
    along = -(x1 * dx + y1 * dy) / (dx * dx + dy * dy)
    along = min(max(along, 0.0), 1.0)
    x1, y1 = x1 + along * dx, y1 + along * dy
    return sqrt(x1 * x1 + y1 * y1)


@part
def _add(out: tuple[Any, ...], found: int, ping: int, place: int, edge: int, state: int) -> int:
    """Write an entry behind the others; returns how many there are then."""
    out[0][found], out[1][found], out[2][found], out[3][found] = ping, place, edge, state
    return found + 1


@part
def _test_group(  # noqa: PLR0913  (compiled code takes arrays and tuples, not objects)
    at: tuple[int, float, float, float, float],
    scale: tuple[float, float, float],
    group: int,
    tree: Tree,
    out: tuple[Any, ...],
    spare: tuple[Ints, Ints, Ints],
    begin: int,
    found: int,
) -> int:
    """Add an entry for a place with an edge that is near, or for each edge that may be; FULL if there is no room."""
    i, x, y, least, most = at
    place, (held, seen, _) = int(tree[2][group]), spare
    last = seen[place] - 1
    if begin <= last < found and out[1][last] == place and out[2][last] == NO_EDGE:
        return found
    inside = INSIDE if held[place] == i + 1 else 0
    for edge in range(tree[3][2 * group], tree[3][2 * group + 1]):
        metres = 0.0 if most < 0 else _distance(x, y, (scale[0], scale[1]), tree[4], edge)
        if metres > most >= 0:
            continue
        if found == len(out[0]):
            return FULL
        if metres < least:
            seen[place] = found + 1
            return _add(out, found, i, place, NO_EDGE, inside)
        found = _add(out, found, i, place, edge, inside | UNSURE)
    return found


@part
def _search(  # noqa: PLR0913  (compiled code takes arrays and tuples, not objects)
    at: tuple[int, float, float, float, float],
    scale: tuple[float, float, float],
    reach: tuple[float, float],
    tree: Tree,
    out: tuple[Any, ...],
    spare: tuple[Ints, Ints, Ints],
    begin: int,
    found: int,
) -> int:
    """Add entries for the places whose boxes come near to a ping; FULL if there is no room."""
    boxes, levels, stack = tree[0], tree[1], spare[2]
    x, y = at[1], at[2]
    top = len(levels) - 2
    stack[0] = levels[top]
    waiting = 1
    while waiting:
        waiting -= 1
        box = stack[waiting]
        if (
            boxes[box, 0] > x + reach[0]
            or boxes[box, 2] < x - reach[0]
            or boxes[box, 1] > y + reach[1]
            or boxes[box, 3] < y - reach[1]
        ):
            continue
        if box < levels[1]:
            found = _test_group(at, scale, box, tree, out, spare, begin, found)
            if found == FULL:
                return FULL
            continue
        level = top
        while levels[level] > box:
            level -= 1
        first = levels[level - 1] + CHILDREN * (box - levels[level])
        for child in range(first, min(first + CHILDREN, levels[level])):
            stack[waiting] = child
            waiting += 1
    return found


@part
def _reach(
    ping: tuple[int, float, float, float],
    tree: Tree,
    out: tuple[Any, ...],
    spare: tuple[Ints, Ints, Ints],
    begin: int,
    found: int,
) -> int:
    """Add entries for the places whose outlines a circle reaches, also over longitude 180; FULL if there is no room."""
    i, lon, lat, metres = ping
    scale = _scale(lat, metres)
    off = scale[2]
    least, most, wide, high = -1.0, -1.0, 360.0, metres / LEAST_RADIUS * 180 / pi
    if off < 1.0:
        least, most = metres / (1 + off) - ROUNDED, metres / (1 - off) + ROUNDED
        wide, high = most / scale[0], most / scale[1]
    for turn in range(3 if off < 1.0 else 1):
        x = lon + (0.0, 360.0, -360.0)[turn]
        if turn > 0 and abs(x) - 180 > wide:
            continue
        found = _search((i, x, lat, least, most), scale, (wide, high), tree, out, spare, begin, found)
        if found == FULL:
            return FULL
    return found


@kernel(
    "(f8[] f8[] f8[]) i8 (i4[] i4[] i8[]) (f8[,] i8[] i4[] i8[] f8[,]) (i4[]! i4[]! i8[]! i1[]!)"
    " (i8[]! i8[]! i8[]!)",
    "i8 i8",
)
def meet(
    pings: tuple[Floats, Floats, Floats],
    start: int,
    finds: Finds,
    tree: Tree,
    out: tuple[Any, ...],
    spare: tuple[Ints, Ints, Ints],
) -> tuple[int, int]:
    """Find the places whose outlines come nearer to pings than their accuracy, until all are done or there is no room.

    Args:
        pings: Longitudes and latitudes in degrees, finite; accuracies in metres, NaN where unknown.
        start: The first ping to look at.
        finds: The places that hold each ping.
        tree: The arrays of `Outlines.tree`.
        out: Filled with ping number, place number, edge or NO_EDGE, and state; those of a ping side by side. A ping of
            unknown accuracy has an entry for each place that holds it, as if the outline were near.
        spare: Zeros for each place, twice, and room for DEEPEST numbers.

    Returns:
        The ping to continue with, and the number of entries.
    """
    (lon, lat, accuracy), (find_ping, find_place, first) = pings, finds
    held, found = spare[0], 0
    for i in range(start, len(lon)):
        begin, metres, f = found, accuracy[i], first[i]
        while 0 <= f < len(find_ping) and find_ping[f] == i:
            place = int(find_place[f])
            held[place] = i + 1
            if not metres > 0:
                if found == len(out[0]):
                    return i, begin
                found = _add(out, found, i, place, NO_EDGE, INSIDE)
            f += 1
        if not metres > 0:
            continue
        found = _reach((i, lon[i], lat[i], metres), tree, out, spare, begin, found)
        if found == FULL:
            return i, begin
    return len(lon), found
