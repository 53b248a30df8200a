"""Reads the small languages inside settings: durations, days, time zones, delimiters, amounts of memory."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from functools import cache
from math import isfinite
from typing import Literal
from zoneinfo import available_timezones

DURATION_PATTERN = r"^(?:[0-9]+(?:\.[0-9]+)?\s*(?:d|h|min|m|s)\s*)+$"
ISO_DURATION_PATTERN = (
    r"^P(?=.)(?:[0-9]+D)?"
    r"(?:T(?=.)(?:[0-9]+(?:\.[0-9]+)?H)?(?:[0-9]+(?:\.[0-9]+)?M)?(?:[0-9]+(?:\.[0-9]+)?S)?)?$"
)
DAY_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
MEMORY_PATTERN = r"^[1-9][0-9]*[kmgtKMGT]$"

DURATION_SCHEMA = {
    "anyOf": [
        {"type": "string", "pattern": DURATION_PATTERN},
        {"type": "string", "pattern": ISO_DURATION_PATTERN},
        {"type": "number", "exclusiveMinimum": 0},
    ]
}
DAY_SCHEMA = {"type": "string", "pattern": DAY_PATTERN, "format": "date"}
ONE_DAY_SCHEMA = {**DAY_SCHEMA, "description": "The one day to count; it stands instead of `days`."}
DAYS_SCHEMA = {
    "anyOf": [
        {"const": "all"},
        DAY_SCHEMA,
        {
            "type": "object",
            "properties": {"from": DAY_SCHEMA, "to": DAY_SCHEMA},
            "required": ["from", "to"],
            "additionalProperties": False,
        },
    ]
}

_SECONDS = {"d": 86400, "h": 3600, "min": 60, "m": 60, "s": 1}
_NOT_PLACES = frozenset({"Factory", "localtime", "posixrules"})


def parse_duration(value: object) -> timedelta:
    """Read "30min", "1h", "90s", "1h30min", "PT30M" or a number of seconds as a positive length of time.

    Raises:
        ValueError: The value is none of these, or not positive, or too long.
    """
    if isinstance(value, timedelta):
        length = value
    elif isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
        length = _from_seconds(float(value))
    elif isinstance(value, str) and re.match(DURATION_PATTERN, value.strip(), re.ASCII):
        length = _from_seconds(_sum_of_units(value))
    elif isinstance(value, str) and re.match(ISO_DURATION_PATTERN, value.strip(), re.ASCII):
        length = _from_seconds(_sum_of_units(value.replace("P", "").replace("T", "").lower()))
    else:
        raise ValueError("it is not a duration")
    if length <= timedelta(0):
        raise ValueError("it must be longer than zero")
    return length


def _sum_of_units(text: str) -> float:
    amounts = re.findall(r"([0-9.]+)\s*(d|h|min|m|s)", text)
    return sum(float(number) * _SECONDS[unit] for number, unit in amounts)


def _from_seconds(seconds: float) -> timedelta:
    try:
        return timedelta(seconds=seconds)
    except OverflowError:
        raise ValueError("it is longer than any calendar") from None


def duration_text(length: timedelta) -> str:
    """Write a length of time as `parse_duration` reads it, such as "1h30min"."""
    minutes, seconds = divmod(length, timedelta(minutes=1))
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours}h" if hours else "", f"{minutes}min" if minutes else ""]
    if seconds:
        parts.append(f"{seconds / timedelta(seconds=1):.6f}".rstrip("0").rstrip(".") + "s")
    return "".join(parts)


def bytes_of(memory: str) -> int:
    """The bytes of an amount of memory that matches MEMORY_PATTERN, such as 512m or 2g."""
    return int(memory[:-1]) << {"k": 10, "m": 20, "g": 30, "t": 40}[memory[-1].lower()]


def parse_day(value: object) -> date:
    """Read a calendar day written as 2023-03-01.

    Raises:
        ValueError: The value is not such a day, or the calendar has no such day.
    """
    if type(value) is date:
        return value
    if not isinstance(value, str) or not re.match(DAY_PATTERN, value):
        raise ValueError(f"{value!r} is not a day written as YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"the calendar has no day {value}") from None


@dataclass(frozen=True)
class DayRange:
    """The calendar days from `first` to `last`, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"the last day, {self.last}, is before the first, {self.first}")

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1))


def parse_days(value: object) -> Literal["all"] | DayRange:
    """Read "all", one day, or `{from: day, to: day}`.

    Raises:
        ValueError: The value is none of these, or the last day is before the first.
    """
    if value == "all":
        return "all"
    if isinstance(value, DayRange):
        return value
    if not isinstance(value, Mapping):
        return DayRange(parse_day(value), parse_day(value))
    if set(value) != {"from", "to"}:
        raise ValueError("a range of days has exactly the keys `from` and `to`")
    return DayRange(parse_day(value["from"]), parse_day(value["to"]))


def days_text(days: Literal["all"] | DayRange) -> str | dict[str, str]:
    """Write days as `parse_days` reads them."""
    if days == "all":
        return days
    if days.first == days.last:
        return days.first.isoformat()
    return {"from": days.first.isoformat(), "to": days.last.isoformat()}


def days_name(days: Literal["all"] | DayRange) -> str:
    """Name days in a word: `all`, 2023-03-01, or 2023-03-01..2023-03-03."""
    if days == "all":
        return days
    return str(days.first) if days.first == days.last else f"{days.first}..{days.last}"


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones() - _NOT_PLACES) | {"UTC"}


def check_time_zone(name: str) -> str:
    """Pass on an IANA time zone name.

    Raises:
        ValueError: No such time zone is known; the message names the nearest one.
    """
    if name in _zone_names():
        return name
    by_lower = {zone.lower(): zone for zone in _zone_names()}
    near = get_close_matches(name.lower().replace(" ", "_"), by_lower, n=1)
    hint = f"; the nearest is {by_lower[near[0]]}" if near else ""
    raise ValueError(f"there is no time zone of this name{hint}")


def check_delimiter(text: str) -> str:
    r"""Pass on the one character that separates fields; the two characters `\t` mean a tab.

    Raises:
        ValueError: It is not one character, or one that CSV needs for itself.
    """
    delimiter = text.replace("\\t", "\t")
    if len(delimiter) != 1 or delimiter in '"\r\n\0':
        raise ValueError("it must be one character, and not a quote or a line break")
    return delimiter


def check_encoding(text: str) -> str:
    """Pass on the name of an encoding of text, such as `latin-1`.

    Raises:
        ValueError: Python knows no encoding of that name.
    """
    try:
        "a".encode(text)
    except (LookupError, ValueError):
        raise ValueError("it is no encoding of text, such as utf-8, latin-1, cp1252 or shift_jis") from None
    return text


_CREDENTIALS = (
    (re.compile(r"(?<=://)[^/\s@]+@"), "***@"),
    (
        re.compile(
            r"(?i)((?:password|passwd|pwd|secret|token|signature|credential|key)[\w-]*\s*[=:]\s*)[^&;,\s'\"]+"
        ),
        r"\1***",
    ),
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{12,}"), "***"),
)


def hide_credentials(text: str) -> str:
    """Blank out passwords, tokens and keys that a path or an address may carry."""
    for pattern, replacement in _CREDENTIALS:
        text = pattern.sub(replacement, text)
    return text
