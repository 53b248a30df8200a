"""The least that each stage must do: bytes that are read once and written once, at what this machine takes for a byte.

A floor knows no computing but where a stage is nothing else (Python's start, SHA-256). So no stage can reach it; it
says how much there is to win at most.
"""

import hashlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.budget import stages

MIB = 1 << 20
PING, MARK = 32, 16
"""Bytes of a record of a ping in a place, and of one in none."""


@dataclass(frozen=True)
class Work:
    """What a run had to do: numbers of its manifest, and sizes of its files, in bytes."""

    pings: int
    inside: int
    outside: int
    visits: int
    file: int
    columns: int
    values: int
    device: int
    places_file: int
    index: int
    table: int
    report: int


@dataclass(frozen=True)
class Rates:
    """CPU seconds that this machine takes for a byte, for a random read, and to start Python with its libraries."""

    start: float
    read_file: float
    write_file: float
    copy: float
    sha256: float
    random_read: float


class Floor(NamedTuple):
    """Seconds, and what they are spent on."""

    seconds: float
    why: str


def rates(index: int, folder: Path) -> Rates:
    """Measure the rates, each as the least of a few times.

    Args:
        index: The bytes of the index of places, in which pings read at random.
        folder: Takes a file of 256 MiB for a while.
    """
    size = 256 * MIB
    source, target = np.ones(size // 8), np.zeros(size // 8)
    table = np.zeros(max(1, index // 8))
    chosen, found = np.random.default_rng(1).integers(0, len(table), 4 * MIB), np.empty(4 * MIB)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        file = Path(scratch) / "bytes"
        written = _least(lambda: file.write_bytes(source))
        block = bytearray(MIB)
        return Rates(
            start=_start(),
            read_file=_least(lambda: _read(file, block)) / size,
            write_file=written / size,
            copy=_least(lambda: np.copyto(target, source)) / size,
            sha256=_least(lambda: hashlib.sha256(source)) / size,
            random_read=_least(lambda: np.take(table, chosen, out=found, mode="clip")) / len(chosen),
        )


def _least(work: Callable[[], object], times: int = 5) -> float:
    """The least CPU seconds that the work takes."""

    def once() -> float:
        begun = time.process_time()
        work()
        return time.process_time() - begun

    return min(once() for _ in range(times))


def _read(file: Path, block: bytearray) -> None:
    with file.open("rb", buffering=0) as content:
        while content.readinto(block):
            pass


def _start() -> float:
    """CPU seconds of a Python that imports numpy and pyarrow, and ends."""
    words = [sys.executable, "-c", "import time, numpy, pyarrow; print(time.process_time())"]
    return min(float(subprocess.check_output(words)) for _ in range(5))  # noqa: S603 - our own words


def floors(work: Work, rate: Rates) -> dict[str, Floor]:
    """The floor of each stage that has one."""
    read, write, copy = rate.read_file, rate.write_file, rate.copy
    ids, found, left = work.pings * work.device, work.inside * PING, work.outside * MARK
    return {
        stages.START: Floor(rate.start, "Python, numpy and pyarrow start"),
        "read the places": Floor(work.places_file * read, "their file"),
        "index the places": Floor(work.index * copy, "its bytes, written once"),
        "digest the input": Floor(work.file * (read + rate.sha256), "the file, and its SHA-256 by OpenSSL"),
        "read the pings": Floor(
            work.columns * read + work.values * copy,
            "the columns as they are packed; their values, written once",
        ),
        "judge": Floor(work.pings * 24 * copy / 2, "24 bytes a ping, read once"),
        "hash the devices": Floor(
            (ids + work.pings * 16) * copy / 2, "the ids, read once; 16 bytes each, written once"
        ),
        "locate": Floor(
            work.pings * (16 * copy / 2 + rate.random_read) + work.inside * 8 * copy / 2,
            "16 bytes a ping, read once; one random read of the index; 8 bytes a find",
        ),
        "pack": Floor(
            (work.pings * 40 + found + left) * copy / 2,
            "40 bytes a ping, read once; the records, written once",
        ),
        "shuffle": Floor((found + left) * write, "the records, written to a file once"),
        "pings in no place": Floor(
            work.outside * (MARK * copy / 2 + rate.random_read),
            "the records, read once; one random read each",
        ),
        "sort": Floor(found * copy, "the records, read once and written once"),
        "visits": Floor(found * copy / 2, "the records, read once"),
        "sum": Floor(work.visits * 24 * copy / 2, "24 bytes a visit, read once"),
        "merge": Floor(work.visits * 8 * copy, "8 bytes a visit, read once and written once"),
        "write": Floor(work.table * write, "the table, written once"),
        "read back, check": Floor(work.table * read, "the table, read once"),
        "report": Floor(work.report * write, "its files, written once"),
    }
