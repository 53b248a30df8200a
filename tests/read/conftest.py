"""What the tests of reading share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.read.read_rows import rows_of

from footfall.read.pings import PingInput, read_pings
from footfall.settings import PingSettings

ReadPings = Callable[..., PingInput]


@pytest.fixture
def read() -> ReadPings:
    """Plans how the pings of a path are read, with settings, by two workers."""

    def reads(path: Path | list[Path] | str, **settings: Any) -> PingInput:
        paths = [str(one) for one in path] if isinstance(path, list) else str(path)
        return read_pings(PingSettings.model_validate({"path": paths, **settings}), 2)

    return reads


@pytest.fixture
def rows(read: ReadPings) -> Callable[..., list[tuple[Any, ...]]]:
    """Reads the pings of a path, with settings, and gives columns of them, sorted by raw text."""

    def reads(path: Path | list[Path] | str, *columns: str, **settings: Any) -> list[tuple[Any, ...]]:
        found = sorted(rows_of(read(path, **settings)), key=lambda row: str(row["raw"]))
        return [tuple(row[column] for column in columns) for row in found]

    return reads
