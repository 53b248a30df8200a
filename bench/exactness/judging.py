"""Compares what an engine found with exact arithmetic and with GEOS, and adds up by kind of ping."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from bench.exactness.arithmetic import Verdicts
from bench.exactness.engines import ENGINES
from bench.exactness.pings import KINDS
from bench.exactness.scenes import Floats
from bench.polygons import Polygons

Ints = npt.NDArray[np.int64]

SUSPECTS = 12
"""So many wrong pairs are kept of each way to be wrong, those of the places with the fewest vertices."""


class Suspect(NamedTuple):
    """A pair that an engine decided in another way than exact arithmetic."""

    shape: shapely.Geometry
    lon: float
    lat: float
    found: bool
    boundary: bool


class Chunk(NamedTuple):
    """Places, pings with their kinds, and what exact arithmetic says of them."""

    shapes: Polygons
    points: Floats
    kind: Ints
    exact: Verdicts


@dataclass
class Score:
    """What an engine was asked and how often it differed; arrays are by kind of ping.

    `beside` counts pings that differ from exact arithmetic in a place on whose boundary they do not lie: no rule for
    boundaries explains these. `on` are the others. `from_geos` are pings that differ from GEOS, None where GEOS has no
    such rule; `beyond_geos` counts pairs that differ from exact arithmetic though GEOS is right about them.
    Of `boundary_pairs` of ping and place, the engine counted `boundary_found` as inside.
    """

    engine: str
    version: str = ""
    failure: str = ""
    pings: Ints = field(default_factory=lambda: np.zeros(len(KINDS), np.int64))
    beside: Ints = field(default_factory=lambda: np.zeros(len(KINDS), np.int64))
    on: Ints = field(default_factory=lambda: np.zeros(len(KINDS), np.int64))
    from_geos: Ints | None = None
    beyond_geos: int = 0
    boundary_pairs: int = 0
    boundary_found: int = 0
    suspects: dict[tuple[bool, bool], list[Suspect]] = field(default_factory=dict)

    def add(self, chunk: Chunk, found: Ints, geos: dict[str, Ints]) -> None:
        """Count the answer of a chunk: sorted keys of pairs; `geos` are those of GEOS by its rules."""
        places, exact, engine = len(chunk.shapes), chunk.exact, ENGINES[self.engine]
        truth = exact.key[getattr(exact, engine.rule)]
        wrong = _wrong(truth, found, places, engine.one_place)
        at = np.minimum(np.searchsorted(exact.key, wrong), len(exact.key) - 1)
        boundary = (exact.key[at] == wrong) & exact.boundary[at]
        beside = np.unique(wrong[~boundary] // places)
        on = np.setdiff1d(wrong[boundary] // places, beside)
        self.pings += _by_kind(chunk, np.arange(len(chunk.points)))
        self.beside += _by_kind(chunk, beside)
        self.on += _by_kind(chunk, on)
        errors = [np.setxor1d(exact.key[getattr(exact, rule)], keys) for rule, keys in geos.items()]
        self.beyond_geos += len(np.setdiff1d(wrong, np.concatenate([*errors, wrong[:0]])))
        if engine.rule in geos:
            differing = _by_kind(
                chunk, np.unique(_wrong(geos[engine.rule], found, places, engine.one_place) // places)
            )
            self.from_geos = differing if self.from_geos is None else self.from_geos + differing
        on_boundary = exact.key[exact.boundary]
        self.boundary_pairs += len(on_boundary)
        self.boundary_found += len(np.intersect1d(on_boundary, found, assume_unique=True))
        self._suspect(chunk, wrong, boundary, found)

    def _suspect(self, chunk: Chunk, wrong: Ints, boundary: npt.NDArray[np.bool_], found: Ints) -> None:
        size = shapely.get_num_coordinates(chunk.shapes)
        has = np.isin(wrong, found)
        for way in ((inside, edge) for inside in (True, False) for edge in (True, False)):
            some = wrong[(has == way[0]) & (boundary == way[1])]
            ping, place = np.divmod(some, len(chunk.shapes))
            least = np.argsort(size[place], kind="stable")[:SUSPECTS]
            new = [
                Suspect(chunk.shapes[b], *chunk.points[a].tolist(), *way)
                for a, b in zip(ping[least], place[least], strict=True)
            ]
            kept = sorted(
                self.suspects.get(way, []) + new, key=lambda each: shapely.get_num_coordinates(each.shape)
            )
            self.suspects[way] = kept[:SUSPECTS]


def _wrong(truth: Ints, found: Ints, places: int, one_place: bool) -> Ints:
    """Pairs that are in one of the two alone; where an engine gives one place, any that holds the ping is right."""
    if not one_place:
        return np.setxor1d(truth, found, assume_unique=True)
    lost = truth[~np.isin(truth // places, found // places)]
    return np.union1d(lost, np.setdiff1d(found, truth, assume_unique=True))


def _by_kind(chunk: Chunk, pings: Ints) -> Ints:
    return np.bincount(chunk.kind[pings], minlength=len(KINDS))
