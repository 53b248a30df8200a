"""Reads when the clocks of a zone change, from the database of time zones (TZif files, RFC 8536).

Python's own zoneinfo answers for one instant at a time and tells no changes, so its files are read here.
"""

import re
import struct
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt

from footfall.errors import SettingsError

Longs = npt.NDArray[np.int64]
Changes = list[tuple[int, int]]
"""Seconds since 1970 UTC, each with the seconds that clocks are ahead of UTC from then on."""

LAST_YEAR = 9999
_DAY = 86_400
_BEFORE_ALL = -(2**40)
_HEADER = struct.Struct(">4sc15x6l")
_NAME = r"(?:<[^>]+>|[A-Za-z]{3,})"
_CLOCK = r"[+-]?\d+(?::\d+)?(?::\d+)?"
_DATE = rf"(M\d+\.\d\.\d|J\d+|\d+)(?:/({_CLOCK}))?"
_FOOTER = re.compile(rf"{_NAME}({_CLOCK})(?:{_NAME}({_CLOCK})?,{_DATE},{_DATE})?")


def changes_of(time_zone: str) -> tuple[int, Changes]:
    """How many seconds clocks were ahead of UTC at first, and all their changes up to the year 9999, in order.

    Raises:
        SettingsError: There is no file for this zone, or it cannot be read.
    """
    if time_zone == "UTC":
        return 0, []
    try:
        first, listed, footer = _parse(_file(time_zone))
    except (OSError, ValueError, struct.error) as failure:
        raise SettingsError(
            f"The time zone {time_zone!r} is unknown on this machine: {failure}",
            where="time_zone",
            fix="Name another zone, or install the package tzdata again.",
        ) from failure
    last = listed[-1][0] if listed else _BEFORE_ALL
    later = [change for change in _yearly(footer, last) if change[0] > last]
    return first, list(_only_changes(first, [*listed, *later]))


def _file(time_zone: str) -> bytes:
    """The content of a zone's file: of the package tzdata, the same on all machines, or else of the system."""
    packed = resources.files("tzdata").joinpath("zoneinfo", *time_zone.split("/"))
    if packed.is_file():
        return packed.read_bytes()
    for folder in zoneinfo.TZPATH:
        if (path := Path(folder, time_zone)).is_file():
            return path.read_bytes()
    raise ValueError("there is no file for it")


def _parse(data: bytes) -> tuple[int, Changes, str]:
    """The first offset, the changes that are listed, and the rule for those after them."""
    begin, width = 0, 4
    magic, version, *counts = _HEADER.unpack_from(data)
    if magic != b"TZif":
        raise ValueError("its file is not one of time zones")
    if version >= b"2":  # the same follows again, in eight bytes instead of four
        begin, width = _HEADER.size + _length(counts, 4), 8
        _, _, *counts = _HEADER.unpack_from(data, begin)
    _, _, _, times, types, _ = counts
    at = begin + _HEADER.size
    seconds = np.frombuffer(data, f">i{width}", times, at).tolist()
    kinds = data[at + times * width : at + times * (width + 1)]
    offsets = [struct.unpack_from(">l", data, at + times * (width + 1) + 6 * i)[0] for i in range(types)]
    footer = data[at + _length(counts, width) :].decode("ascii").strip("\n") if width > 4 else ""
    return offsets[0], [(second, offsets[kind]) for second, kind in zip(seconds, kinds, strict=True)], footer


def _length(counts: list[int], width: int) -> int:
    utc, standard, leap, times, types, characters = counts
    return times * (width + 1) + types * 6 + characters + leap * (width + 4) + standard + utc


def _only_changes(ahead: int, listed: Changes) -> Iterator[tuple[int, int]]:
    """The changes that change the offset, not only its name."""
    for second, offset in listed:
        if offset != ahead:
            yield second, offset
        ahead = offset


def _yearly(footer: str, last: int) -> Changes:
    """The changes by a rule such as `CET-1CEST,M3.5.0,M10.5.0/3`, from the year of `last` to LAST_YEAR."""
    found = _FOOTER.fullmatch(footer)
    if footer and found is None:
        raise ValueError(f"its rule {footer} cannot be read")
    if found is None or found[3] is None:
        return []
    standard, summer, *dates = found.groups()
    winter = -_seconds(standard)
    ahead = winter + 3600 if summer is None else -_seconds(summer)
    first_year = 1970 + int(np.datetime64(last, "s").astype("M8[Y]").astype(int))
    years = np.arange(max(1, first_year), LAST_YEAR + 1)
    forward = _YearlyDate.of(*dates[:2]).seconds(years) - winter
    back = _YearlyDate.of(*dates[2:]).seconds(years) - ahead
    return sorted([*((at, ahead) for at in forward.tolist()), *((at, winter) for at in back.tolist())])


@dataclass(frozen=True)
class _YearlyDate:
    """A day and a second of it, by the clocks before the change: `M3.5.0` is the last Sunday of March."""

    kind: str
    numbers: tuple[int, ...]
    clock: int

    @classmethod
    def of(cls, day: str, clock: str | None) -> "_YearlyDate":
        kind = day[0] if day[0] in "MJ" else ""
        numbers = tuple(map(int, day.removeprefix(kind).split(".")))
        return cls(kind, numbers, 2 * 3600 if clock is None else _seconds(clock))

    def seconds(self, years: Longs) -> Longs:
        """The local time in seconds since 1970 in each of the years."""
        if self.kind == "M":
            month, week, weekday = self.numbers
            days = _first_days(years, month)
            days = days + (weekday - (days + 4)) % 7 + 7 * (week - 1)  # 1970 began on a Thursday
            days = np.where(days >= _first_days(years, month + 1), days - 7, days)
        elif self.kind == "J":  # 29 February has no number
            leap = _first_days(years, 3) - _first_days(years, 2) == 29
            days = _first_days(years, 1) + self.numbers[0] - 1 + (leap & (self.numbers[0] >= 60))
        else:
            days = _first_days(years, 1) + self.numbers[0]
        found: Longs = days * _DAY + self.clock
        return found


def _first_days(years: Longs, month: int) -> Longs:
    """The first day of a month of each year, in days since 1970; month 13 is the next January."""
    months = ((years - 1970) * 12 + month - 1).astype("M8[M]")
    found: Longs = months.astype("M8[D]").astype(np.int64)
    return found


def _seconds(clock: str) -> int:
    """`-1:30` in seconds, which is a negative number."""
    sign = -1 if clock.startswith("-") else 1
    parts = [int(part) for part in clock.lstrip("+-").split(":")]
    return sign * sum(part * unit for part, unit in zip(parts, (3600, 60, 1), strict=False))
