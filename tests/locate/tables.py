"""Small tables of kept pings, and what `locate` gives for them, unpacked."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from pyspark.sql import DataFrame, Row, SparkSession

from footfall.locate import Search, build
from footfall.shuffle.fingerprints import fingerprints
from footfall.shuffle.records import MARK, PING, Records

from .shapes import as_places

NOON = datetime(2023, 3, 1, 12, tzinfo=UTC)
DAY, NEXT = date(2023, 3, 1), date(2023, 3, 2)
LEFT, RIGHT = shapely.box(0, 0, 2, 2), shapely.box(1, 0, 3, 2)
"""Two places that overlap between the meridians 1 and 2."""
KEPT = "reason string, device string, at timestamp, lon double, lat double"
RARELY = 2**62
"""One of so many pings is looked up twice: none."""


def search(shapes: list[Any], folder: Path, boundary: str = "open") -> Search:
    """The index of the shapes, as a file, and how to ask it: all finds in one part, none twice."""
    return Search(build(as_places(shapes)).save(folder), boundary, parts=1, audit_every=RARELY)


def kept(device: str, lon: float, lat: float, day: date = DAY) -> Row:
    """A kept ping at noon of its day."""
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    return Row(reason=None, device=device, at=at, lon=float(lon), lat=float(lat))


def table(spark: SparkSession, rows: list[Row]) -> DataFrame:
    """The rows as those columns of PINGS_JUDGED that are looked at, in one partition."""
    return spark.createDataFrame(rows, KEPT).coalesce(1)


@contextmanager
def batches_of(spark: SparkSession, rows: str) -> Iterator[None]:
    """Let Spark send so many rows at a time to Python."""
    name = "spark.sql.execution.arrow.maxRecordsPerBatch"
    before = spark.conf.get(name)
    spark.conf.set(name, rows)
    yield
    spark.conf.set(name, str(before))


def records(row: Row) -> Records:
    """The records of a row, as many as it says."""
    found = np.frombuffer(row.records, PING if row.tally is None else MARK)
    assert len(found) == row.n > 0
    return found


@cache
def number_of(device: str) -> tuple[int, int]:
    """The fingerprint of a device."""
    who, who2 = fingerprints(pa.array([device]))
    return int(who[0]), int(who2[0]) % 2**32


def finds(located: list[Row], devices: list[Row]) -> list[tuple[str, int, int]]:
    """Device, place and n of the records that are pings in a place; the devices are those of the pings."""
    names: Mapping[tuple[int, int], str] = {number_of(ping.device): ping.device for ping in devices}
    return sorted(
        (names[who, who2], place, spot % 2)
        for row in located
        if row.tally is None
        for _, who, who2, place, spot in records(row).tolist()
    )


def tallies(located: list[Row]) -> dict[tuple[str, date | None], int]:
    """The sum of each tally, per day (UTC) where there are records; they may come from several batches."""
    sums: dict[tuple[str, date | None], int] = {}
    for row in located:
        if row.tally is not None and row.records is None:
            sums[row.tally, None] = sums.get((row.tally, None), 0) + row.n
        elif row.tally is not None:
            for at in records(row)["at"].tolist():
                day = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).date()
                sums[row.tally, day] = sums.get((row.tally, day), 0) + 1
    return sums
