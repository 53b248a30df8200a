"""Writes rows as JSON, as they stand in the quarantine."""

import json
import math
from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types as t

_ESCAPED = {chr(code): json.dumps(chr(code))[1:-1] for code in (ord("\\"), ord('"'), *range(0x20))}
"""How JSON writes what may not stand in its text; the backslash, which the others bring, comes first."""

_HAS_ESCAPED = r'[\x00-\x1f"\\]'

_WITHOUT_EXPONENT = 1e-4, 1e9
"""From the first and below the second of these sizes, and for zero, neither Arrow nor Python writes an exponent."""


def raw_texts(columns: Mapping[str, pa.Array], rows: npt.NDArray[np.int64]) -> pa.Array:
    """Some rows of columns as JSON objects, nulls included; type string.

    Args:
        columns: Columns that `values.plain` gave, by their names in the input; at least one.
        rows: The numbers of the rows that are asked for.

    Returns:
        One object for each of them. Numbers that are not finite are text; instants are written to the millisecond.
    """
    taken = pa.array(rows)
    parts: list[str | pa.Array] = []
    for name, column in columns.items():
        opening = f"{',' if parts else '{'}{json.dumps(name, ensure_ascii=False)}:"
        parts += [opening, _values(column.take(taken)).fill_null("null")]
    return pc.binary_join_element_wise(*parts, "}", "")


def _values(values: pa.Array) -> pa.Array:
    """The values as JSON; null stays null."""
    kind = values.type
    if t.is_floating(kind):
        return _floats(values.cast(pa.string()))
    if t.is_decimal(kind):
        return _each_once(values, str)
    if t.is_timestamp(kind):
        return _quoted(_moments(values), "Z" if kind.tz else "")
    if t.is_time(kind) or t.is_date(kind):
        return _quoted(values.cast(pa.string()))
    return _quoted(_escaped(values)) if t.is_string(kind) else values.cast(pa.string())


def _floats(texts: pa.Array) -> pa.Array:
    """The numbers that Arrow wrote as these texts, written as Python writes them."""
    least, most = _WITHOUT_EXPONENT
    sizes = np.abs(texts.cast(pa.float64()).fill_null(0).to_numpy())
    odd = ~((sizes == 0) | ((sizes >= least) & (sizes < most)))
    whole = pc.invert(pc.match_substring(texts, "."))
    usual = pc.if_else(whole, pc.binary_join_element_wise(texts, ".0", ""), texts)
    if not odd.any():
        return usual
    return pc.replace_with_mask(usual, pa.array(odd), _each_once(texts.filter(pa.array(odd)), _float))


def _float(text: str) -> str:
    number = float(text)
    return repr(number) if math.isfinite(number) else json.dumps(str(number))


def _each_once(values: pa.Array, write: Callable[..., str]) -> pa.Array:
    """The values, written by a function that is called for each distinct one; null stays null."""
    distinct = values.dictionary_encode()
    return pa.array(map(write, distinct.dictionary.to_pylist()), pa.string()).take(distinct.indices)


def _escaped(texts: pa.Array) -> pa.Array:
    odd = pc.match_substring_regex(texts, _HAS_ESCAPED).fill_null(False)
    if not pc.any(odd).as_py():
        return texts
    some = texts.filter(odd)
    for sign, escaped in _ESCAPED.items():
        some = pc.replace_substring(some, sign, escaped)
    return pc.replace_with_mask(texts, odd, some)


def _quoted(texts: pa.Array, ending: str = "") -> pa.Array:
    return pc.binary_join_element_wise('"', texts, f'{ending}"', "")


def _moments(values: pa.Array) -> pa.Array:
    """Times to the millisecond; numpy also writes years that have more than four digits."""
    unit, nulls = values.type.unit, values.is_null().to_numpy(zero_copy_only=False)
    moments = values.view(pa.int64()).fill_null(0).to_numpy().view(f"M8[{unit}]")
    if unit == "s":
        return pc.binary_join_element_wise(_texts(moments, nulls), ".000", "")
    return _texts(moments.astype("M8[ms]"), nulls)


def _texts(moments: npt.NDArray[np.datetime64], nulls: npt.NDArray[np.bool_]) -> pa.Array:
    return pa.array(np.datetime_as_string(moments), pa.string(), mask=nulls)
