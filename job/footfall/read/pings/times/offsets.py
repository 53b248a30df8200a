"""Reads offsets from UTC and names of time zones."""

import re
from functools import cache
from zoneinfo import available_timezones

_OFFSET = re.compile(
    r"(?:UTC|GMT|UT)?(?:([+-])(\d{1,2})(?::?(\d\d)(?::?(\d\d))?)?)?", re.ASCII | re.IGNORECASE
)
_FARTHEST = 18 * 3600
_ABBREVIATIONS = {
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "AKST": -9,
    "AKDT": -8,
    "HST": -10,
    "WET": 0,
    "WEST": 1,
    "CET": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "MSK": 3,
    "JST": 9,
}
"""Hours ahead of UTC; abbreviations that mean several zones, such as IST and BST, are not among them."""


def offset_seconds(text: str) -> int | None:
    """The seconds that an offset (`Z`, `+05:30`, `UTC`, `GMT-3`) is ahead of UTC; None if it is not an offset."""
    if text in ("Z", "z"):
        return 0
    found = _OFFSET.fullmatch(text)
    if found is None:
        return None
    sign, *parts = found.groups()
    hours, minutes, seconds = (int(part or 0) for part in parts)
    ahead = 3600 * hours + 60 * minutes + seconds
    return None if ahead > _FARTHEST or minutes > 59 or seconds > 59 else -ahead if sign == "-" else ahead


def zone_name(text: str, *, abbreviated: bool) -> str | int | None:
    """A time zone's name in its usual case, or its seconds ahead of UTC if these never change; None if unknown."""
    if text and (offset := offset_seconds(text)) is not None:
        return offset
    if abbreviated and text.upper() in _ABBREVIATIONS:
        return _ABBREVIATIONS[text.upper()] * 3600
    return _names().get(text.lower())


@cache
def _names() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}
