"""Makes wrong answers small: fewer vertices and fewer digits, as long as the engine is still wrong."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import shapely

from bench.exactness.arithmetic import verdicts
from bench.exactness.asking import Asked, write
from bench.exactness.engines import ENGINES
from bench.exactness.judging import Score, Suspect
from bench.polygons import Polygons
from bench.process import Failed

Ring = list[tuple[float, float]]

DIGITS = (0, 1, 2, 4)
TRIES = 8
"""So many suspects of one way to be wrong are asked again, one ping and one place, until one is still wrong."""


class Case(NamedTuple):
    """One ping and one place that an engine decides in another way than exact arithmetic.

    `exact` is `inside`, `outside` or `boundary`; `engine_says` is `inside` or `outside`.
    """

    engine: str
    version: str
    wkt: str
    lon: float
    lat: float
    exact: str
    engine_says: str


def cases(score: Score, asked: Asked, folder: Path) -> list[Case]:
    """The smallest case of each way in which the engine is wrong: found or not, on a boundary or beside."""
    found = []
    for suspects in score.suspects.values():
        for suspect in suspects[:TRIES]:
            try:
                shape = _Shrinker(asked, suspect, folder).smallest()
            except Failed:  # an engine that breaks on one place of its own has no small case
                shape = None
            if shape is not None:
                found.append(_case(score, suspect, shape))
                break
    return found


def wkt(shape: shapely.Geometry) -> str:
    """Well-known text with all digits that tell doubles apart."""
    parts = [
        ", ".join(
            "(" + ", ".join(f"{x!r} {y!r}" for x, y in shapely.get_coordinates(ring).tolist()) + ")"
            for ring in shapely.get_rings(part)
        )
        for part in shapely.get_parts(shape)
    ]
    if len(parts) == 1:
        return f"POLYGON ({parts[0]})"
    return f"MULTIPOLYGON ({', '.join(f'({part})' for part in parts)})"


def _case(score: Score, suspect: Suspect, shape: shapely.Geometry) -> Case:
    exact = verdicts(np.array([shape]), np.array([[suspect.lon, suspect.lat]]))
    word = "outside"
    if len(exact.key):
        word = "boundary" if exact.boundary[0] else "inside" if exact.open[0] else "outside"
    says = "inside" if suspect.found else "outside"
    return Case(score.engine, score.version, wkt(shape), suspect.lon, suspect.lat, word, says)


class _Shrinker:
    """Asks about smaller and smaller polygons and the same ping."""

    def __init__(self, asked: Asked, suspect: Suspect, folder: Path) -> None:
        self.asked, self.suspect, self.folder = asked, suspect, folder
        self.rule, self.one_place = ENGINES[asked.name].rule, ENGINES[asked.name].one_place

    def smallest(self) -> shapely.Geometry | None:
        """The smallest polygon that was found; None where the place alone is decided rightly."""
        shape = self.suspect.shape
        if not self._wrong(np.array([shape]))[0]:
            return None
        for candidates in (_parts, _shorter, _rounder):
            while True:
                smaller = [each for each in candidates(shape) if each.is_valid and each.area > 0]
                smaller.sort(key=lambda each: (len(shapely.get_coordinates(each)), len(wkt(each))))
                still = self._wrong(np.array(smaller)) if smaller else []
                chosen = next((each for each, wrong in zip(smaller, still, strict=True) if wrong), None)
                if chosen is None:
                    break
                shape = chosen
        return shape

    def _wrong(self, shapes: Polygons) -> list[bool]:
        """Whether the engine decides in another way than exact arithmetic, and as it did at first."""
        if self.one_place and len(shapes) > 1:
            return [self._wrong(shapes[n : n + 1])[0] for n in range(len(shapes))]
        point = np.array([[self.suspect.lon, self.suspect.lat]])
        found = self.asked.pairs(write(shapes, point, self.folder), len(shapes))
        exact = verdicts(shapes, point)
        numbers = np.arange(len(shapes))
        is_found = np.isin(numbers, found)
        is_true = np.isin(numbers, exact.key[getattr(exact, self.rule)])
        is_boundary = np.isin(numbers, exact.key[exact.boundary])
        as_before = (is_found == self.suspect.found) & (is_boundary == self.suspect.boundary)
        return [bool(wrong) for wrong in (is_found != is_true) & as_before]


def _parts(shape: shapely.Geometry) -> Iterator[shapely.Geometry]:
    """The parts, and each without its holes or without all but one."""
    parts = list(shapely.get_parts(shape))
    if len(parts) > 1:
        yield from parts
    for part in parts:
        if part.interiors:
            yield shapely.Polygon(part.exterior)
        if len(part.interiors) > 1:
            yield from (shapely.Polygon(part.exterior, [hole]) for hole in part.interiors)


def _shorter(shape: shapely.Geometry) -> Iterator[shapely.Geometry]:
    """One ring without a half, a quarter ... of its vertices, down to one of them."""
    if len(shapely.get_parts(shape)) > 1:
        return
    for number, ring in enumerate(_rings(shape)):
        size = len(ring)
        for length in sorted({math.ceil(size / 2**k) for k in range(1, 8)}):
            for start in range(0, size, length):
                left = ring[:start] + ring[start + length :]
                if len(left) >= 3:
                    yield _with(shape, number, left)


def _rounder(shape: shapely.Geometry) -> Iterator[shapely.Geometry]:
    """One vertex with fewer digits."""
    if len(shapely.get_parts(shape)) > 1:
        return
    length = len(wkt(shape))
    for number, ring in enumerate(_rings(shape)):
        for place, (x, y) in enumerate(ring):
            for digits in DIGITS:
                for rounded in (
                    (round(x, digits) + 0.0, round(y, digits) + 0.0),
                    (round(x, digits) + 0.0, y),
                    (x, round(y, digits) + 0.0),
                ):
                    changed = _with(shape, number, [*ring[:place], rounded, *ring[place + 1 :]])
                    if len(wkt(changed)) < length:
                        yield changed


def _rings(shape: shapely.Geometry) -> list[Ring]:
    """The rings of a polygon, without the last coordinate, which repeats the first."""
    polygon = shapely.get_parts(shape)[0]
    return [[(x, y) for x, y in ring.coords[:-1]] for ring in shapely.get_rings(polygon)]


def _with(shape: shapely.Geometry, number: int, ring: Ring) -> shapely.Polygon:
    rings = _rings(shape)
    rings[number] = ring
    return shapely.Polygon(rings[0], rings[1:])
