"""Reads single lines of CSV, those written in rarer ways, as `csv_rows`, `instants` and `typed_rows` do in Spark."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from math import isfinite, nan
from typing import NamedTuple

from footfall.read.pings.instants import DATE, LAST_SECOND, MINUTES, MOST, NUMBER, OFFSET, SECONDS, WHOLE

NOT_DECIMAL = re.compile(r"[^0-9.eE+ -]")
"""Java also takes 1d, 0x1p3 and NaN for numbers."""
_EPOCH, _MICRO = datetime(1970, 1, 1), timedelta(microseconds=1)  # noqa: DTZ001 (a wall time)
_FACTORS = {"epoch_s": 10**6, "epoch_ms": 10**3}
_DIGITS = 29, 9
"""Spark reckons with so many digits, of which so many stand after the point."""


def _java(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace(r"\z", r"\Z"), re.ASCII)


_WITH_OFFSET = _java(rf"{MINUTES}(?:{SECONDS})?{OFFSET}")
_WALL = _java(rf"{MINUTES}(?:{SECONDS})?\z")
_PARTS = _java(
    rf"^({DATE})[T ](\d{{1,2}}):(\d{{2}})(?::(\d{{2}})(?:\.(\d{{1,9}}))?)? ?(?:Z|UTC|([+-])(\d{{2}}):?(\d{{2}})?)?\z"
)
_WHOLE, _NUMBER = _java(WHOLE), _java(NUMBER)


class Moment(NamedTuple):
    """Microseconds since 1970, and whether they are a wall time."""

    micros: int
    is_wall: bool


class Values(NamedTuple):
    """A ping as `RowGroups.read` gives it, None for what is missing; an accuracy that is no number is NaN."""

    device: str | None
    lat: float | None
    lon: float | None
    accuracy: float | None
    at: Moment | None


@dataclass(frozen=True)
class LineReader:
    """How lines are taken apart: the delimiter, the number of fields, that of each part's field, and how times are
    written."""

    delimiter: str
    fields: int
    columns: Mapping[str, int]
    time_format: str

    def read(self, line: str) -> Values:
        """The values of a line; all None where it cannot be taken apart."""
        fields = _split(line, self.delimiter)
        if fields is None or len(fields) != self.fields:
            return Values(None, None, None, None, None)
        part = {name: _unquoted(fields[number]) for name, number in self.columns.items()}
        accuracy = None if _is_blank(given := part.get("accuracy", "")) else _number(given)
        return Values(
            None if _is_blank(part["device"]) else part["device"],
            _number(part["lat"]),
            _number(part["lon"]),
            nan if accuracy is None and not _is_blank(given) else accuracy,
            self._moment(part),
        )

    def _moment(self, part: dict[str, str]) -> Moment | None:
        if "at" in part:
            return moment(part["at"].strip(" "), self.time_format)
        date, time = part["date"].strip(" "), part["time"].strip(" ")
        return moment(f"{date} {time}", "iso") if date and time else None


def moment(text: str, time_format: str) -> Moment | None:
    """The time that a text without spaces around it tells, by `auto`, `iso`, `epoch_s` or `epoch_ms`."""
    if time_format in _FACTORS:
        return _epoch(text, _FACTORS[time_format])
    if _WITH_OFFSET.match(text) or _WALL.match(text):
        return _iso(text)
    return _epoch(text, None) if time_format == "auto" else None


def _iso(text: str) -> Moment | None:
    found = _PARTS.match(text)
    if found is None:
        return None
    date, hour, minute, second, fraction, sign, ahead, minutes_ahead = found.groups()
    year, month, day = map(int, (date[:4], date[4:6], date[6:]) if date.isdigit() else re.split("[-/]", date))
    micros = int(f"{fraction or '0':0<9}"[:6])
    try:
        clock = datetime(year, month, day, int(hour), int(minute), int(second or 0), micros)  # noqa: DTZ001 (a wall time)
    except ValueError:
        return None
    offset = 60 * int(ahead or 0) + int(minutes_ahead or 0)
    if offset > 18 * 60 or int(minutes_ahead or 0) > 59:
        return None
    shift = timedelta(minutes=-offset if sign == "-" else offset)
    is_wall = _WALL.match(text) is not None
    return Moment((clock - _EPOCH - shift) // _MICRO, is_wall)


def _epoch(text: str, factor: int | None) -> Moment | None:
    if not (_WHOLE.match(text) or _NUMBER.match(text)):
        return None
    with localcontext() as context:
        context.prec = 60
        whole, after = _DIGITS[0] - _DIGITS[1], Decimal(1).scaleb(-_DIGITS[1])
        number = Decimal(text).quantize(after, ROUND_HALF_UP)
        if abs(number) >= 10**whole:
            return None
        by = _factor(abs(number), factor)
        if by is None:
            return None
        return Moment(int((number * by).to_integral_value(ROUND_FLOOR)), False)


def _factor(size: Decimal, factor: int | None) -> Decimal | None:
    """Microseconds of a unit, by the size of the number where it is not said."""
    if factor is not None:
        return Decimal(factor) if size < LAST_SECOND * 10**6 // factor else None
    limits: list[tuple[Decimal | int, Decimal]] = [
        (10**11, Decimal(10**6)),
        (10**14, Decimal(10**3)),
        (10**17, Decimal(1)),
        (MOST, Decimal("0.001")),
    ]
    return next((by for limit, by in limits if size < limit), None)


def _split(line: str, delimiter: str) -> list[str] | None:
    """The fields of a line, quotes and all; None where quotes do not enclose whole fields."""
    if '"' not in line:
        return line.split(delimiter)
    literal = re.escape(delimiter)
    field = rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"{literal}]*+)'
    if re.match(rf"{field}(?:{literal}{field})*+\Z", line) is None:
        return None
    return re.findall(f"{literal}({field})", delimiter + line)


def _unquoted(field: str) -> str:
    return field[1:-1].replace('""', '"') if field.startswith('"') else field


def _is_blank(text: str) -> bool:
    return not text.strip(" ")


def _number(text: str) -> float | None:
    """A finite number; None for anything else."""
    if NOT_DECIMAL.search(text):
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) else None
