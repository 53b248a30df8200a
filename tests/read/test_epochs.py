"""Numbers as times."""

from decimal import Decimal

import pyarrow as pa
import pytest
from tests.read.time_tables import BAD, read_times


def test_numbers_are_epochs_by_their_size() -> None:
    """Below 1e11 seconds, below 1e14 milliseconds, below 1e17 microseconds, else nanoseconds."""
    cases = {
        "0": "1970-01-01 00:00:00",
        "-1": "1969-12-31 23:59:59",
        "1677661500": "2023-03-01 09:05:00",
        "+1677661500": "2023-03-01 09:05:00",
        "1677661500.123456": "2023-03-01 09:05:00.123456",
        "1677661500.1234569": "2023-03-01 09:05:00.123456",
        "-0.0000001": "1969-12-31 23:59:59.999999",
        "1.6776615E9": "2023-03-01 09:05:00",
        "99999999999": "5138-11-16 09:46:39",
        "100000000000": "1973-03-03 09:46:40",
        "1677661500123": "2023-03-01 09:05:00.123",
        "1677661500123.4567": "2023-03-01 09:05:00.123456",
        "1677661500123456": "2023-03-01 09:05:00.123456",
        "1677661500123456789": "2023-03-01 09:05:00.123456",
        "-1677661500123456789": "1916-11-02 14:54:59.876543",
    }
    assert dict(zip(cases, read_times(list(cases), zone="America/Guatemala"), strict=True)) == cases


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        (
            pa.int64(),
            [1677661500, 1677661500123456789, -1],
            ["2023-03-01 09:05:00", "2023-03-01 09:05:00.123456", "1969-12-31 23:59:59"],
        ),
        (pa.int32(), [1677661500], ["2023-03-01 09:05:00"]),
        (
            pa.float64(),
            [1677661500.123456, 1677661500123.5, float("nan"), float("inf"), 1e300],
            ["2023-03-01 09:05:00.123456", "2023-03-01 09:05:00.1235", BAD, BAD, BAD],
        ),
    ],
)
def test_number_columns_are_epochs_too(kind: pa.DataType, values: list[object], expected: list[str]) -> None:
    """As they come in Parquet; what no calendar holds is a wrong type."""
    assert read_times(values, kind) == expected


def test_decimal_columns_are_epochs_too() -> None:
    """Exact to the microsecond, whatever their scale."""
    values = [Decimal("1677661500.1234567"), Decimal("99999999999999999999.0")]
    assert read_times(values, pa.decimal128(38, 10)) == ["2023-03-01 09:05:00.123456", BAD]


def test_the_unit_of_an_epoch_can_be_named() -> None:
    """Then the size decides nothing, ISO text is no time, and a number beyond the calendar is none either."""
    assert read_times(["100", "100.5", "1e2", "2023-03-01T09:05:00Z"], time_format="epoch_ms") == [
        "1970-01-01 00:00:00.1",
        "1970-01-01 00:00:00.1005",
        "1970-01-01 00:00:00.1",
        BAD,
    ]
    assert read_times(
        [253402128000, 253402300800, 2**63 - 1, -(2**63)], pa.int64(), time_format="epoch_s"
    ) == [
        "9999-12-30 00:00:00",
        BAD,
        BAD,
        BAD,
    ]


def test_iso_alone_takes_no_number() -> None:
    """`iso` is for columns that may hold stray numbers."""
    assert read_times(["1677661500", "2023-03-01T09:05:00Z"], time_format="iso") == [
        BAD,
        "2023-03-01 09:05:00",
    ]
    assert read_times([1677661500], pa.int64(), time_format="iso") == [BAD]
