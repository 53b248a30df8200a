"""Parquet that the tasks read by themselves: which files may be."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.read.parquet_files import AT, NAMES, looked_at, parquet, rows_of

from footfall.read.pings.files import DataFile
from footfall.read.pings.parquet.footers import footer

WALL = AT.replace(tzinfo=None)

BY_TASKS: dict[str, dict[str, Any]] = {
    "text": {},
    "long text": {"device": pa.array(["a"], pa.large_string())},
    "short numbers": {"device": pa.array([7], pa.int32())},
    "long numbers": {"device": pa.array([7], pa.int64())},
    "float32": {"lat": pa.array([14.1], pa.float32()), "lon": pa.array([-90.3], pa.float32())},
    "milliseconds": {"at": pa.array([AT], pa.timestamp("ms", "UTC"))},
    "instants of another zone": {"at": pa.array([AT], pa.timestamp("us", "Asia/Kathmandu"))},
    "walls": {"at": pa.array([WALL], pa.timestamp("us"))},
    "walls in milliseconds": {"at": pa.array([WALL], pa.timestamp("ms"))},
    "other columns": {"also": [{"lat": "x", "at": [1]}], "more": pa.array([True])},
}
BY_SPARK: dict[str, dict[str, Any]] = {
    "dictionary": {"device": pa.array(["a"]).dictionary_encode()},
    "bytes": {"device": pa.array([b"a"])},
    "unsigned": {"device": pa.array([7], pa.uint32())},
    "decimal device": {"device": pa.array([Decimal("7")])},
    "decimal degrees": {"lat": pa.array([Decimal("14.5")])},
    "whole degrees": {"lon": [-90]},
    "text degrees": {"lon": ["-90.5"]},
    "nanoseconds": {"at": pa.array([AT], pa.timestamp("ns", "UTC"))},
    "epoch": {"at": [1677661500]},
    "text times": {"at": ["2023-03-01T09:05:00Z"]},
    "96 bits": {"options": {"use_deprecated_int96_timestamps": True}},
    "brotli": {"options": {"compression": "brotli"}},
}


@pytest.mark.parametrize("name", BY_TASKS)
def test_tasks_read_plain_columns_by_themselves(tmp_path: Path, name: str) -> None:
    """Types that need nothing but a cast that loses nothing."""
    assert looked_at(parquet(tmp_path / "a.parquet", **BY_TASKS[name])) is not None


@pytest.mark.parametrize("name", BY_SPARK)
def test_spark_reads_what_needs_interpretation(tmp_path: Path, name: str) -> None:
    """Types that must be read as text or numbers that stand for something else."""
    assert looked_at(parquet(tmp_path / "a.parquet", **BY_SPARK[name])) is None


@pytest.mark.parametrize("name", ["walls", "walls in milliseconds"])
def test_wall_times_of_a_zone_are_read_by_spark(tmp_path: Path, name: str) -> None:
    """Only in UTC are they instants."""
    assert looked_at(parquet(tmp_path / "a.parquet", **BY_TASKS[name]), utc=False) is None
    assert looked_at(parquet(tmp_path / "b.parquet"), utc=False) is not None


@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "zstd", "lz4"])
def test_tasks_unpack_what_spark_unpacks_too(tmp_path: Path, compression: str) -> None:
    """Quarantined rows of the same files are read by Spark."""
    groups = looked_at(parquet(tmp_path / "a.parquet", {"compression": compression}))
    assert groups is not None
    assert [row[0] for row in rows_of(groups)] == ["a"]


def test_files_elsewhere_and_columns_that_files_lack_are_read_by_spark(tmp_path: Path) -> None:
    """Other file systems, columns from the names of folders, and dates apart from times."""
    path = parquet(tmp_path / "device=b" / "a.parquet", device=None)
    assert looked_at(path) is None
    path = parquet(tmp_path / "a.parquet", date=["2023-03-01"], time=["09:05"])
    parts = {name: name for name in ("device", "lat", "lon", "date", "time")}
    assert looked_at(path, names=parts) is None
    assert footer(DataFile(f"hdfs://{path}", 1, listed=False), NAMES, zone_is_utc=True) is None


def test_files_of_the_old_calendar_are_read_by_spark(tmp_path: Path) -> None:
    """Spark 3 can write the calendar of Spark 2, and says so in the file."""
    usual = pq.read_table(parquet(tmp_path / "a.parquet"))
    pq.write_table(
        usual.replace_schema_metadata({"org.apache.spark.legacyDateTime": ""}), tmp_path / "b.parquet"
    )
    assert looked_at(tmp_path / "b.parquet") is None
