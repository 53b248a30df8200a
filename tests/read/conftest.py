"""What the tests of reading share."""

from collections import Counter
from collections.abc import Callable, Iterator
from math import isnan
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

from footfall.read.pings import PingInput, read_pings
from footfall.read.pings.columns import Source
from footfall.read.pings.csv.ranges import CsvRanges
from footfall.read.pings.typed_rows import typed_rows
from footfall.settings import PingSettings

ReadPings = Callable[..., PingInput]
DefectsOf = Callable[..., list[str | None]]


@pytest.fixture
def read(spark: SparkSession) -> ReadPings:
    """Reads the pings of a path, with settings."""

    def reads(path: Path | list[Path] | str, **settings: Any) -> PingInput:
        paths = [str(one) for one in path] if isinstance(path, list) else str(path)
        return read_pings(spark, PingSettings.model_validate({"path": paths, **settings}))

    return reads


def agree(pings: PingInput) -> None:
    """What tasks read of CSV by themselves is what Spark reads, sound or not."""
    for source in pings.sources:
        if isinstance(source.groups, CsvRanges):
            read = told_by_tasks(source.groups)
            assert Counter(map(repr, read)) == Counter(map(repr, told_by_spark(source, pings.settings)))


def told_by_tasks(ranges: CsvRanges) -> Iterator[tuple[Any, ...]]:
    """Device, microseconds, lat and lon of sound rows; of others the microseconds alone."""
    numbers = pa.RecordBatch.from_pydict({"id": list(range(len(ranges.tasks)))})
    for batch in ranges.read([numbers]):
        at = batch.column("at").view(pa.int64()).to_pylist()
        rows = batch.to_pydict()
        accuracy = rows.get("accuracy", [None] * len(batch))
        assert batch.schema.metadata == {b"scanned": str(len(batch)).encode()}
        for row in zip(rows["device"], at, rows["lat"], rows["lon"], accuracy, strict=True):
            sound = None not in row[:4] and not (row[4] is not None and isnan(row[4]))
            yield row if sound else (None, row[1], None, None, None)


def told_by_spark(source: Source, settings: PingSettings) -> Iterator[tuple[Any, ...]]:
    """The same by Spark."""
    micros = f.unix_micros("at").alias("micros")
    columns = ("device", micros, "lat", "lon", "accuracy")
    for row in typed_rows(source.rows(), settings).select(*columns, "defect").collect():
        yield tuple(row[:5]) if row.defect is None else (None, row.micros, None, None, None)


@pytest.fixture
def rows(read: ReadPings) -> Callable[..., list[tuple[Any, ...]]]:
    """Reads the pings of a path, with settings, and gives columns of them, sorted by raw text."""

    def reads(path: Path | list[Path] | str, *columns: str, **settings: Any) -> list[tuple[Any, ...]]:
        pings = read(path, **settings)
        agree(pings)
        found = pings.rows.selectExpr("raw as sorted", *columns).collect()
        return [tuple(row)[1:] for row in sorted(found, key=lambda row: row.sorted)]

    return reads
