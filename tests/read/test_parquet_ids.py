"""Ids of devices in Parquet: one device is one id, whatever its type, or the files are refused."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pytest
from tests.read.parquet_files import AT, parquet, planned, read, values_of

from footfall.errors import InputError

WALL = AT.replace(tzinfo=None)
NAN = float("nan")
ONE_ID = UUID("00112233-4455-6677-8899-aabbccddeeff")


@pytest.mark.parametrize(
    ("stored", "device"),
    [
        (pa.array([1000], pa.int64()), "1000"),
        (pa.array([1000], pa.uint16()), "1000"),
        (pa.array([1000.0]), "1000"),
        (pa.array([1000.0], pa.float32()), "1000"),
        (pa.array([Decimal("1000.00")]), "1000"),
        (pa.array(["1000"]), "1000"),
        (pa.array([1e15]), "1000000000000000"),
        (pa.array([-0.0]), "0"),
        (pa.array([0.5]), "0.5"),
        (pa.array([Decimal("0.50")]), "0.5"),
        (pa.array([NAN], from_pandas=False), None),
    ],
)
def test_a_number_is_one_id_whatever_its_type(tmp_path: Path, stored: pa.Array, device: str | None) -> None:
    """So that a device is one across files; pandas makes floats of whole numbers, and NaN of those that are missing."""
    defect = None if device else "missing_field:device"
    path = parquet(tmp_path / "a.parquet", device=stored)
    assert values_of(path, "device", "defect") == [(device, defect)]


def test_ids_of_types_that_cannot_be_equal_are_refused(tmp_path: Path) -> None:
    """Numbers and UUIDs of one device would be two; text may be either, and a file without rows does not count."""
    numbers = parquet(tmp_path / "a.parquet", device=[1000])
    texts = parquet(tmp_path / "b.parquet", device=["1000"])
    ids = parquet(tmp_path / "c.parquet", device=pa.array([ONE_ID.bytes], pa.uuid()))
    floats = parquet(tmp_path / "d.parquet", device=[1000.0])
    none = {name: pa.array([], pa.float64()) for name in ("lat", "lon", "at")}
    empty = parquet(tmp_path / "e.parquet", device=pa.array([], pa.uuid()), **none)
    assert values_of([numbers, texts, floats, empty], "device") == [("1000",)] * 3
    assert values_of([texts, ids], "device") == [("1000",), (str(ONE_ID),)]
    with pytest.raises(InputError, match=r"cannot be compared: `device` is a number \(int64\) in") as caught:
        planned(numbers, texts, ids)
    assert str(numbers) in caught.value.what
    assert caught.value.where == str(ids)


IDS = {
    "number": pa.array([1000]),
    "text": pa.array([str(ONE_ID).upper()]),
    "uuid": pa.array([ONE_ID.bytes], pa.uuid()),
    "bytes": pa.array([ONE_ID.bytes], pa.binary(16)),
    "untyped bytes": pa.array([ONE_ID.bytes], pa.binary()),
    "short bytes": pa.array([b"ab"], pa.binary(2)),
    "untyped text": pa.array([str(ONE_ID).encode()], pa.binary()),
    "words": pa.array([str(ONE_ID)]).dictionary_encode(),
    "view": pa.array([str(ONE_ID)], pa.large_string()),
    "day": pa.array([date(2023, 3, 1)]),
}


@pytest.mark.parametrize("other", ["text", "uuid", "bytes", "untyped bytes", "words", "view"])
def test_a_uuid_is_one_device_whatever_its_type(tmp_path: Path, other: str) -> None:
    """As text in either case, as 16 bytes with a type or without, and as words of a dictionary."""
    paths = [parquet(tmp_path / f"{name}.parquet", device=IDS[name]) for name in ("uuid", other)]
    assert [each.compared.to_pylist() for each in read(planned(*paths))] == [[ONE_ID.hex]] * 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("number", "bytes"),
        ("number", "untyped bytes"),
        ("text", "short bytes"),
        ("uuid", "short bytes"),
        ("uuid", "untyped text"),
        ("text", "day"),
    ],
)
def test_files_whose_ids_may_or_may_not_be_equal_are_refused(tmp_path: Path, one: str, other: str) -> None:
    """Before anything is counted; the error names both files and both types."""
    first, second = (parquet(tmp_path / f"{name}.parquet", device=IDS[name]) for name in (one, other))
    with pytest.raises(InputError, match="cannot be compared") as caught:
        planned(first, second)
    for said in (f"({IDS[one].type}) in {first}", f"({IDS[other].type}) in {second}"):
        assert said in caught.value.what


@pytest.mark.parametrize("text", ["007", "+7", "7e0", " 007", b"007"])
def test_a_text_that_may_be_a_number_of_another_file_is_refused(tmp_path: Path, text: str | bytes) -> None:
    """Whether 007 is the device 7 is known to those who wrote the files alone; without numbers it is text."""
    texts = parquet(tmp_path / "a.parquet", device=pa.array([text]))
    assert len(values_of(texts, "device")) == 1
    numbers = parquet(tmp_path / "b.parquet", device=[7])
    with pytest.raises(InputError, match="whether they are equal is unknown") as caught:
        values_of([texts, numbers], "device")
    assert (caught.value.where, str(numbers) in caught.value.what) == (str(texts), True)


def test_bytes_that_are_no_text_are_refused_beside_text(tmp_path: Path) -> None:
    """Where no statistics tell that they are no text, it is seen when they are read."""
    ids = parquet(tmp_path / "a.parquet", {"write_statistics": False}, device=IDS["untyped bytes"])
    texts = parquet(tmp_path / "b.parquet", device=["a"])
    assert values_of(ids, "defect") == [(None,)]
    with pytest.raises(InputError, match="bytes that are no text"):
        values_of([ids, texts], "device")


@pytest.mark.parametrize(
    ("stored", "is_refused"),
    [
        (pa.array([2.0**53]), True),
        (pa.array([-(2.0**53)]), True),
        (pa.array([1e300]), True),
        (pa.array([2.0**53 - 1]), False),
        (pa.array([2.0**24], pa.float32()), True),
        (pa.array([2.0**24 - 1], pa.float32()), False),
        (pa.array([2**63 - 1]), False),
        (pa.array([2**64 - 1], pa.uint64()), False),
        (pa.array([Decimal(10**30)]), False),
        (pa.array([float("inf")]), False),
    ],
)
def test_ids_that_lost_digits_are_refused(tmp_path: Path, stored: pa.Array, is_refused: bool) -> None:
    """From there on a float stands for several whole numbers, so two devices may be one."""
    path = parquet(tmp_path / "a.parquet", device=stored)
    if is_refused:
        with pytest.raises(InputError, match="stand for several whole numbers each"):
            values_of(path, "device")
    else:
        assert len(values_of(path, "device")) == 1


@pytest.mark.parametrize(
    ("stored", "device"),
    [
        (pa.array([ONE_ID.bytes], pa.uuid()), str(ONE_ID)),
        (pa.array([ONE_ID.bytes], pa.binary(16)), ONE_ID.hex),
        (pa.array([date(2023, 3, 1)]), "2023-03-01"),
        (pa.array([AT], pa.timestamp("us", "Asia/Kathmandu")), "2023-03-01 09:05:00.123456"),
        (pa.array([WALL.replace(microsecond=0)], pa.timestamp("ms")), "2023-03-01 09:05:00"),
        (pa.array([b"a\xffb"]), "a\\xffb"),
        (pa.array([b"a\xffb"]).view(pa.string()), "a\\xffb"),
    ],
)
def test_ids_that_are_no_text_have_a_usual_one(tmp_path: Path, stored: pa.Array, device: str) -> None:
    """UUIDs as they are written, other bytes of fixed length as digits; bytes that are no text are written as such."""
    path = parquet(tmp_path / "a.parquet", device=pa.concat_arrays([stored.slice(0, 0), stored]))
    assert values_of(path, "device", "defect") == [(device, None)]
    (raw,) = values_of(path, "raw")[0]
    assert '"device":"' in raw


def test_truth_is_no_device(tmp_path: Path) -> None:
    """All rows would be those of two devices."""
    with pytest.raises(InputError, match="The column `device` cannot be a ping's device: its type is bool"):
        values_of(parquet(tmp_path / "a.parquet", device=pa.array([True])), "device")


def test_nulls_among_bytes_of_fixed_length_stay_nulls(tmp_path: Path) -> None:
    """Between others, and behind them."""
    ids = pa.array([b"\x01\x02", None, b"\xff\xfe", None], pa.binary(2))
    four = {"lat": [1.0] * 4, "lon": [1.0] * 4, "at": pa.array([AT] * 4)}
    path = parquet(tmp_path / "a.parquet", device=ids, **four)
    assert values_of(path, "device") == [("0102",), (None,), ("fffe",), (None,)]
