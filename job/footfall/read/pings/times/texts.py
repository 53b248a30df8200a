"""Reads text as times: the most frequent ways of writing them by compiled code, all others by Python."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from footfall.read.pings.times import kernel
from footfall.read.pings.times.dates import UNKNOWN
from footfall.read.pings.times.epochs import MICROS_PER_UNIT, epoch
from footfall.read.pings.times.moments import Longs, Moment, Moments
from footfall.read.pings.times.offsets import offset_seconds
from footfall.read.pings.times.patterns import Pattern
from footfall.read.pings.times.steps import NO_STEPS

Read = Callable[[str], Moment | None]

_EPOCH, _MICRO = datetime(1970, 1, 1), timedelta(microseconds=1)  # noqa: DTZ001 (a wall time)
_DATE = r"(?:\d{4}-\d{1,2}-\d{1,2}|\d{4}/\d{1,2}/\d{1,2}|\d{8})"
_OFFSET = r" ?(Z|UTC|[+-]\d{2}(?::?\d{2})?)"
_MOMENT = rf"({_DATE})[T ](\d{{1,2}}):(\d{{2}})(?::(\d{{2}})(?:\.(\d{{1,9}}))?)?(?:{_OFFSET})?"
_COUNT = r"[+-]?(?:\d{1,19}(?:\.\d*)?|\d(?:\.\d*)?[eE]\+?1?\d)"
_ISO, _NUMBER = (re.compile(each, re.ASCII) for each in (rf"(?!0000){_MOMENT}", _COUNT))

_MAY_BE_READ = rf"^(?:{_MOMENT}|{_COUNT})$"
"""Matches all texts that `_moment` reads, and few others: Arrow looks for it in many texts at once."""


def text_moments(values: pa.Array, time_format: str) -> Moments:
    """The times of a column of text; spaces around texts are ignored."""
    texts = _trimmed(values.cast(pa.large_string()))
    rows = len(texts)
    found = Moments(np.full(rows, UNKNOWN), np.ones(rows, np.bool_), np.zeros(rows, np.bool_))
    style, steps = kernel.STYLES.get(time_format, kernel.PATTERN), steps_of_format(time_format)
    _, offsets, data = texts.buffers()
    if data is not None and (style != kernel.PATTERN or len(steps)):
        bounds = np.frombuffer(offsets, np.int64)[texts.offset :][: rows + 1]
        kernel.moments(np.frombuffer(data, np.uint8), bounds, style, steps, found.micros, found.is_wall)
    found.known[:] = (found.micros != UNKNOWN) & texts.is_valid().to_numpy(zero_copy_only=False)
    rest = np.flatnonzero(~found.known)
    if len(rest):
        others = texts.take(pa.array(rest))
        if time_format in kernel.STYLES:
            others = pc.if_else(pc.match_substring_regex(others, _MAY_BE_READ), others, None)
        unread = _each_once(others, reader(time_format))
        for column, values in zip(found, unread, strict=True):
            column[rest] = values
    return found


def _trimmed(texts: pa.Array) -> pa.Array:
    spaced = pc.or_(pc.starts_with(texts, " "), pc.ends_with(texts, " "))
    return pc.ascii_trim(texts, " ") if pc.any(spaced).as_py() else texts


def _each_once(texts: pa.Array, read: Read) -> Moments:
    distinct = texts.dictionary_encode()
    moments = Moments.of([*(read(text) for text in distinct.dictionary.to_pylist()), None])
    codes = distinct.indices.fill_null(len(distinct.dictionary)).to_numpy()
    return Moments(*(column[codes] for column in moments))


def reader(time_format: str) -> Read:
    """A function that reads one text, without spaces around it, and gives its Moment, or None if it is not a time.

    Raises:
        ValueError: The format is an invalid pattern.
    """
    if time_format in kernel.STYLES:
        return partial(_moment, time_format=time_format)
    return Pattern.of(time_format).read


def steps_of_format(time_format: str) -> Longs:
    """The steps of a format that compiled code can read by them; else NO_STEPS."""
    return NO_STEPS if time_format in kernel.STYLES else Pattern.of(time_format).steps


def _moment(text: str, time_format: str) -> Moment | None:
    iso = _ISO.fullmatch(text) if time_format not in MICROS_PER_UNIT else None
    if iso is not None:
        return _of_iso(iso)
    if time_format == "iso" or not _NUMBER.fullmatch(text):
        return None
    micros = epoch(Decimal(text), time_format)
    return None if micros is None else Moment(micros, False)


def _of_iso(found: re.Match[str]) -> Moment | None:
    date, hour, minute, second, fraction, offset = found.groups()
    year, month, day = map(int, (date[:4], date[4:6], date[6:]) if date.isdigit() else re.split("[-/]", date))
    micros = int(f"{fraction or '0':0<9}"[:6])
    try:
        clock = datetime(year, month, day, int(hour), int(minute), int(second or 0), micros)  # noqa: DTZ001 (a wall time)
    except ValueError:
        return None
    ahead = 0 if offset is None else offset_seconds(offset)
    if ahead is None:
        return None
    return Moment((clock - _EPOCH) // _MICRO - ahead * 1_000_000, offset is None)
