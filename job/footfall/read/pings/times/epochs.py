"""Reads numbers as times: units since the beginning of 1970, UTC."""

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from footfall.read.pings.times.moments import Longs, Mask, Moments

MICROS_PER_UNIT = {"epoch_s": 10**6, "epoch_ms": 10**3}

_LAST_SECOND = 253_402_300_800  # the year 10000
_MOST = 10**19
_PLACES = Decimal(1).scaleb(-9)
_BY_SIZE = (
    (10**11, Decimal(10**6)),
    (10**14, Decimal(10**3)),
    (10**17, Decimal(1)),
    (_MOST, Decimal("0.001")),
)


def epoch(number: Decimal, time_format: str) -> int | None:
    """The microseconds of a number, rounded down; None if it is too large.

    It is first rounded, half up, to nine digits after the point.
    """
    with localcontext() as context:
        context.prec = 60
        if not number.is_finite() or abs(number) >= _MOST * 10:
            return None
        number = number.quantize(_PLACES, ROUND_HALF_UP)
        factor = _factor(abs(number), time_format)
        return None if factor is None else int((number * factor).to_integral_value(ROUND_FLOOR))


def _factor(size: Decimal, time_format: str) -> Decimal | None:
    """The microseconds of the number's unit: that of the format, or for `auto` by the number's size."""
    unit = MICROS_PER_UNIT.get(time_format)
    if unit is not None:
        return Decimal(unit) if size < _LAST_SECOND * 10**6 // unit else None
    return next((by for limit, by in _BY_SIZE if size < limit), None)


def number_moments(values: pa.Array, time_format: str) -> Moments:
    """The times of a column of whole numbers, floats or decimals, by `auto`, `epoch_s` or `epoch_ms`."""
    there = values.is_valid().to_numpy(zero_copy_only=False)
    kind = values.type
    if pa.types.is_integer(kind) and kind != pa.uint64():
        whole = values.cast(pa.int64()).fill_null(0).to_numpy()
        micros, known = _of_whole(whole, time_format)
    elif pa.types.is_floating(kind):
        micros, known = _of_floats(values.cast(pa.float64()).fill_null(0).to_numpy(), time_format)
    else:
        micros, known = _exactly(values.to_pylist(), time_format)
    return Moments.all_of(micros, known & there, is_wall=False)


def _of_whole(number: Longs, time_format: str) -> tuple[Longs, Mask]:
    unit = MICROS_PER_UNIT.get(time_format)
    if unit is not None:
        limit = _LAST_SECOND * 10**6 // unit
        known = (number > -limit) & (number < limit)
        return np.where(known, number, 0) * unit, known
    size = np.abs(np.maximum(number, -(2**63) + 1))
    known = np.ones(len(number), np.bool_)
    factor = np.where(size < 10**11, 10**6, np.where(size < 10**14, 10**3, 1))
    return np.where(size < 10**17, number, 0) * factor + np.where(size < 10**17, 0, number // 1000), known


def _of_floats(number: npt.NDArray[np.float64], time_format: str) -> tuple[Longs, Mask]:
    """The times of floats, each taken as its shortest decimal representation."""
    in_range = np.abs(number) < _MOST  # and not NaN
    number = np.where(in_range, number, 0)
    size = np.abs(number)
    if time_format in MICROS_PER_UNIT:
        unit = np.full(len(number), float(MICROS_PER_UNIT[time_format]))
        usual = size < _LAST_SECOND * 10**6 // MICROS_PER_UNIT[time_format]
    else:
        unit, usual = np.where(size < 10**11, 1e6, np.where(size < 10**14, 1e3, 1)), size < 10**17
    near = np.rint(np.where(usual, number * unit, 0))
    usual &= (near / unit == number) & (np.abs(near) < 2**53)
    micros, known = np.where(usual, near, 0).astype(np.int64), in_range
    rest = np.flatnonzero(in_range & ~usual)
    micros[rest], known[rest] = _exactly([repr(each) for each in number[rest].tolist()], time_format)
    return micros, known


def _exactly(numbers: list[Any], time_format: str) -> tuple[Longs, Mask]:
    found = [None if number is None else epoch(Decimal(number), time_format) for number in numbers]
    return np.array([each or 0 for each in found], np.int64), np.array(
        [each is not None for each in found], np.bool_
    )


def is_number(kind: pa.DataType) -> bool:
    """Whether values of a type are numbers."""
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def timestamp_moments(values: pa.Array) -> Moments:
    """The times of a column of timestamps: instants where their type has a zone, else wall times."""
    there = values.is_valid().to_numpy(zero_copy_only=False)
    ticks = pc.fill_null(values.view(pa.int64()), 0).to_numpy()
    per_second = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[values.type.unit]
    if per_second > 10**6:
        micros, known = ticks // 1000, there
    else:
        factor = 10**6 // per_second
        most = (2**63 - 1) // factor
        known = there & (ticks <= most) & (ticks >= -most)
        micros = np.where(known, ticks, 0) * factor
    return Moments.all_of(micros, known, is_wall=values.type.tz is None)
