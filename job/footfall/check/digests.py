"""Digests of published rows: equal for equal rows, whatever engine, order or files they come from."""

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from footfall.table import Column, DayTable

_AS_NUMBERS = {pa.date32(): pa.int32(), pa.bool_(): pa.uint8()}

DIGITS = 32
"""The hexadecimal digits of a SHA-256 that a digest has."""


def digest(rows: pa.Table, table: DayTable) -> str:
    """The digest of some rows of a table, the same in whatever order they come; `digest_of` says how it is made."""
    return digest_of(rows, table.schema, table.key_names, table.measures)


def digest_of(rows: pa.Table, schema: pa.Schema, keys: Sequence[str], measures: Sequence[Column]) -> str:
    """The digest of rows, whatever their order: DIGITS hexadecimal digits.

    It is a SHA-256 over the rows sorted by their keys: their number, then column by column the name, a byte per row
    that is 1 where there is a value, of lists and texts the lengths, and the values. Numbers are little-endian and as
    wide as the schema has them, days are days since 1970, texts UTF-8; a value that is null is written as zero, or as
    nothing. An optional measure is left out if it is null in all rows.

    Args:
        rows: The rows.
        schema: The columns that go into the digest, in this order.
        keys: The columns that name a row, without the day.
        measures: Those of its table.
    """
    table = _sorted(rows.select(schema.names).cast(schema), keys)
    sha = hashlib.sha256(len(table).to_bytes(8, "little"))
    optional = [column.name for column in measures if column.is_optional]
    left_out = {name for name in optional if table[name].null_count == len(table)}
    for name in schema.names:
        if name in left_out:
            continue
        sha.update(name.encode() + b"\0")
        for part in _parts(table[name].combine_chunks()):
            sha.update(part)
    return sha.hexdigest()[:DIGITS]


def _sorted(table: pa.Table, keys: Sequence[str]) -> pa.Table:
    first = table[keys[0]].combine_chunks()
    if len(keys) == 1 and pc.all(pc.less_equal(first[:-1], first[1:]), min_count=0).as_py():
        return table
    others = [name for name in (*table.column_names[:2], "pings") if name not in keys]
    return table.sort_by([(name, "ascending") for name in (*keys, *others)])


def _parts(column: pa.Array) -> Iterator[memoryview]:
    """The bytes of a column that go into the digest, as `digest` describes them."""
    yield column.is_valid().to_numpy(zero_copy_only=False).data
    if pa.types.is_list(column.type):
        yield _little(pc.list_value_length(column).fill_null(0))
        yield _little(column.flatten())
    elif pa.types.is_string(column.type):
        yield _little(pc.binary_length(column).fill_null(0))
        yield _text(column.drop_null())
    else:
        yield _little(column.cast(_AS_NUMBERS.get(column.type, column.type)).fill_null(0))


def _little(values: pa.Array) -> memoryview:
    """Numbers without nulls, little-endian; minus zero is zero."""
    numbers = values.to_numpy(zero_copy_only=False)
    if numbers.dtype.kind == "f":
        numbers = numbers + 0.0
    return np.ascontiguousarray(numbers, dtype=numbers.dtype.newbyteorder("<")).data


def _text(values: pa.Array) -> memoryview:
    """The UTF-8 of all texts, one after the other; none of them is null."""
    _, ends, text = values.buffers()
    if not len(values) or text is None:
        return memoryview(b"")
    bounds = np.frombuffer(ends, np.int32)[values.offset : values.offset + len(values) + 1]
    return memoryview(text)[bounds[0] : bounds[-1]]
