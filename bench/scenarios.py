"""Which data is measured with which question."""

from typing import Literal, NamedTuple

from bench.kinds import Data
from bench.questions import QUESTIONS, Question

MILLION = 1_000_000
BASE = 5 * MILLION
"""Pings of the scenarios that change the polygons."""


Store = Literal["local", "s3"]
"""Where the files of a data set are read from."""

WARM: tuple[Question, ...] = ("join", "table")
"""The questions that a process answers again and again."""


class Scenario(NamedTuple):
    """A question about a data set."""

    data: Data
    question: Question
    store: Store = "local"


def of(data: list[Data], questions: tuple[Question, ...] = QUESTIONS) -> list[Scenario]:
    """Each question about each data set; `command` with files of this machine and from S3."""
    return [
        Scenario(each, question, store)
        for each in data
        for question in questions
        for store in (("local", "s3") if question == "command" else ("local",))
    ]


def default(seed: int) -> list[Scenario]:
    """What the targets name: two kinds of places at 20 million pings, and whole commands over the tracts."""
    return of([Data.of(kind, 20 * MILLION, seed=seed) for kind in ("tracts", "blobs")], WARM) + commands(seed)


def commands(seed: int) -> list[Scenario]:
    """Whole commands over the tracts, from few pings to many; three days, so that visits pass midnight."""
    sizes = (20_000, MILLION, 20 * MILLION)
    return of([Data.of("tracts", pings, days=3, seed=seed) for pings in sizes], ("command",))


def small(seed: int) -> list[Scenario]:
    """A check of the results, not of the speed: two days, so that visits pass midnight, and places that overlap."""
    tracts = Data.of("tracts", 180_000, days=2, seed=seed)
    overlap = Data.of("overlap", 20_000, days=2, seed=seed)
    few = Data.of("tracts", 20_000, days=2, seed=seed)
    return [Scenario(tracts, "table"), Scenario(overlap, "join"), *of([few], ("command",))]


def everything(seed: int) -> list[Scenario]:
    """How the time grows with pings, polygons and vertices, and the awkward kinds."""
    pings = [Data.of("tracts", number * MILLION, seed=seed) for number in (1, 5, 20, 100)]
    number = [Data.of("many", BASE, seed=seed, polygons=10**power) for power in (2, 3, 4, 5)]
    vertices = [Data.of("vertices", BASE, seed=seed, vertices=10**power) for power in (1, 2, 3, 4)]
    awkward = [Data.of(kind, BASE, seed=seed) for kind in ("one", "overlap", "skew", "spatialbench")]
    blobs = Data.of("blobs", 20 * MILLION, seed=seed)
    return of([*pings, blobs], WARM) + of(number + vertices, ("join",)) + of(awkward, WARM) + commands(seed)


SETS = {"default": default, "small": small, "commands": commands, "all": everything}
