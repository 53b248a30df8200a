"""What the tests of reading share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from footfall.read.pings import PingInput, read_pings
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


@pytest.fixture
def rows(read: ReadPings) -> Callable[..., list[tuple[Any, ...]]]:
    """Reads the pings of a path, with settings, and gives columns of them, sorted by raw text."""

    def reads(path: Path | list[Path] | str, *columns: str, **settings: Any) -> list[tuple[Any, ...]]:
        found = read(path, **settings).rows.selectExpr("raw as sorted", *columns).collect()
        return [tuple(row)[1:] for row in sorted(found, key=lambda row: row.sorted)]

    return reads
