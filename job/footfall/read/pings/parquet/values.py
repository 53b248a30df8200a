"""Stored values in few types, and ids as text."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types as t

from footfall.read.pings.fields import decoded
from footfall.read.pings.parquet.kinds import BYTES, INSTANT

_LONGS = 2.0**63
_BYTES_OF_UUID = ((0, 4), (4, 6), (6, 8), (8, 10), (10, 16))


def plain(values: pa.Array, meaning: str | None = None) -> pa.Array:
    """A column as text, whole numbers, floats, decimals, booleans, dates, times of day or timestamps.

    Args:
        values: Any column of `kinds` but a nested one. Bytes of fixed length become hexadecimal digits, a UUID is
            written in the usual way, other bytes are text; those that are not UTF-8 are written as `\\xff`.
        meaning: INSTANT where its timestamps are instants although they carry no zone; then they get one. BYTES where
            its bytes are not text; then they become digits as well.
    """
    kind = values.type
    if t.is_string(kind):
        return _sound(values)
    if isinstance(kind, pa.UuidType):
        return _hexadecimal(values.storage, dashed=True)
    if isinstance(kind, pa.BaseExtensionType):
        return plain(values.storage, meaning)
    if t.is_dictionary(kind):
        return plain(values.dictionary, meaning).take(values.indices)
    if t.is_fixed_size_binary(kind):
        return _hexadecimal(values, dashed=False)
    if t.is_large_string(kind) or t.is_string_view(kind):
        return _sound(values.cast(pa.string()))
    if t.is_binary(kind) or t.is_large_binary(kind) or t.is_binary_view(kind):
        return decoded(values) if meaning != BYTES else _each_hexadecimal(values)
    return _of_few_types(values, meaning)


def _of_few_types(values: pa.Array, meaning: str | None) -> pa.Array:
    kind = values.type
    if t.is_null(kind):
        return values.cast(pa.string())
    if t.is_duration(kind):
        return values.cast(pa.int64())
    if t.is_float16(kind):
        return values.cast(pa.float32())
    if t.is_timestamp(kind) and meaning == INSTANT and kind.tz is None:
        return values.cast(pa.timestamp(kind.unit, "UTC"))
    return values


def device_text(values: pa.Array) -> pa.Array:
    """The ids of devices as text, from a column that `plain` gave.

    A number has the same text whatever its type: 1000 for 1000, 1000.0 and 1000.00. Infinity and NaN give null.
    """
    kind = values.type
    if t.is_string(kind):
        return values
    if t.is_floating(kind):
        return _floats(values)
    if t.is_timestamp(kind):
        return _each(values.cast(pa.timestamp(kind.unit)).cast(pa.string()), _without_zeros)
    texts = values.cast(pa.string())
    return _each(texts, _without_zeros) if t.is_decimal(kind) else texts


def _floats(values: pa.Array) -> pa.Array:
    """Floats as text: whole numbers without a dot, others with the fewest digits that give the same float."""
    numbers = values.cast(pa.float64()).fill_null(np.nan).to_numpy()
    whole = (np.abs(numbers) < _LONGS) & (np.trunc(numbers) == numbers)
    texts = pa.array(np.where(whole, numbers, 0).astype(np.int64)).cast(pa.string())
    if not whole.all():
        finite = pa.array(~np.isfinite(numbers))
        others = pc.if_else(finite, pa.scalar(None, pa.string()), values.cast(pa.string()))
        texts = pc.if_else(pa.array(whole), texts, others)
    return texts


def _without_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _each(texts: pa.Array, change: Callable[[str], str]) -> pa.Array:
    return pa.array([None if text is None else change(text) for text in texts.to_pylist()], pa.string())


def _sound(texts: pa.Array) -> pa.Array:
    """The texts with bytes that are not UTF-8 written as escapes, such as \\xff; plain ASCII is found in one step."""
    begin, end = (int(offset) for offset in _offsets(texts)[[0, -1]])
    content = texts.buffers()[2]
    if content is None or end == begin:
        return texts
    if np.frombuffer(content, np.uint8, end - begin, begin).max() < 128:
        return texts
    return decoded(texts.cast(pa.binary()))


def _offsets(texts: pa.Array) -> npt.NDArray[np.int32]:
    offsets = texts.buffers()[1]
    if offsets is None or not len(texts):
        return np.zeros(1, np.int32)
    return np.frombuffer(offsets, np.int32, len(texts) + 1, texts.offset * 4)


def _each_hexadecimal(values: pa.Array) -> pa.Array:
    return pa.array([None if each is None else each.hex() for each in values.to_pylist()], pa.string())


def _hexadecimal(values: pa.Array, *, dashed: bool) -> pa.Array:
    width, rows = values.type.byte_width, len(values)
    content: Any = values.buffers()[1]
    stored = np.frombuffer(content or b"", np.uint8, rows * width, values.offset * width)
    digits = np.frombuffer(stored.tobytes().hex().encode(), np.uint8).reshape(rows, 2 * width)
    if dashed:
        dash = np.full((rows, 1), ord("-"), np.uint8)
        groups = [digits[:, 2 * begin : 2 * end] for begin, end in _BYTES_OF_UUID]
        digits = np.hstack([part for group in groups for part in (group, dash)][:-1])
    offsets = np.arange(rows + 1, dtype=np.int32) * digits.shape[1]
    valid = np.packbits(values.is_valid().to_numpy(zero_copy_only=False), bitorder="little")
    buffers = [pa.py_buffer(valid), pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(digits))]
    return pa.Array.from_buffers(pa.string(), rows, buffers)
