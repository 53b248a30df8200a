"""Reads times by a datetime pattern, such as `dd/MM/yyyy HH:mm:ss`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np

from footfall.local_time import LocalTime
from footfall.read.pings.times.letters import Element, Value, element
from footfall.read.pings.times.moments import Longs, Moment
from footfall.read.pings.times.steps import steps_of

_EPOCH, _MICRO = datetime(1970, 1, 1), timedelta(microseconds=1)  # noqa: DTZ001 (a wall time)
_TOKEN = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|(.)", re.DOTALL)
_RESERVED = "{}#'"
_HALVES = {"half hour", "half hour from 1"}
_WHOLE_HOURS = {"hour", "hour from 1"}
_HOURS = _HALVES | _WHOLE_HOURS
_CALLED = {"minute": "minutes, m", "second": "seconds, s", "micro": "fractions of a second, S or n"}
_RANGES = {
    "hour": (0, 24),
    "hour from 1": (1, 25),
    "half hour": (0, 12),
    "half hour from 1": (1, 13),
    "minute": (0, 60),
    "second": (0, 60),
}
"""Each second number is exclusive."""


@dataclass(frozen=True)
class Pattern:
    """A parsed pattern: its regular expression, the elements of its groups, and its steps for compiled code."""

    regex: re.Pattern[str]
    elements: tuple[Element, ...]
    steps: Longs

    @classmethod
    @lru_cache(maxsize=8)
    def of(cls, pattern: str) -> "Pattern":
        """Parse a pattern.

        Raises:
            ValueError: It has no date or no hour, leaves a unit of time out, or has a letter that is not read.
        """
        tokens = list(_tokens(pattern))
        elements = tuple(token for token in tokens if isinstance(token, Element))
        _check_that_nothing_is_lost([each.field for each in elements])
        return cls(re.compile(_regex(tokens), re.ASCII | re.IGNORECASE), elements, steps_of(tokens))

    def read(self, text: str) -> Moment | None:
        """The time of a text; None if it does not match, or is not a valid date and time."""
        found = self.regex.fullmatch(text)
        if found is None:
            return None
        values: dict[str, Value] = {}
        for each, part in zip(self.elements, found.groups(), strict=True):
            if part is not None:
                value = each.value(part)
                if value is None or values.setdefault(each.field, value) != value:
                    return None
        return _moment(values)


def _check_that_nothing_is_lost(fields: list[str]) -> None:
    """Raise ValueError unless a pattern has a date and an hour, and finer units only with coarser ones."""
    there = set(fields)
    if "year" not in there:
        raise ValueError("has no year")
    if not there & {"month", "day of year"}:
        raise ValueError("has no month, M")
    if not there & {"day", "day of year"}:
        raise ValueError("has no day, d")
    if not there & _HOURS:
        raise ValueError("has no hour, H, so that all pings of a day would be of midnight")
    if there & _HALVES and not there & {"half", *_WHOLE_HOURS}:
        raise ValueError("has hours of half a day, h or K, but not a, which says the half")
    if "minute" in there and fields.index("minute") < min(map(fields.index, there & _HOURS)):
        raise ValueError("has minutes, m, before the hour; the month is M")
    for unit, coarser in (("second", "minute"), ("micro", "second")):
        if unit in there and coarser not in there:
            raise ValueError(f"has {_CALLED[unit]}, but no {_CALLED[coarser]}")


def _tokens(pattern: str) -> Iterator[Element | str]:
    """The elements, brackets and literal texts of a pattern; literals begin with a quote."""
    depth = 0
    for found in _TOKEN.finditer(pattern):
        quoted, letter, other = found.groups()
        depth += (other == "[") - (other == "]")
        if depth < 0:
            raise ValueError("has ] without [")
        if letter:
            yield element(letter, len(found[0]))
        elif other and other in _RESERVED:
            raise ValueError(f"has {other}, which is reserved")
        elif other and other in "[]":
            yield other
        else:
            yield "'" + (other or quoted.replace("''", "'") or "'")
    yield from "]" * depth


def _regex(tokens: list[Element | str]) -> str:
    """The regular expression of a pattern; numbers match all digits but those of fixed-width numbers after them."""
    parts = []
    for token, following in zip(tokens, [*tokens[1:], ""], strict=True):
        if isinstance(token, Element):
            shares = isinstance(following, Element) and following.is_fixed
            parts.append(f"({token.regex}{'' if shares or not token.fewest else '+'})")
        else:
            parts.append({"[": "(?:", "]": ")?+"}.get(token, re.escape(token[1:])))
    return "".join(parts)


def _moment(values: dict[str, Value]) -> Moment | None:
    day, time = _day(values), _time(values)
    if day is None or time is None:
        return None
    micros = (day - _EPOCH) // _MICRO + time
    if "offset" in values or isinstance(values.get("zone"), int):
        ahead = int(values.get("offset", values.get("zone", 0)))
        return Moment(micros - ahead * 1_000_000, False)
    if "zone" in values:
        zone = LocalTime.of(str(values["zone"]))
        ahead = int(zone.ahead[np.searchsorted(zone.turns, micros, side="right")])
        return Moment(micros - ahead, False)
    return Moment(micros, True)


def _day(values: dict[str, Value]) -> datetime | None:
    """The day, from year, month and day or from year and day of the year; None if parts are missing or contradict."""
    said = {part: value for part, value in values.items() if isinstance(value, int)}
    is_numbered = "day of year" in said
    if "year" not in said or not (is_numbered or {"month", "day"} <= said.keys()):
        return None
    try:
        day = datetime(said["year"], said.get("month", 1), said.get("day", 1))  # noqa: DTZ001 (a wall time)
        if is_numbered and "month" not in said and "day" not in said:
            day += timedelta(days=said["day of year"] - 1)
    except (ValueError, OverflowError):
        return None
    found = {
        "day of year": day.timetuple().tm_yday,
        "weekday": day.weekday(),
    }
    return day if all(found[part] == said[part] for part in found.keys() & said) else None


def _time(values: dict[str, Value]) -> int | None:
    """The microseconds of a time of day; None if parts contradict each other."""
    said = {part: value for part, value in values.items() if isinstance(value, int)}
    if not said.keys() & _HOURS or any(
        said.get(part, low) not in range(low, high) for part, (low, high) in _RANGES.items()
    ):
        return None
    hours = {
        *([said["hour"]] if "hour" in said else []),
        *([said["hour from 1"] % 24] if "hour from 1" in said else []),
    }
    if _HALVES & said.keys():
        if not hours and "half" not in said:
            return None
        half = said.get("half", max(hours, default=0) // 12)
        hours |= {said[part] % 12 + 12 * half for part in _HALVES & said.keys()}
    if len(hours) > 1 or ("half" in said and any(hour // 12 != said["half"] for hour in hours)):
        return None
    hour = max(hours, default=12 * said.get("half", 0))
    return ((hour * 60 + said.get("minute", 0)) * 60 + said.get("second", 0)) * 1_000_000 + said.get(
        "micro", 0
    )
