"""Parquet: every record is one row, whatever types its columns have."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.read.parquet_files import planned, values_of

from footfall.errors import InputError

AT = datetime(2023, 3, 1, 9, 5, 0, 123456, tzinfo=UTC)
WALL = AT.replace(tzinfo=None)
READ = "2023-03-01 09:05:00.123456"
LOCAL = "2023-03-01 15:05:00.123456"
GUATEMALA = {"time_zone": "America/Guatemala"}
PARTS = {"columns": {"date": "date", "time": "time"}, **GUATEMALA}


def parquet(path: Path, **columns: Any) -> Path:
    """Write one record; the parts of a ping that are not given are text."""
    given = {
        "device": ["a"],
        "lat": ["14.5"],
        "lon": ["-90.5"],
        "at": ["2023-03-01T09:05:00.123456Z"],
        **columns,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table({name: values for name, values in given.items() if values is not None}), path)
    return path


def test_a_record_becomes_a_ping_with_its_columns_as_json(tmp_path: Path) -> None:
    """Raw text holds the mapped columns, nulls too, under their own names."""
    columns = {"device": "the `id`", "lat": "Lat of Point", "lon": "x.y", "at": "uri", "accuracy": "given"}
    path = parquet(
        tmp_path / "a.parquet",
        **{"the `id`": [7], "Lat of Point": [14.5], "x.y": pa.array([-90.5], pa.float32()), "uri": [AT]},
        given=pa.array([None], pa.float64()),
        other=["x"],
    )
    parts = ("device", "lat", "lon", "instant", "accuracy", "defect", "raw", "file")
    found = values_of(path, *parts, columns=columns)
    raw = '{"the `id`":7,"Lat of Point":14.5,"x.y":-90.5,"uri":"2023-03-01T09:05:00.123Z","given":null}'
    assert found == [("7", 14.5, -90.5, READ, None, None, raw, str(path))]


@pytest.mark.parametrize(
    ("stored", "instant"),
    [
        (pa.array([AT], pa.timestamp("us", "UTC")), READ),
        (pa.array([AT], pa.timestamp("ns", "UTC")), READ),
        (pa.array([AT], pa.timestamp("ms", "UTC")), "2023-03-01 09:05:00.123"),
        (pa.array([AT], pa.timestamp("us", "Asia/Kathmandu")), READ),
        (pa.array([WALL], pa.timestamp("us")), LOCAL),
        (pa.array([WALL], pa.timestamp("ns")), LOCAL),
        (pa.array([1677661500], pa.int64()), "2023-03-01 09:05:00"),
        (pa.array([1677661500], pa.uint32()), "2023-03-01 09:05:00"),
        (pa.array([1677661500123456789], pa.uint64()), READ),
        (pa.array([1677661500.123456], pa.float64()), READ),
        (pa.array([Decimal("1677661500.123456")]), READ),
        (pa.array(["2023-03-01 09:05:00.123456"]), LOCAL),
        (pa.array([b"1677661500123"]), "2023-03-01 09:05:00.123"),
        (pa.array([READ + "Z"]).dictionary_encode(), READ),
    ],
    ids=lambda value: str(getattr(value, "type", "")),
)
def test_times_come_in_many_types(tmp_path: Path, stored: pa.Array, instant: str) -> None:
    """Instants as they are, times without zone in the zone of the settings, numbers as epochs."""
    path = parquet(tmp_path / "a.parquet", at=stored)
    assert values_of(path, "instant", "defect", **GUATEMALA) == [(instant, None)]


def test_old_timestamps_of_96_bits_are_instants(tmp_path: Path) -> None:
    """As Impala and old Sparks write them."""
    table = pa.table(
        {"device": ["a"], "lat": [1.0], "lon": [1.0], "at": pa.array([WALL], pa.timestamp("ns"))}
    )
    pq.write_table(table, tmp_path / "a.parquet", use_deprecated_int96_timestamps=True)
    assert values_of(tmp_path / "a.parquet", "instant", **GUATEMALA) == [(READ,)]


@pytest.mark.parametrize(
    ("day", "clock"),
    [
        (pa.array([WALL.date()]), pa.array([WALL.time()], pa.time64("us"))),
        (pa.array([WALL.date()]), pa.array([WALL.time()], pa.time64("ns"))),
        (pa.array([20230301]), pa.array(["9:05:00.123456"])),
        (pa.array(["2023/03/01"]), pa.array([WALL.time()], pa.time64("us"))),
        (pa.array([datetime(2023, 3, 1)], pa.timestamp("us")), pa.array(["09:05:00.123456"])),  # noqa: DTZ001
        (pa.array([datetime(2023, 3, 1)], pa.timestamp("ns")), pa.array(["09:05:00.123456"])),  # noqa: DTZ001
    ],
)
def test_date_and_time_come_in_many_types(tmp_path: Path, day: pa.Array, clock: pa.Array) -> None:
    """Text, numbers, dates, times of day."""
    path = parquet(tmp_path / "a.parquet", at=None, date=day, time=clock)
    assert values_of(path, "instant", "defect", **PARTS) == [(LOCAL, None)]


def test_times_of_day_in_milliseconds_are_read(tmp_path: Path) -> None:
    """They are stored in 32 bits."""
    clock = pa.array([time(9, 5)], pa.time32("ms"))
    path = parquet(tmp_path / "a.parquet", at=None, date=[date(2023, 3, 1)], time=clock)
    assert values_of(path, "instant", "defect", **PARTS) == [("2023-03-01 15:05:00", None)]


def test_nulls_blanks_and_odd_numbers_are_named(tmp_path: Path) -> None:
    """Records are judged as CSV lines are."""
    nan, inf = float("nan"), float("inf")
    path = parquet(
        tmp_path / "a.parquet",
        device=["a", "b", None, "d", " "],
        lat=[nan, None, 1.0, 1.0, 1.0],
        lon=[1.0, 1.0, 1.0, inf, 1.0],
        at=pa.array([AT] * 5, pa.timestamp("us", "UTC")),
    )
    assert sorted(values_of(path, "defect")) == [
        ("missing_field:device",),
        ("missing_field:device",),
        ("missing_field:lat",),
        ("wrong_type:lat",),
        ("wrong_type:lon",),
    ]


@pytest.mark.parametrize(
    ("stored", "device"),
    [
        (pa.array([7]), "7"),
        (pa.array([b"\x01\xff"], pa.binary(2)), "01ff"),
        (pa.array([b"xy"]), "xy"),
    ],
)
def test_a_device_may_be_of_any_plain_type(tmp_path: Path, stored: pa.Array, device: str) -> None:
    """It becomes text; bytes of fixed length, such as UUIDs, become hexadecimal digits."""
    assert values_of(parquet(tmp_path / "a.parquet", device=stored), "device", "defect") == [(device, None)]


def test_types_may_differ_between_files(tmp_path: Path) -> None:
    """Each file is read by its own types; order and further columns do not matter."""
    files = [
        parquet(tmp_path / "a.parquet", at=[1677661500], lat=[Decimal("1.25")]),
        parquet(tmp_path / "b.parquet", device=[8], lat=[2], more=["x"]),
        parquet(tmp_path / "c.parquet", device=["c"], at=pa.array([AT], pa.timestamp("ns", "UTC"))),
    ]
    assert sorted(values_of(files, "device", "lat", "instant", "defect")) == [
        ("8", 2.0, READ, None),
        ("a", 1.25, "2023-03-01 09:05:00", None),
        ("c", 14.5, READ, None),
    ]


def test_a_column_may_come_from_the_names_of_folders(tmp_path: Path) -> None:
    """As Hive and Spark lay out tables, with signs escaped; a default partition is null."""
    files = [
        parquet(tmp_path / "d=2023-03-01" / "t=9%3A05" / "a.parquet", at=None),
        parquet(
            tmp_path / "d=2023-03-02" / "t=__HIVE_DEFAULT_PARTITION__" / "b.parquet", at=None, device=["b"]
        ),
    ]
    found = values_of(files, "device", "instant", "defect", columns={"date": "d", "time": "t"})
    assert sorted(found, key=str) == [("a", "2023-03-01 09:05:00", None), ("b", None, "missing_field:at")]


def test_files_without_records_are_known_before_they_are_read(tmp_path: Path) -> None:
    """They need no task; who reads all files notes them, or refuses where there are no others."""
    nothing = pa.array([], pa.string())
    empty = parquet(tmp_path / "b.parquet", device=nothing, lat=nothing, lon=nothing, at=nothing)
    alone, both = planned(empty), planned(parquet(tmp_path / "a.parquet"), empty)
    assert (alone.empty, alone.tasks, alone.row_estimate) == ((0,), (), 0)
    assert (both.empty, len(both.tasks), both.row_estimate) == ((1,), 1, 1)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"device,lat\n", b"PAR1" + b"x" * 100 + b"PAR1"])
def test_what_is_not_parquet_is_refused(tmp_path: Path, content: bytes) -> None:
    """Empty, torn, and text under a wrong name."""
    (tmp_path / "a.parquet").write_bytes(content)
    with pytest.raises(InputError, match="not Parquet, or is damaged") as caught:
        planned(tmp_path / "a.parquet")
    assert caught.value.where == str(tmp_path / "a.parquet")


@pytest.mark.parametrize(
    ("part", "stored"),
    [
        ("lat", pa.array([True])),
        ("lon", pa.array([[1.0]])),
        ("lat", pa.array([{"deg": 1.0}])),
        ("lat", pa.array([b"12345678"], pa.binary(8))),
        ("at", pa.array([date(2023, 3, 1)])),
        ("at", pa.array([time(9, 5)], pa.time64("us"))),
        ("device", pa.array([{"id": 1}])),
    ],
)
def test_a_type_that_cannot_be_the_part_is_refused(tmp_path: Path, part: str, stored: pa.Array) -> None:
    """Before any row is read, with the column and its type."""
    with pytest.raises(InputError, match=f"The column `{part}` cannot be a ping's {part}: its type is"):
        planned(parquet(tmp_path / "a.parquet", **{part: stored}))


def test_a_missing_column_names_those_that_are_there(tmp_path: Path) -> None:
    """The same words as for CSV."""
    with pytest.raises(InputError, match=r"no column `at`. It has: `device`, `lat`, `lon`, `At`") as caught:
        planned(parquet(tmp_path / "a.parquet", at=None, At=["x"]))
    assert "Is at `At`?" in caught.value.fix
