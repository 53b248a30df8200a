"""Which data is measured with which question."""

from typing import NamedTuple

from bench.kinds import Data
from bench.questions import QUESTIONS, Question

MILLION = 1_000_000
BASE = 5 * MILLION
"""Pings of the scenarios that change the polygons."""


class Scenario(NamedTuple):
    """A question about a data set."""

    data: Data
    question: Question


def of(data: list[Data], questions: tuple[Question, ...] = QUESTIONS) -> list[Scenario]:
    """Each question about each data set."""
    return [Scenario(each, question) for each in data for question in questions]


def default(seed: int) -> list[Scenario]:
    """The two kinds of places that the targets name, at 20 million pings."""
    return of([Data.of(kind, 20 * MILLION, seed=seed) for kind in ("tracts", "blobs")])


def small(seed: int) -> list[Scenario]:
    """A check of the results, not of the speed: two days, so that visits pass midnight, and places that overlap."""
    tracts = Data.of("tracts", 180_000, days=2, seed=seed)
    overlap = Data.of("overlap", 20_000, days=2, seed=seed)
    return [Scenario(tracts, "table"), Scenario(overlap, "join")]


def everything(seed: int) -> list[Scenario]:
    """How the time grows with pings, polygons and vertices, and the awkward kinds."""
    pings = [Data.of("tracts", number * MILLION, seed=seed) for number in (1, 5, 20, 100)]
    number = [Data.of("many", BASE, seed=seed, polygons=10**power) for power in (2, 3, 4, 5)]
    vertices = [Data.of("vertices", BASE, seed=seed, vertices=10**power) for power in (1, 2, 3, 4)]
    awkward = [Data.of(kind, BASE, seed=seed) for kind in ("one", "overlap", "skew", "spatialbench")]
    blobs = Data.of("blobs", 20 * MILLION, seed=seed)
    return of([*pings, blobs]) + of(number + vertices, ("join",)) + of(awkward)


SETS = {"default": default, "small": small, "all": everything}
