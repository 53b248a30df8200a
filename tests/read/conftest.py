"""What the tests of reading share."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.read.read_rows import rows_of

from footfall.read.pings import PingInput, read_pings
from footfall.settings import PingSettings

if TYPE_CHECKING:
    from pyiceberg.table import Table

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


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """A catalog of Iceberg."""
    from tests.read.iceberg_tables import rest_catalog

    with rest_catalog() as found:
        yield found


@pytest.fixture
def table(address: str, tmp_path: Path) -> "Table":
    """An empty table in it."""
    from tests.read.iceberg_pings import SCHEMA
    from tests.read.iceberg_tables import new_table

    return new_table(address, tmp_path.name, tmp_path, SCHEMA)
