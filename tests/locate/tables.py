"""Small tables of kept pings, and what `locate` gives for them, unpacked."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import shapely

from footfall.locate import Search, build
from footfall.schema import INSTANT, SHUFFLED
from footfall.shuffle.fingerprints import fingerprints
from footfall.shuffle.records import MARK, PING, Records

from .shapes import as_places

NOON = datetime(2023, 3, 1, 12, tzinfo=UTC)
DAY, NEXT = date(2023, 3, 1), date(2023, 3, 2)
LEFT, RIGHT = shapely.box(0, 0, 2, 2), shapely.box(1, 0, 3, 2)
"""Two places that overlap between the meridians 1 and 2."""
RARELY = 2**62
"""One of so many pings is looked up twice: none."""


class Ping(NamedTuple):
    """A kept ping."""

    device: str
    at: datetime
    lon: float
    lat: float


class Row(NamedTuple):
    """A row of SHUFFLED."""

    part: int
    tally: str | None
    n: int
    records: bytes | None


def search(shapes: list[Any], folder: Path, boundary: str = "open") -> Search:
    """The index of the shapes, as a file, and how to ask it: all finds in one part, none twice."""
    path = build(as_places(shapes)).save(folder)
    return Search(partial(Path, path), boundary, parts=1, audit_every=RARELY)


def kept(device: str, lon: float, lat: float, day: date = DAY) -> Ping:
    """A kept ping at noon of its day."""
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return Ping(device, at, float(lon), float(lat))


def located(pings: Sequence[Ping], asked: Search, batch: int = 10_000) -> list[Row]:
    """The rows that `locate` gives for the pings, so many of them at a time."""
    rows = []
    for start in range(0, len(pings), batch):
        device, at, lon, lat = zip(*pings[start : start + batch], strict=True)
        micros = pa.array(at, INSTANT).view(pa.int64()).to_numpy()
        for found in asked.rows(pa.array(device), micros, np.array(lon), np.array(lat)):
            assert found.schema == SHUFFLED
            rows += [Row(**row) for row in found.to_pylist()]
    return rows


def records(row: Row) -> Records:
    """The records of a row, as many as it says."""
    assert row.records is not None
    found = np.frombuffer(row.records, PING if row.tally is None else MARK)
    assert len(found) == row.n > 0
    return found


@cache
def number_of(device: str) -> tuple[int, int]:
    """The fingerprint of a device."""
    who, who2 = fingerprints(pa.array([device]))
    return int(who[0]), int(who2[0]) % 2**32


def finds(rows: Sequence[Row], pings: Sequence[Ping]) -> list[tuple[str, int, int]]:
    """Device, place and n of the records that are pings in a place; the devices are those of the pings."""
    names: Mapping[tuple[int, int], str] = {number_of(ping.device): ping.device for ping in pings}
    return sorted(
        (names[who, who2], place, spot % 2)
        for row in rows
        if row.tally is None
        for _, who, who2, place, spot in records(row).tolist()
    )


def tallies(rows: Sequence[Row]) -> dict[tuple[str, date | None], int]:
    """The sum of each tally, per day (UTC) where there are records; they may come from several batches."""
    sums: dict[tuple[str, date | None], int] = {}
    for row in rows:
        if row.tally is not None and row.records is None:
            sums[row.tally, None] = sums.get((row.tally, None), 0) + row.n
        elif row.tally is not None:
            for at in records(row)["at"].tolist():
                day = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).date()
                sums[row.tally, day] = sums.get((row.tally, day), 0) + 1
    return sums
