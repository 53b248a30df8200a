"""Checks that the ids of devices in several files can be compared, and that no id lost digits as a float."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types as t

from footfall.errors import InputError
from footfall.read.pings.parquet.kinds import BYTES, INSTANT, NUMBER, TEXT, UUID, WALL, WHOLE

UNTYPED, HEXADECIMAL = "run of bytes that may be text", "run of hexadecimal digits"

_FAMILY = {WHOLE: NUMBER, WALL: INSTANT, UUID: HEXADECIMAL}
_COMPARABLE = (
    {TEXT, NUMBER},
    {TEXT, HEXADECIMAL},
    {TEXT, UNTYPED},
    {UNTYPED, NUMBER},
)
FEWEST_BYTES = 16
"""The bytes from which an id's hexadecimal digits are compared without regard to case, see `read.pings.devices`."""

_WHOLE_UNTIL = {2: 2.0**11, 4: 2.0**24, 8: 2.0**53}
"""By the size of a float in bytes: from this number on, a float can stand for several whole numbers."""

_AMBIGUOUS = r"^\s*[+-]?0[0-9]|^\s*\+|^\s*[+-]?[0-9.]+[eE]"
"""Text that may be the number of another file, or not: 007, +7, 1.5e3."""


class Ids(NamedTuple):
    """The kind of ids that a file has, and the type of their column."""

    holds: str
    type: str


TEXTS = Ids(TEXT, "string")


class OtherFiles(NamedTuple):
    """The path of a file whose ids are numbers, and of one whose ids are text, if files differ."""

    numbers: str | None = None
    texts: str | None = None


NO_OTHERS = OtherFiles()


def ids_of(kind: str, stored: pa.DataType) -> Ids:
    """The ids that a column holds, of a kind that `kind_of` gave."""
    if kind == BYTES and (not t.is_fixed_size_binary(stored) or stored.byte_width >= FEWEST_BYTES):
        return Ids(HEXADECIMAL, str(stored))
    if kind == TEXT and (t.is_binary(stored) or t.is_large_binary(stored) or t.is_binary_view(stored)):
        return Ids(UNTYPED, str(stored))
    return Ids(_FAMILY.get(kind, kind), str(stored))


def check_comparable(files: Mapping[str, Ids], column: str) -> OtherFiles:
    """Check that the ids of all files can be compared.

    Text can be compared with numbers and with hexadecimal digits, as of UUIDs; other types only with their own kind.

    Args:
        files: What the column of ids holds, by the path of the file.
        column: The column.

    Raises:
        InputError: Two files hold ids that cannot be compared.
    """
    first: dict[str, str] = {}
    for path, ids in files.items():
        first.setdefault(ids.holds, path)
        for other, other_path in first.items():
            if other != ids.holds and {other, ids.holds} not in _COMPARABLE:
                here, there = (
                    f"a {files[each].holds} ({files[each].type}) in {each}" for each in (other_path, path)
                )
                raise InputError(
                    f"The ids of devices in two files cannot be compared: `{column}` is {here}, {there}",
                    where=path,
                    fix="Write the ids of all files with the same type, as text at best.",
                )
    return OtherFiles(first.get(NUMBER), first.get(TEXT)) if len(first) > 1 else NO_OTHERS


def check_ids(ids: pa.Array, path: str, others: OtherFiles) -> None:
    """Check that ids lost no digits, and that none is ambiguous given the ids of other files.

    Raises:
        InputError: A float stands for several whole numbers; a text may be a number of another file or not; bytes are
            no text, and another file has text.
    """
    if t.is_floating(ids.type):
        limit = _WHOLE_UNTIL[ids.type.bit_width // 8]
        sizes = np.abs(ids.cast(pa.float64()).fill_null(0).to_numpy())
        if ((sizes >= limit) & np.isfinite(sizes)).any():
            raise InputError(
                f"Ids of devices are floats of {limit:,.0f} and more, which stand for several whole numbers each",
                where=path,
                fix="Write the ids as whole numbers or text, from where they still have all their digits.",
            )
    elif others.numbers and t.is_string(ids.type):
        _refuse_ambiguous(ids, path, others.numbers)
    elif t.is_binary(ids.type) and (others.numbers or others.texts):
        _refuse_bytes(ids, path, others)


def _refuse_ambiguous(ids: pa.Array, path: str, numbers: str) -> None:
    odd = ids.filter(pc.match_substring_regex(ids, _AMBIGUOUS).fill_null(False))
    if len(odd):
        raise InputError(
            f"The id {odd[0].as_py()!r} is text, and ids are numbers in {numbers}: whether they are equal is unknown",
            where=path,
            fix="Write the ids of all files with the same type, as text at best.",
        )


def _refuse_bytes(ids: pa.Array, path: str, others: OtherFiles) -> None:
    try:
        texts = ids.cast(pa.string())
    except pa.ArrowInvalid:
        raise InputError(
            f"Ids are bytes that are no text, and text or numbers in {others.texts or others.numbers}:"
            " whether they are equal is unknown",
            where=path,
            fix="Write the ids of all files as text.",
        ) from None
    if others.numbers:
        _refuse_ambiguous(texts, path, others.numbers)
