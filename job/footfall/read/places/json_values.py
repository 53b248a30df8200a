"""Parses GeoJSON one feature at a time, so that only one is in memory as objects."""

import json
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object from its pairs; raises ValueError if a name is there twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(name for at, (name, _) in enumerate(pairs) if name in dict(pairs[:at]))
        raise ValueError(f"an object in it has two members {twice!r}")
    return found


_DECODE = json.JSONDecoder(object_pairs_hook=_once).raw_decode
_BLANK = re.compile(r"[ \t\r\n]*")
_BETWEEN = re.compile("[ \t\r\n\x1e]*")
"""RFC 8142 puts a record separator before each feature."""


@dataclass(frozen=True)
class Member:
    """One member of the list `features` of a collection."""

    value: Any


@dataclass
class Whole:
    """One object of the file with all its members; of the list `features` only that there was one."""

    members: dict[str, Any] = field(default_factory=dict)
    listed: bool = False


class NotJson(ValueError):
    """The text is no JSON object from `start` on."""

    def __init__(self, start: int, why: str) -> None:
        super().__init__(why)
        self.start = start


def walk(text: str) -> Iterator[tuple[int, Member | Whole]]:
    """The objects of a text, one after the other, each after the members of its list `features`.

    Yields:
        Where the object starts in the text, and the member or the object.

    Raises:
        NotJson: What follows is no JSON object, or one that names a member twice.
    """
    at = _after(_BETWEEN, text, 0)
    while at < len(text):
        start = at
        try:
            parts = _object(text, at)
            while True:
                try:
                    yield start, next(parts)
                except StopIteration as end:
                    at = _after(_BETWEEN, text, end.value)
                    break
        except (ValueError, RecursionError) as failure:
            raise NotJson(start, str(failure)) from failure


def line(text: str, at: int) -> tuple[int, str]:
    """The number of the line at a position of the text, and the line."""
    first = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    return text.count("\n", 0, at) + 1, text[first : end if end >= 0 else len(text)].strip(" \t\r\x1e")


def _object(text: str, at: int) -> Generator[Member | Whole, None, int]:
    """Give the members of `features`, then the object; return where the text goes on."""
    whole = Whole()
    at = _expect("{", text, at)
    while text[at : at + 1] != "}":
        if whole.members or whole.listed:
            at = _expect(",", text, at)
        if text[at : at + 1] != '"':
            raise json.JSONDecodeError("Expecting property name enclosed in double quotes", text, at)
        name, at = _DECODE(text, at)
        at = _expect(":", text, _after(_BLANK, text, at))
        if name in whole.members or (name == "features" and whole.listed):
            raise json.JSONDecodeError(f"There are two members {name!r}", text, at)
        if name == "features" and text[at : at + 1] == "[":
            whole.listed = True
            at = yield from _members(text, at)
        else:
            whole.members[name], at = _DECODE(text, at)
        at = _after(_BLANK, text, at)
    yield whole
    return at + 1


def _members(text: str, at: int) -> Generator[Member, None, int]:
    at, first = _expect("[", text, at), True
    while text[at : at + 1] != "]":
        if not first:
            at = _expect(",", text, at)
        value, at = _DECODE(text, at)
        yield Member(value)
        at, first = _after(_BLANK, text, at), False
    return at + 1


def _expect(sign: str, text: str, at: int) -> int:
    """The position after a sign and the blanks that follow it."""
    if text[at : at + 1] != sign:
        raise json.JSONDecodeError(f"Expecting {sign!r}", text, at)
    return _after(_BLANK, text, at + 1)


def _after(blanks: re.Pattern[str], text: str, at: int) -> int:
    """The position after blanks."""
    found = blanks.match(text, at)
    return at if found is None else found.end()
