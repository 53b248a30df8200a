"""The contenders: what each of them is, and the virtual environment that it runs in."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import pyarrow as pa

from bench.questions import Question
from bench.surroundings import OWN, PEERS

SHARE_FOR_JAVA = 0.75
"""The share of the memory limit that a JVM gets as its heap; the rest is for its code and for Python."""

SHARE_FOR_ENGINE = 0.8
"""The share of the memory limit that an engine without a JVM is told; the rest is for Python and the result."""


@dataclass(frozen=True)
class Job:
    """What a contender gets: the files, the days, and the cores and bytes of memory that it may use."""

    pings: str
    places: str
    days: list[str]
    cores: int
    memory: int
    scratch: str


class Answer(NamedTuple):
    """An answer, and seconds of parts of it that are worth knowing, such as `index`."""

    rows: pa.Table
    parts: dict[str, float]


class Contender(Protocol):
    """A contender that is ready: its session runs and the places are loaded."""

    version: str

    def answer(self, question: Question) -> Answer:
        """Read the pings and answer."""
        ...


class Entry(NamedTuple):
    """A contender in the list: its name for readers and the virtual environment of its process."""

    title: str
    home: Path


ENTRIES = {
    "footfall": Entry("Footfall", OWN),
    "sedonadb": Entry("SedonaDB", PEERS),
    "duckdb": Entry("DuckDB spatial", PEERS),
    "sedona": Entry("Apache Sedona on Spark", PEERS),
    "pycanopy": Entry("PyCanopy and Polars", PEERS),
    "geopandas": Entry("GeoPandas", PEERS),
    "oracle": Entry("oracle (plain Python and shapely)", OWN),
}
