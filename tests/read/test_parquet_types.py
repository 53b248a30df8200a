"""Parquet of all types, encodings and codecs that Arrow reads."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.read.parquet_files import AT, parquet, planned, values_of

from footfall.errors import InputError

WALL = AT.replace(tzinfo=None)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROS = 1_677_661_500_123_456
NAN, INF, HUGE = float("nan"), float("inf"), 2**53 + 1
SINGLE = 14.100000381469727  # the float32 nearest to 14.1
ONE_ID = UUID("00112233-4455-6677-8899-aabbccddeeff")

PLAIN = ("a", MICROS, 14.5, -90.5)
TYPES: dict[str, tuple[dict[str, Any], tuple[Any, ...]]] = {
    "text": ({}, PLAIN),
    "long text": ({"device": pa.array(["a"], pa.large_string())}, PLAIN),
    "text by views": ({"device": pa.array(["a"], pa.string_view())}, PLAIN),
    "dictionary": ({"device": pa.array(["a"]).dictionary_encode()}, PLAIN),
    "bytes": ({"device": pa.array([b"a"])}, PLAIN),
    "short numbers": ({"device": pa.array([7], pa.int32())}, ("7", *PLAIN[1:])),
    "long numbers": ({"device": pa.array([7], pa.int64())}, ("7", *PLAIN[1:])),
    "unsigned": ({"device": pa.array([2**32 - 1], pa.uint32())}, ("4294967295", *PLAIN[1:])),
    "long unsigned": ({"device": pa.array([2**64 - 1], pa.uint64())}, ("18446744073709551615", *PLAIN[1:])),
    "decimal device": ({"device": pa.array([Decimal("7")])}, ("7", *PLAIN[1:])),
    "float32": ({"lat": pa.array([14.1], pa.float32())}, ("a", MICROS, SINGLE, -90.5)),
    "float16": ({"lat": pa.array([14.5], pa.float16())}, PLAIN),
    "decimal degrees": ({"lat": pa.array([Decimal("14.500000")])}, PLAIN),
    "long decimal degrees": (
        {"lat": pa.array([Decimal("14.12345678901234567890")])},
        ("a", MICROS, 14.12345678901234567890, -90.5),
    ),
    "whole degrees": ({"lon": [-90]}, ("a", MICROS, 14.5, -90.0)),
    "unsigned degrees": ({"lat": pa.array([14], pa.uint8())}, ("a", MICROS, 14.0, -90.5)),
    "text degrees": ({"lon": ["-90.5"]}, PLAIN),
    "dictionary degrees": ({"lon": pa.array(["-90.5"]).dictionary_encode()}, PLAIN),
    "nanoseconds": ({"at": pa.array([AT], pa.timestamp("ns", "UTC"))}, PLAIN),
    "milliseconds": (
        {"at": pa.array([AT], pa.timestamp("us", "UTC")).cast(pa.timestamp("ms", "UTC"), safe=False)},
        ("a", MICROS - 456, 14.5, -90.5),
    ),
    "instants of another zone": ({"at": pa.array([AT], pa.timestamp("us", "Asia/Kathmandu"))}, PLAIN),
    "walls": ({"at": pa.array([WALL], pa.timestamp("us"))}, PLAIN),
    "epoch": ({"at": [1677661500]}, ("a", MICROS - 123_456, 14.5, -90.5)),
    "text times": ({"at": ["2023-03-01T09:05:00Z"]}, ("a", MICROS - 123_456, 14.5, -90.5)),
    "96 bits": ({"options": {"use_deprecated_int96_timestamps": True}}, PLAIN),
    "other columns": ({"also": [{"lat": "x", "at": [1]}], "more": pa.array([True])}, PLAIN),
}


@pytest.mark.parametrize("store_schema", [True, False])
@pytest.mark.parametrize("name", TYPES)
def test_columns_come_in_many_types(tmp_path: Path, name: str, store_schema: bool) -> None:
    """With the types of Arrow beside those of Parquet, and without, as other writers leave them."""
    columns, expected = TYPES[name]
    options = {"store_schema": store_schema, **columns.get("options", {})}
    path = parquet(tmp_path / "a.parquet", **{**columns, "options": options})
    assert values_of(path, "device", "at", "lat", "lon", "defect") == [(*expected, None)]


@pytest.mark.parametrize("compression", ["none", "snappy", "gzip", "zstd", "lz4", "brotli"])
def test_all_codecs_are_unpacked(tmp_path: Path, compression: str) -> None:
    """Those of Arrow's Parquet."""
    path = parquet(tmp_path / "a.parquet", {"compression": compression})
    assert values_of(path, "device", "at", "lat", "lon") == [PLAIN]


ENCODINGS = {
    "BYTE_STREAM_SPLIT": ("lat", "at"),
    "DELTA_BINARY_PACKED": ("at",),
    "DELTA_LENGTH_BYTE_ARRAY": ("device",),
    "DELTA_BYTE_ARRAY": ("device",),
    "PLAIN": ("device", "at", "lat", "lon"),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_all_encodings_are_read(tmp_path: Path, encoding: str, version: str) -> None:
    """In pages of both versions."""
    how = {
        "use_dictionary": False,
        "column_encoding": dict.fromkeys(ENCODINGS[encoding], encoding),
        "data_page_version": version,
    }
    assert values_of(parquet(tmp_path / "a.parquet", how), "device", "at", "lat", "lon") == [PLAIN]


def test_numbers_that_are_none_or_beyond_are_read_as_far_as_they_go(tmp_path: Path) -> None:
    """Nulls and numbers that are not finite are null; whole metres beyond 2^53 are rounded."""
    instants = [AT, None, datetime(1969, 12, 31, 23, 59, 59, 999999, UTC)]
    path = parquet(
        tmp_path / "a.parquet",
        device=pa.array([7, None, -(2**63)], pa.int64()),
        lat=pa.array([14.1, NAN, None], pa.float32()),
        lon=pa.array([-0.0, INF, None]),
        at=pa.array(instants, pa.timestamp("us", "UTC")),
        accuracy=pa.array([HUGE, None, -1]),
    )
    parts = ("device", "at", "lat", "lon", "accuracy", "defect")
    assert values_of(path, *parts, columns={"accuracy": "accuracy"}) == [
        ("7", MICROS, SINGLE, -0.0, float(2**53), None),
        (None, None, None, None, None, "missing_field:device"),
        ("-9223372036854775808", -1, None, None, -1.0, "missing_field:lat"),
    ]


def test_odd_ids_and_accuracies_are_read_as_far_as_they_go(tmp_path: Path) -> None:
    """Empty ids are missing; an accuracy that is not a number is wrong, one that is null is not given."""
    path = parquet(
        tmp_path / "b.parquet",
        device=["ä \u0000", "", None, "b"],
        lat=[14.1, NAN, None, 14.1],
        lon=[14.1, NAN, None, 14.1],
        at=pa.array([WALL, None, EPOCH.replace(tzinfo=None), WALL], pa.timestamp("us")),
        accuracy=pa.array([0.1, None, NAN, NAN], pa.float32()),
    )
    parts = ("device", "at", "lat", "lon", "accuracy", "defect")
    assert values_of(path, *parts, columns={"accuracy": "accuracy"}) == [
        ("ä \u0000", MICROS, 14.1, 14.1, 0.10000000149011612, None),
        ("", None, None, None, None, "missing_field:device"),
        (None, 0, None, None, None, "missing_field:device"),
        ("b", MICROS, 14.1, 14.1, None, "wrong_type:accuracy"),
    ]


def test_instants_beyond_the_calendar_cannot_be_read(tmp_path: Path) -> None:
    """Whatever their unit, as microseconds of 64 bits or not; the raw text still tells what is stored."""
    for unit, number in (("ms", 2**62), ("us", 2**62), ("us", -(2**62))):
        at = pa.array([number], pa.int64()).view(pa.timestamp(unit, "UTC"))
        path = parquet(tmp_path / f"{unit}{number}.parquet", at=at)
        assert values_of(path, "at", "defect") == [(None, "wrong_type:at")]
        assert '"at":"' in values_of(path, "raw")[0][0]


def test_timestamps_of_old_writers_are_instants(tmp_path: Path) -> None:
    """They could not say whether they are adjusted to UTC, and are taken as Spark takes them."""
    path = parquet(tmp_path / "a.parquet", {"store_schema": False})
    content, logical_type = path.read_bytes(), b"\x4c\x8c\x11\x1c\x2c\x00\x00\x00\x00"
    assert content.count(logical_type) == 1
    # a field of a number that no reader knows, in place of the logical type: the old name of the type is left
    path.write_bytes(content.replace(logical_type, b"\x5c" + logical_type[1:]))
    assert values_of(path, "at", time_zone="America/Guatemala") == [(MICROS,)]


def test_years_before_the_gregorian_calendar_are_as_they_are_stored(tmp_path: Path) -> None:
    """Also where Spark says that it wrote them by the calendar of Spark 2."""
    at = pa.array([datetime(1500, 3, 1, tzinfo=UTC)], pa.timestamp("us", "UTC"))
    usual = pq.read_table(parquet(tmp_path / "a.parquet", at=at))
    path = tmp_path / "b.parquet"
    pq.write_table(usual.replace_schema_metadata({"org.apache.spark.legacyDateTime": ""}), path)
    assert values_of(path, "instant", "defect") == [("1500-03-01 00:00:00", None)]


def test_a_column_may_be_there_twice_in_a_file(tmp_path: Path) -> None:
    """It is refused: nobody knows which is meant."""
    table = pq.read_table(parquet(tmp_path / "a.parquet"))
    pq.write_table(table.append_column("lat", table["lat"]), tmp_path / "b.parquet")
    with pytest.raises(InputError, match="two columns `lat`"):
        planned(tmp_path / "b.parquet")


def test_a_column_is_not_taken_for_one_inside_another(tmp_path: Path) -> None:
    """A list called `lat` inside a column that comes first; a name with a dot."""
    inner = pa.array([{"lat": [1], "at": "x"}])
    usual = pq.read_table(parquet(tmp_path / "a.parquet"))
    table = pa.table({"first": inner, **{name: usual[name] for name in usual.column_names}})
    path = tmp_path / "b.parquet"
    pq.write_table(table.append_column("x.y", pa.array([9.0])), path)
    found = values_of(path, "device", "at", "lat", "lon", columns={"lon": "x.y"})
    assert found == [("a", 1677661500123456, 14.5, 9.0)]
