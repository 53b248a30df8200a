"""The text of quarantined rows of Parquet, by Python's own JSON."""

import json
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.read.pings.parquet.raw_text import raw_texts

AT = datetime(2023, 3, 1, 9, 5, 0, 123456)  # noqa: DTZ001 (a wall time)


def texts_of(**columns: pa.Array) -> list[str]:
    """The texts of all rows of columns."""
    rows = len(next(iter(columns.values())))
    found: list[str] = raw_texts(columns, np.arange(rows)).to_pylist()
    return found


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_floats_are_written_with_the_fewest_digits(drawn: list[float]) -> None:
    """As Python's JSON writes them, whatever their size: an exponent only for very small and very large ones."""
    expected = [f'{{"lat":{json.dumps(each)}}}' for each in drawn]
    assert texts_of(lat=pa.array(drawn, pa.float64())) == expected


@given(st.lists(st.text(alphabet=st.one_of(st.characters(codec="utf-8"), st.sampled_from('"\\\0\n\x1f')))))
def test_text_is_escaped_as_json_asks(drawn: list[str]) -> None:
    """Quotes, backslashes and control characters; all other letters stay as they are."""
    expected = [f'{{"a \\"b\\"":{json.dumps(each, ensure_ascii=False)}}}' for each in drawn]
    assert raw_texts({'a "b"': pa.array(drawn, pa.string())}, np.arange(len(drawn))).to_pylist() == expected


@pytest.mark.parametrize(
    ("stored", "written"),
    [
        (pa.array([14.5], pa.float32()), "14.5"),
        (pa.array([14.1], pa.float32()), "14.1"),
        (pa.array([1e10, 1e-5, 1e15, 1e16, -0.0]), "10000000000.0 1e-05 1000000000000000.0 1e+16 -0.0"),
        (pa.array([float("nan"), float("inf"), float("-inf")]), '"nan" "inf" "-inf"'),
        (pa.array([Decimal("14.50"), Decimal("0E-8")]), "14.50000000 0E-8"),
        (pa.array([2**64 - 1], pa.uint64()), "18446744073709551615"),
        (pa.array([True, None]), "true null"),
        (pa.array([date(2023, 3, 1)]), '"2023-03-01"'),
        (pa.array([AT], pa.timestamp("us")), '"2023-03-01T09:05:00.123"'),
        (pa.array([AT.replace(tzinfo=UTC)], pa.timestamp("ns", "UTC")), '"2023-03-01T09:05:00.123Z"'),
        (pa.array([AT.replace(microsecond=0), None], pa.timestamp("s")), '"2023-03-01T09:05:00.000" null'),
    ],
)
def test_each_type_has_one_way_to_be_written(stored: pa.Array, written: str) -> None:
    """Numbers as numbers, all else as text; times to the millisecond, with a Z where they are instants."""
    assert texts_of(at=stored) == [f'{{"at":{each}}}' for each in written.split(" ")]


def test_only_the_rows_that_are_asked_for_are_written_in_their_order() -> None:
    """All mapped columns are in the object, in the order of the mapping."""
    columns = {"device": pa.array(["a", "b", "c"]), "lat": pa.array([1.5, None, 3.5])}
    found = raw_texts(columns, np.array([2, 1])).to_pylist()
    assert found == ['{"device":"c","lat":3.5}', '{"device":"b","lat":null}']
    assert raw_texts(columns, np.array([], np.int64)).to_pylist() == []


def test_many_rows_cost_less_than_one_by_one() -> None:
    """A file of which nearly all rows are bad is written by columns: at most half of what Python's JSON takes."""
    rows = 100_000
    table: dict[str, Any] = {
        "device": pa.array([f"device {number}" for number in range(rows)]),
        "lat": pa.array(np.linspace(91, 180, rows)),
        "at": pa.array(np.arange(rows), pa.timestamp("ms")),
    }
    whole = pa.table(table).to_pylist()
    began = time.process_time()
    one_by_one = [json.dumps(row, default=str) for row in whole]
    between = time.process_time()
    by_columns = raw_texts(table, np.arange(rows))
    assert len(by_columns) == len(one_by_one)
    assert time.process_time() - between < (between - began) / 2
