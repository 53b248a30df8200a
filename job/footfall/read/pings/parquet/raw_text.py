"""Writes rows as JSON, as they stand in the quarantine."""

import json
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyarrow import types as t


def raw_texts(columns: Mapping[str, pa.Array], rows: npt.NDArray[np.int64]) -> list[str]:
    """Some rows of columns as JSON objects, nulls included.

    Args:
        columns: Columns that `values.plain` gave, by their names in the input.
        rows: The numbers of the rows that are asked for.

    Returns:
        One object for each of them. Numbers that are not finite are text; instants are written to the millisecond.
    """
    taken = pa.array(rows)
    lists = {name: _written(column.take(taken)) for name, column in columns.items()}
    return [_object(dict(zip(lists, row, strict=True))) for row in zip(*lists.values(), strict=True)]


def _object(row: dict[str, Any]) -> str:
    members = (f"{json.dumps(name, ensure_ascii=False)}:{_value(value)}" for name, value in row.items())
    return "{" + ",".join(members) + "}"


def _value(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value) if value.is_finite() else json.dumps(str(value))
    if isinstance(value, float) and not math.isfinite(value):
        return json.dumps(str(value))
    return json.dumps(value, ensure_ascii=False)


def _written(values: pa.Array) -> list[Any]:
    kind = values.type
    if t.is_timestamp(kind):
        return [None if text is None else text + ("Z" if kind.tz else "") for text in _moments(values)]
    if t.is_float32(kind):
        return [None if text is None else float(text) for text in values.cast(pa.string()).to_pylist()]
    if t.is_time(kind) or t.is_date(kind):
        return list(values.cast(pa.string()).to_pylist())
    return list(values.to_pylist())


def _moments(values: pa.Array) -> list[str | None]:
    """Times to the millisecond; numpy also writes years that have more than four digits."""
    unit = values.type.unit
    moments = values.view(pa.int64()).fill_null(0).to_numpy().view(f"M8[{unit}]")
    if unit == "s":
        texts = [f"{text}.000" for text in np.datetime_as_string(moments).tolist()]
    else:
        texts = np.datetime_as_string(moments.astype("M8[ms]")).tolist()
    nulls = values.is_null().to_pylist()
    return [None if null else text for text, null in zip(texts, nulls, strict=True)]
