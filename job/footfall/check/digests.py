"""Digests of published rows: equal for equal rows, whatever engine, order or files they come from."""

import hashlib
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from footfall.periods.columns import PERIOD_MEASURES
from footfall.schema import FOOTFALL, MEASURES

_AS_NUMBERS = {pa.date32(): pa.int32(), pa.bool_(): pa.uint8()}

_OPTIONAL = {column.name for column in (*MEASURES, *PERIOD_MEASURES) if column.is_optional}

DIGITS = 32
"""The hexadecimal digits of a SHA-256 that a digest has."""


def digest(rows: pa.Table, schema: pa.Schema = FOOTFALL) -> str:
    """The digest of rows of FOOTFALL, or of weeks or months, whatever their order: DIGITS hexadecimal digits.

    It is a SHA-256 over the rows sorted by place: their number, then column by column the name, a byte per row that is
    1 where there is a value, of lists and texts the lengths, and the values. Numbers are little-endian and as wide as
    the schema has them, days are days since 1970, texts UTF-8; a value that is null is written as zero, or as nothing.
    An optional measure is left out if it is null in all rows.
    """
    table = _sorted(rows.select(schema.names).cast(schema))
    sha = hashlib.sha256(len(table).to_bytes(8, "little"))
    left_out = {name for name in _OPTIONAL & set(schema.names) if table[name].null_count == len(table)}
    for name in schema.names:
        if name in left_out:
            continue
        sha.update(name.encode() + b"\0")
        for part in _parts(table[name].combine_chunks()):
            sha.update(part)
    return sha.hexdigest()[:DIGITS]


def _sorted(table: pa.Table) -> pa.Table:
    places = table["place_id"].combine_chunks()
    if pc.all(pc.less_equal(places[:-1], places[1:]), min_count=0).as_py():
        return table
    return table.sort_by([(name, "ascending") for name in (*table.column_names[:2], "pings")])


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
