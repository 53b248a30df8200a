"""Numbers, days and durations as people read them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from footfall.plurals import counted as counted

DASH = "\u2013"
MINUS = "\u2212"
ELLIPSIS = "\u2026"


def number(value: float) -> str:
    """Write a whole number with thousands separators: 8123 is "8,123"."""
    return f"{value:,.0f}".replace("-", MINUS)


def fact(value: int | float | str) -> str:
    """Write a fact of any kind: whole numbers with separators, others with six digits, text as it is."""
    if isinstance(value, str):
        return value
    return number(value) if value == int(value) else f"{value:,.6g}"


def rounded(value: int) -> str:
    """Write a number for an axis: 1500000 is "1.5 M", 150000000000 is "150 bn"."""
    for power, unit in ((1_000_000_000, "bn"), (1_000_000, "M"), (1_000, "k")):
        if value >= 100 * 1_000 and value >= power:
            return (
                f"{value / power:,.3g} {unit}" if value < 1000 * power else f"{number(value / power)} {unit}"
            )
    return number(value)


def share(part: float, whole: float) -> str:
    """Write a part as percent of the whole; never "0%" for something, never "100%" for less than all."""
    if whole == 0:
        return DASH
    percent = 100 * part / whole
    if 0 < percent < 0.1:
        return "<0.1%"
    if 99.9 < percent < 100:
        return ">99.9%"
    return f"{percent:.0f}%" if percent in (0, 100) else f"{percent:.1f}%"


def change(value: float) -> str:
    """Write a relative change with its sign: 0.12 is "+12.0%"; at most three digits after ten-fold growth."""
    percent = round(100 * value, 1)
    if percent == 0:
        return "no change" if value == 0 else "under 0.1%"
    digits = 0 if abs(percent) >= 1000 else 1
    return f"{percent:+,.{digits}f}%".replace("-", MINUS)


def duration(seconds: float) -> str:
    """Write a duration in the two largest units: "0.4 s", "45 s", "12 min", "1 h 05 min"."""
    if seconds < 10:
        return f"{seconds:.1f} s" if seconds % 1 else f"{seconds:.0f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 10:
        return f"{minutes} min {rest:02d} s" if rest else f"{minutes} min"
    hours, minutes = divmod(round(seconds / 60), 60)
    if not hours:
        return f"{minutes} min"
    return f"{number(hours)} h {minutes:02d} min" if minutes else f"{number(hours)} h"


def size(count: int) -> str:
    """Write a number of bytes: "812 bytes", "1.3 MB"."""
    if count < 1000:
        return counted(count, "byte")
    amount = float(count)
    for unit in ("kB", "MB", "GB"):
        amount /= 1000
        if amount < 999.95:
            return f"{amount:.1f} {unit}"
    return f"{amount / 1000:,.1f} TB"


def position(lat: float, lon: float) -> str:
    """Write a position in degrees, latitude first: "14.6103, \u221290.5121"."""
    return f"{lat:.4f}, {(lon + 180) % 360 - 180:.4f}".replace("-", MINUS)


def day(text: str) -> str:
    """Write a day: "2023-03-01" is "1 March 2023"."""
    when = date.fromisoformat(text)
    return f"{when.day} {when:%B} {when.year}"


def weekday(text: str) -> str:
    """Name the day of the week: "2023-03-01" is "Wednesday"."""
    return f"{date.fromisoformat(text):%A}"


def instant(text: str, clock: str = "%H:%M") -> str:
    """Write an ISO instant: "2023-03-02T10:15:00Z" is "2 March 2023, 10:15 UTC"."""
    when = datetime.fromisoformat(text).astimezone(UTC)
    return f"{when.day} {when:%B} {when.year}, {when:{clock}} UTC"


def period(days: Sequence[str]) -> str:
    """Write a run's days: one day, an unbroken range, or how many lie between the first and the last."""
    if not days:
        return "No day"
    first, last = min(days), max(days)
    if first == last:
        return day(first)
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    if (end - start) != timedelta(days=len(set(days)) - 1):
        return f"{counted(len(set(days)), 'day')} between {day(first)} and {day(last)}"
    if start.year != end.year:
        return f"{day(first)} {DASH} {day(last)}"
    if start.month != end.month:
        return f"{start.day} {start:%B} {DASH} {day(last)}"
    return f"{start.day}{DASH}{day(last)}"


def headline(report: dict[str, Any]) -> str:
    """Say the result of a run in one sentence, from its report."""
    sums = report["headline"]
    places = counted(sums["places"], "place")
    when = period(report["days"])
    if not sums["visits"] and not sums["pings"]:
        hidden = sums["suppressed_rows"]
        return (
            f"{when}: too few devices in {places} to show a number"
            if hidden
            else f"{when}: no ping in any of {places}"
        )
    visits = counted(sums["visits"], "visit") if sums["visits"] else "no visits"
    pings = counted(sums["pings"], "ping")
    hidden = sums["suppressed_rows"]
    left_out = f"; {counted(hidden, 'place-day')} suppressed and left out" if hidden else ""
    return f"{when}: {visits} and {pings} in {number(sums['places_visited'])} of {places}{left_out}"


def shortened(text: str, limit: int = 600, note: str = " ({} characters)") -> str:
    """Cut a text that is too long to show, and say how long it was unless `note` is empty."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}{ELLIPSIS}{note.format(number(len(text)))}"
