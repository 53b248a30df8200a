"""Which types of columns can be which parts of a ping."""

import pyarrow as pa
from pyarrow import types as t

from footfall.errors import InputError

TEXT, NUMBER, WHOLE, BYTES, UUID, FLAG = "text", "number", "whole number", "run of bytes", "UUID", "boolean"
DATE, TIME, INSTANT, WALL, NOTHING, NESTED = (
    "date",
    "time of day",
    "instant",
    "wall time",
    "nothing",
    "nested",
)

_TEXTS = (
    t.is_string,
    t.is_large_string,
    t.is_string_view,
    t.is_binary,
    t.is_large_binary,
    t.is_binary_view,
)
_KINDS = (
    *((is_text, TEXT) for is_text in _TEXTS),
    (t.is_integer, WHOLE),
    (t.is_duration, WHOLE),  # Parquet has no such type: it stores the number
    (t.is_floating, NUMBER),
    (t.is_decimal, NUMBER),
    (t.is_fixed_size_binary, BYTES),
    (t.is_boolean, FLAG),
    (t.is_date, DATE),
    (t.is_time, TIME),
    (t.is_null, NOTHING),
)
_NUMBERS = {TEXT, WHOLE, NUMBER}
_FITTING = {
    "device": {*_NUMBERS, BYTES, UUID, DATE, INSTANT, WALL},
    "at": {*_NUMBERS, INSTANT, WALL},
    "date": {TEXT, WHOLE, DATE, WALL},
    "time": {TEXT, TIME},
    "lat": _NUMBERS,
    "lon": _NUMBERS,
    "accuracy": _NUMBERS,
}


def kind_of(stored: pa.DataType, meaning: str | None = None) -> str:
    """What a column of this type holds.

    Args:
        stored: Its type.
        meaning: INSTANT where its timestamps are instants although they carry no zone, BYTES where its bytes are not
            text.
    """
    if isinstance(stored, pa.UuidType):
        return UUID
    if isinstance(stored, pa.BaseExtensionType):
        return kind_of(stored.storage_type, meaning)
    if t.is_dictionary(stored):
        return kind_of(stored.value_type, meaning)
    if t.is_timestamp(stored):
        return INSTANT if meaning == INSTANT or stored.tz is not None else WALL
    if meaning == BYTES and (t.is_binary(stored) or t.is_large_binary(stored)):
        return BYTES
    return next((kind for is_kind, kind in _KINDS if is_kind(stored)), NESTED)


def check_kind(kind: str, part: str, column: str, stored: pa.DataType, where: str) -> None:
    """Make sure that a column can be this part of a ping.

    Raises:
        InputError: It cannot; the error names its type.
    """
    if kind not in {*_FITTING[part], NOTHING}:
        raise InputError(
            f"The column `{column}` cannot be a ping's {part}: its type is {stored}",
            where=where,
            fix="Map another column, or write this one as text, a number or a timestamp.",
        )
