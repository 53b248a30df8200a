"""The formats of times that are tried on rows that could not be read."""

import re
from datetime import datetime, timedelta

_CLOCKS = ("HH:mm:ss", "HH:mm", "H:mm[:ss]", "HH:mm:ss.SSS", "h:mm:ss a", "h:mm a", "h:mm:ssa")
_DAY_FIRST = ("dd/MM/yyyy", "d/M/yyyy", "dd-MM-yyyy", "dd.MM.yyyy", "d.M.yyyy", "dd/MM/yy", "dd.MM.yy")
_MONTH_FIRST = ("MM/dd/yyyy", "M/d/yyyy", "MM-dd-yyyy", "MM.dd.yyyy", "M.d.yyyy", "MM/dd/yy", "MM.dd.yy")
_NAMED = ("dd-MMM-yyyy", "d-MMM-yy", "d MMM yyyy", "MMM d, yyyy", "MMM d yyyy", "d MMMM yyyy", "MMMM d, yyyy")
_OTHERS = (
    "yyyyMMddHHmmss",
    "yyyyMMddHHmm",
    "yyyyMMddHHmmssSSS",
    "yyyyMMdd'T'HHmmss[X]",
    "yyyyMMdd HHmmss",
    "yyyy-MM-dd'T'HH:mm:ss,SSS[X]",
    "yyyy-MM-dd HH:mm:ss,SSS",
    "yyyy-MM-dd-HH.mm.ss",
    "yyyy.MM.dd HH:mm:ss",
    "yyyy-M-d H:m:s",
    "yyyy-MM-dd HH:mm:ss z",
    "yyyy-MM-dd h:mm:ss a",
    "EEE MMM d HH:mm:ss z yyyy",
    "EEE, d MMM yyyy HH:mm:ss z",
    "dd/MMM/yyyy:HH:mm:ss Z",
    "ddMMyyyyHHmmss",
)

TIME_FORMATS = (
    "auto",
    "epoch_s",
    "epoch_ms",
    *_OTHERS,
    *(f"{day} {clock}" for clock in _CLOCKS for day in (*_DAY_FIRST, *_MONTH_FIRST, *_NAMED)),
)
"""Values of `pings.time_format`, special ones before more general ones."""

_FIRST_OF_SPREADSHEETS = datetime(1899, 12, 30)  # noqa: DTZ001 (a wall time)
_DAY_NUMBER = re.compile(r"[2-7]\d{4}(\.\d+)?")
_DAY_DIGITS = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")


def other_order(time_format: str) -> str | None:
    """The same format with day and month exchanged; None unless both are digits."""
    for one, other in zip(_DAY_FIRST, _MONTH_FIRST, strict=True):
        for day, exchanged in ((one, other), (other, one)):
            if time_format.startswith(f"{day} "):
                return exchanged + time_format.removeprefix(day)
    return None


def meaning_of(text: str) -> str | None:
    """What a number that no setting reads as a time may mean, as the end of a sentence; None if unknown."""
    if _DAY_NUMBER.fullmatch(text):
        moment = _FIRST_OF_SPREADSHEETS + timedelta(days=float(text))
        return f"would be {moment:%Y-%m-%d %H:%M} as a spreadsheet counts days: write times as ISO 8601"
    if _DAY_DIGITS.fullmatch(text):
        return (
            "looks like a day without a time of day: map a column with both, or pings.columns.date and .time"
        )
    return None
