"""The letters of datetime patterns: the text that each matches, and its value.

They are those of Java's DateTimeFormatter, as Spark uses it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from footfall.read.pings.times.offsets import offset_seconds, zone_name

_MONTHS = ["january", "february", "march", "april", "may", "june"]
_MONTHS += ["july", "august", "september", "october", "november", "december"]
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

_MOST_DIGITS = 19
_NUMBERS = {
    "M": "month",
    "L": "month",
    "d": "day",
    "H": "hour",
    "k": "hour from 1",
    "h": "half hour from 1",
    "K": "half hour",
    "m": "minute",
    "s": "second",
}
_COLONS = r"[+-]\d\d:\d\d"
_PLAIN = r"[+-]\d\d\d\d"
_GMT = rf"GMT(?:{_COLONS}(?::\d\d)?)?"
_OFFSETS = {
    "x": (r"[+-]\d\d(?:\d\d)?", _PLAIN, _COLONS, rf"{_PLAIN}(?:\d\d)?", rf"{_COLONS}(?::\d\d)?"),
    "Z": (_PLAIN, _PLAIN, _PLAIN, _GMT, rf"Z|{_COLONS}(?::\d\d)?"),
    "O": (r"GMT(?:[+-]\d{1,2}(?::\d\d(?::\d\d)?)?)?", "", "", _GMT),
}
_OFFSETS["X"] = tuple(f"Z|{offset}" for offset in _OFFSETS["x"])
_ZONE = r"[A-Za-z][A-Za-z0-9/_]*(?:[+-]\d[\d:]*)?(?:-[A-Za-z][A-Za-z_]*)*|[+-]\d\d(?::?\d\d)?"

Value = int | str


@dataclass(frozen=True)
class Element:
    """A run of one letter.

    Args:
        field: The part of a time that it is, such as `year`.
        regex: The text that it matches.
        value: Gives the value of that text; None if the text has none.
        fewest: The fewest digits of a number; 0 for anything else.
        most: The most digits.
    """

    field: str
    regex: str
    value: Callable[[str], Value | None]
    fewest: int = 0
    most: int = 0

    @property
    def is_fixed(self) -> bool:
        """Whether it is a number with a fixed count of digits."""
        return 0 < self.fewest == self.most


def element(letter: str, count: int) -> Element:
    """The element that a letter, repeated `count` times, stands for.

    Raises:
        ValueError: It stands for nothing.
    """
    found = _number(letter, count) or _text(letter, count) or _of_zone(letter, count)
    if found is None:
        raise ValueError(f"has `{letter * count}`, which stands for nothing that is read")
    return found


def _number(letter: str, count: int) -> Element | None:
    if letter in "yu" and count <= 6:
        if count == 2:
            return _digits("year", 2, 2, lambda text: 2000 + int(text))
        return _digits("year", count, count if count > 3 else _MOST_DIGITS)
    if letter in _NUMBERS and count <= 2:
        return _digits(_NUMBERS[letter], count, count if count == 2 else _MOST_DIGITS)
    if letter == "D" and count <= 3:
        return _digits("day of year", count, _MOST_DIGITS if count == 1 else 3)
    if letter == "S" and count <= 9:
        return _digits("micro", 1, count, lambda text: int(f"{text:0<6}"[:6]))
    if letter == "n":
        return _digits(
            "micro", count, _MOST_DIGITS, lambda text: int(text) // 1000 if int(text) < 10**9 else None
        )
    return None


def _digits(field: str, fewest: int, most: int, value: Callable[[str], Value | None] = int) -> Element:
    return Element(field, rf"\d{{{fewest},{most}}}", value, fewest, most)


def _text(letter: str, count: int) -> Element | None:
    if letter == "a" and count == 1:
        return _one_of("half", ["am", "pm"])
    if letter in "ML" and count in (3, 4):
        months = _MONTHS if count == 4 else [name[:3] for name in _MONTHS]
        return _one_of("month", months, first=1)
    if letter == "E" and count <= 4:
        return _one_of("weekday", _WEEKDAYS if count == 4 else [name[:3] for name in _WEEKDAYS])
    return None


def _one_of(field: str, names: list[str], first: int = 0) -> Element:
    numbers = {name: number for number, name in enumerate(names, first)}
    return Element(field, "|".join(names), lambda text: numbers[text.lower()])


def _of_zone(letter: str, count: int) -> Element | None:
    if letter in _OFFSETS and count <= len(_OFFSETS[letter]) and _OFFSETS[letter][count - 1]:
        return Element("offset", _OFFSETS[letter][count - 1], offset_seconds)
    if (letter == "V" and count == 2) or (letter == "z" and count <= 4):
        return Element("zone", _ZONE, partial(zone_name, abbreviated=letter == "z"))
    return None
