"""The values of a ping's fields, and the first thing that is wrong with them."""

from dataclasses import dataclass, field
from math import isfinite

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from footfall.schema import REASONS, SOUND

Mask = npt.NDArray[np.bool_]

_NOT_DECIMAL = r"[^0-9.eE+ -]"
"""Excludes 1_0, nan and inf, which Python also reads as numbers."""
_PLAIN_NUMBER = r"^-?[0-9]+(\.[0-9]+)?$"
_LONGEST_PLAIN = 30


@dataclass(frozen=True)
class Fields:
    """The parts of some pings as they were read.

    Args:
        at: Type INSTANT, as `times.instants` gives it.
        lat: float64, as `numbers` gives it.
        lon: As `lat`.
        accuracy: As `lat`; None if the column is not mapped.
        blank: Masks of rows in which `device`, `at`, `lat`, `lon` or `accuracy` is `blank`; a part that never is may be
            left out.
        never: Mask of the times that clocks skipped, see `times.instants`; None if there are none.
        malformed: Mask of the rows that could not be split into fields; None if there are none.
    """

    at: pa.Array
    lat: pa.Array
    lon: pa.Array
    accuracy: pa.Array | None = None
    blank: dict[str, Mask] = field(default_factory=dict)
    never: Mask | None = None
    malformed: Mask | None = None


def blank(values: pa.Array) -> Mask:
    """Mask of the values that are null, or text of spaces only."""
    if not is_text(values.type):
        return _nulls(values)
    empty = pc.binary_length(values).fill_null(0).to_numpy(zero_copy_only=False) == 0
    spaced = pc.starts_with(values, " ").fill_null(False)
    if pc.any(spaced).as_py():
        empty |= pc.binary_length(pc.ascii_trim(values, " ")).fill_null(0).to_numpy(zero_copy_only=False) == 0
    return np.asarray(empty, np.bool_)


def decoded(values: pa.Array) -> pa.Array:
    """Bytes as text; those that are not UTF-8 are written as escapes, such as \\xff."""
    try:
        return values.cast(pa.string())
    except pa.ArrowInvalid:
        texts = (
            None if each is None else each.decode(errors="backslashreplace") for each in values.to_pylist()
        )
        return pa.array(texts, pa.string())


def is_text(kind: pa.DataType) -> bool:
    """Whether values of a type are text."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def numbers(values: pa.Array, decimal: str = ".") -> pa.Array:
    """A column of text or numbers as float64; null for all but finite decimal numbers.

    Args:
        values: The column.
        decimal: The decimal separator of numbers in text.
    """
    if is_text(values.type):
        return _numbers_of_text(values if decimal == "." else _with_points(values, decimal))
    found = values.cast(pa.float64(), safe=False)
    metres = found.to_numpy(zero_copy_only=False)
    odd = ~np.isfinite(metres) & ~_nulls(found)
    return pc.if_else(pa.array(odd), None, found) if odd.any() else found


def _with_points(values: pa.Array, decimal: str) -> pa.Array:
    """The texts with a point for the decimal separator; a text that has a point already is no number."""
    return pc.replace_substring(pc.replace_substring(values, ".", "_"), decimal, ".")


def _numbers_of_text(values: pa.Array) -> pa.Array:
    try:
        found = values.cast(pa.float64())
    except pa.ArrowInvalid:  # some are not numbers, or written in ways that Arrow does not read
        return _numbers_one_by_one(values)
    is_finite = np.isfinite(found.fill_null(0).to_numpy(zero_copy_only=False)).all()
    return found if is_finite else _numbers_one_by_one(values)


def _numbers_one_by_one(values: pa.Array) -> pa.Array:
    short = pc.less_equal(pc.binary_length(values), _LONGEST_PLAIN)
    plain = pc.and_(pc.match_substring_regex(values, _PLAIN_NUMBER), short)
    found = pc.if_else(plain, values, None).cast(pa.float64())
    rest = pc.and_not(pc.invert(plain), pc.match_substring_regex(values, _NOT_DECIMAL)).fill_null(False)
    others = [_number(text) for text in values.filter(rest).to_pylist()]
    return pc.replace_with_mask(found, rest, pa.array(others, pa.float64()))


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None


def defects(fields: Fields) -> npt.NDArray[np.int8] | None:
    """For each row the number of the first of REASONS that applies to its fields, or SOUND; None if all are SOUND."""
    found: npt.NDArray[np.int8] | None = None
    for reason, mask in reversed(_signs(fields)):
        if mask is not None and mask.any():
            found = np.full(len(fields.at), SOUND, np.int8) if found is None else found
            found[mask] = REASONS.index(reason)
    return found


def _signs(fields: Fields) -> list[tuple[str, Mask | None]]:
    """The reasons in their order, each with the mask of the rows to which it applies, or None for no row."""
    no_time = _nulls(fields.at) if fields.at.null_count else None
    if no_time is not None and fields.never is not None:
        no_time = no_time & ~fields.never
    no_accuracy = None
    if fields.accuracy is not None and fields.accuracy.null_count:
        given = fields.blank.get("accuracy", np.zeros(len(fields.at), np.bool_))
        no_accuracy = _nulls(fields.accuracy) & ~given
    return [
        ("unreadable_row", fields.malformed),
        *((f"missing_field:{part}", fields.blank.get(part)) for part in ("device", "at", "lat", "lon")),
        ("wrong_type:at", no_time),
        ("wrong_type:lat", _nulls(fields.lat) if fields.lat.null_count else None),
        ("wrong_type:lon", _nulls(fields.lon) if fields.lon.null_count else None),
        ("wrong_type:accuracy", no_accuracy),
        ("nonexistent_time", fields.never),
    ]


def _nulls(values: pa.Array) -> Mask:
    return np.asarray(values.is_null().to_numpy(zero_copy_only=False), np.bool_)
