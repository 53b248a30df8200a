"""Parquet in stores that are far: only what is needed comes, and the next row group while one is read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.read import parquet_files
from tests.read.parquet_files import many, parquet, read, rows_of

from footfall.errors import InfrastructureError, InputError
from footfall.read.pings import parquet as under_test
from footfall.read.pings.files import DataFile
from footfall.read.pings.tasks import Plan
from footfall.schema import INSTANT
from footfall.settings import PingSettings
from footfall.stores import others

Asked = list[tuple[int, int]]
ROWS, GROUPS = 30_000, 3


@pytest.fixture
def store() -> Iterator[Any]:
    """An empty store in memory, at memory://."""
    system = fsspec.filesystem("memory")
    yield system
    system.store.clear()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """The ranges that are asked for."""
    found: Asked = []
    usual = others.OtherFile.read

    def reads(file: others.OtherFile, begin: int, length: int) -> memoryview:
        found.append((begin, length))
        return usual(file, begin, length)

    monkeypatch.setattr(others.OtherFile, "read", reads)
    return found


def put(store: Any, path: Path, name: str = "a.parquet") -> str:
    """Copy a local file into the store; its address."""
    store.pipe(f"/{name}", path.read_bytes())
    return f"memory://{name}"


def planned(store: Any, *addresses: str, **settings: Any) -> Plan:
    """How files of the store are read."""
    sizes = [store.size("/" + address.removeprefix("memory://")) for address in addresses]
    files = [DataFile(address, size, listed=False) for address, size in zip(addresses, sizes, strict=True)]
    return under_test.plan(files, PingSettings.model_validate({"path": "x", **settings}), workers=1)


def large(path: Path) -> Path:
    """Three row groups, with a column that is not mapped and larger than all others."""
    random = np.random.default_rng(5)
    at = pa.array(np.arange(ROWS) * 1_000_000, pa.int64()).view(INSTANT)
    columns = {
        "device": pa.array([str(n % 500) for n in range(ROWS)]),
        "more": pa.array([random.bytes(300) for _ in range(ROWS)]),
        **{name: pa.array(random.random(ROWS)) for name in ("lat", "lon")},
    }
    return parquet(path, {"row_group_size": ROWS // GROUPS, "compression": "none"}, **columns, at=at)


def test_a_far_file_is_read_as_a_near_one(store: Any, tmp_path: Path) -> None:
    """All its rows, with their lines."""
    plan = planned(store, put(store, many(tmp_path / "a.parquet", 25, 10)))
    found = [(row["device"], row["line"], row["lon"], row["file"]) for row in rows_of(plan)]
    assert found == [(str(n), n + 1, 2.0, "memory://a.parquet") for n in range(25)]


def test_footers_of_many_far_files_are_read_in_the_order_of_the_files(store: Any, tmp_path: Path) -> None:
    """Whichever comes first."""
    names = [f"{n:02}.parquet" for n in range(40)]
    addresses = [put(store, many(tmp_path / name, 1, 1, first=i), name) for i, name in enumerate(names)]
    plan = planned(store, *addresses)
    assert [(row["device"], row["file"]) for row in rows_of(plan)] == [
        (str(i), address) for i, address in enumerate(addresses)
    ]


def test_small_far_files_are_shared_by_tasks(
    store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here a task is worth twenty rows, and opening a file nine; near files share one task."""
    monkeypatch.setattr(under_test.row_groups, "FEWEST_ROWS", 20)
    monkeypatch.setattr(under_test.row_groups, "MOST_ROWS", 20)
    monkeypatch.setattr(under_test.row_groups, "OPENING", 9)
    paths = [many(tmp_path / f"{i}.parquet", 1, 1) for i in range(6)]
    far = planned(store, *(put(store, path, path.name) for path in paths))
    assert [task.rows for task in far.tasks] == [2, 2, 2]
    assert [task.rows for task in parquet_files.planned(*paths).tasks] == [6]


def test_only_the_columns_that_are_mapped_are_fetched(store: Any, tmp_path: Path, asked: Asked) -> None:
    """And each byte of them once, apart from the footer; neighbours come with one request."""
    path = large(tmp_path / "a.parquet")
    plan = planned(store, put(store, path))
    asked.clear()
    assert sum(len(rows) for rows in read(plan) if not isinstance(rows, under_test.row_groups.Unread)) == ROWS
    metadata = pq.read_metadata(path)
    needed = sum(
        metadata.row_group(group).column(column).total_compressed_size
        for group in range(GROUPS)
        for column in range(metadata.num_columns)
        if metadata.row_group(group).column(column).path_in_schema != "more"
    )
    footer = max(length for begin, length in asked if begin + length == path.stat().st_size)
    assert needed <= sum(length for _, length in asked) - footer <= needed + 8 * 1024
    assert len(asked) <= 2 * GROUPS + 3


def test_row_groups_of_other_days_are_not_fetched(store: Any, tmp_path: Path, asked: Asked) -> None:
    """Not even the footer, where there are no others."""
    plan = planned(store, put(store, large(tmp_path / "a.parquet")))
    asked.clear()
    (unread,) = read(plan, [(0, 10**15)])
    assert unread.rows == ROWS  # type: ignore[union-attr]
    assert asked == []


def test_a_far_file_that_is_not_as_it_was_is_one_error(store: Any, tmp_path: Path) -> None:
    """It was changed or deleted since it was looked at."""
    address = put(store, many(tmp_path / "a.parquet", 10, 10))
    plan = planned(store, address)
    put(store, many(tmp_path / "b.parquet", 11, 11))
    with pytest.raises(InputError, match="changed while it was read") as changed:
        list(read(plan))
    store.rm("/a.parquet")
    with pytest.raises(InputError, match="no longer there") as gone:
        list(read(plan))
    assert changed.value.where == gone.value.where == address


@pytest.mark.parametrize("error", [InfrastructureError, InputError])
def test_what_the_store_says_while_arrow_reads_is_the_error(
    store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[InputError | InfrastructureError]
) -> None:
    """It passes through Arrow as it is."""
    plan = planned(store, put(store, many(tmp_path / "a.parquet", 10, 10)))

    def fails(file: others.OtherFile, begin: int, length: int) -> memoryview:
        raise error("The store says so", where="there", fix="Wait.")

    monkeypatch.setattr(others.OtherFile, "read", fails)
    with pytest.raises(error, match="The store says so"):
        list(read(plan))


def test_what_is_not_parquet_is_refused_in_a_far_store_too(store: Any, tmp_path: Path) -> None:
    """By its address."""
    (tmp_path / "a.csv").write_text("device,lat\n")
    with pytest.raises(InputError, match="not Parquet, or is damaged") as caught:
        planned(store, put(store, tmp_path / "a.csv"))
    assert caught.value.where == "memory://a.parquet"
