"""Normalizes ids of devices, and finds missing ones."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from footfall.read.pings.devices import kernel

Bytes = npt.NDArray[np.uint8]
Longs = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


class Devices(NamedTuple):
    """The ids of some rows.

    Args:
        compared: A normal form, equal if and only if the device is the same.
        missing: Mask of rows without an id: null, blank, or one of the words that stand for none.
    """

    compared: pa.Array
    missing: Mask


def devices(texts: pa.Array, null_devices: Sequence[str]) -> Devices:
    """The ids in a normal form, and which are missing.

    Blanks around an id are no part of it; a whole number is the same with `.0` behind it; 32 or more hexadecimal
    digits, as of UUIDs and digests, are the same in either case, with or without dashes and braces, and are compared
    in lower case without them.

    Args:
        texts: The ids as they are written, type string.
        null_devices: Words that stand for no device, in any case.
    """
    words = _words(tuple(null_devices))
    data, offsets = _content(texts)
    notes = np.empty(len(texts), np.uint8)
    kernel.look(data, offsets, words.first, words.last, notes)
    compared = _respelled(texts, data, offsets, notes) if (notes & kernel.CHANGED).any() else texts
    missing = np.zeros(len(texts), np.bool_)
    doubtful = np.flatnonzero(notes & kernel.DOUBTFUL)
    if len(doubtful):
        found = pc.ascii_lower(compared.take(pa.array(doubtful)).fill_null(""))
        missing[doubtful] = pc.is_in(found, words.all).to_numpy(zero_copy_only=False)
    return Devices(compared, missing)


class _Words(NamedTuple):
    """Words for no device: by their length, with which bytes they begin and end; and all of them in lower case."""

    first: Mask
    last: Mask
    all: pa.Array


@lru_cache(maxsize=4)
def _words(given: tuple[str, ...]) -> _Words:
    texts = pa.array([*given, ""], pa.string())
    data, offsets = _content(texts)
    changed = np.full(len(texts), kernel.CHANGED, np.uint8)
    compared = pc.ascii_lower(_respelled(texts, data, offsets, changed))
    ends = np.zeros((2, kernel.SIZES, 256), np.bool_)
    for word in compared.to_pylist():
        for spelled in _spellings(word):
            size = min(len(spelled), kernel.SIZES - 1)
            ends[0, size, spelled[0]] = ends[1, size, spelled[-1]] = True
    return _Words(ends[0], ends[1], compared)


def _spellings(word: str) -> Iterator[bytes]:
    """How a word in lower case may be written, as far as its length, its first and its last byte go."""
    found = {word}
    if len(word) == kernel.DIGITS:
        found.add("-".join((word[:8], word[8:12], word[12:16], word[16:20], word[20:])))
    if len(word) >= kernel.DIGITS:
        found |= {f"{{{text}}}" for text in found}
    for text in found - {""}:
        yield from (text.encode(), text.upper().encode())


def _content(texts: pa.Array) -> tuple[Bytes, Longs]:
    """The bytes of texts, and where each begins and ends."""
    _, places, content = texts.buffers()
    data = np.frombuffer(content, np.uint8) if content else np.empty(0, np.uint8)
    if places is None or not len(texts):
        return data, np.zeros(len(texts) + 1, np.int64)
    offsets = np.frombuffer(places, np.int32)[texts.offset :][: len(texts) + 1]
    return data, offsets.astype(np.int64)


def _respelled(texts: pa.Array, data: Bytes, offsets: Longs, notes: Bytes) -> pa.Array:
    """The ids in the spelling in which they are compared; null where the id is null."""
    out = np.empty(int(offsets[-1] - offsets[0]), np.uint8)
    ends = np.zeros(len(texts) + 1, np.int32)
    kernel.respell(data, offsets, notes, out, ends)
    validity = None
    if texts.null_count:
        valid = texts.is_valid().to_numpy(zero_copy_only=False)
        validity = pa.py_buffer(np.packbits(valid, bitorder="little"))
    buffers = [validity, pa.py_buffer(ends), pa.py_buffer(out[: ends[-1]])]
    return pa.Array.from_buffers(pa.string(), len(texts), buffers)
