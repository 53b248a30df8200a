"""Globs on any store, with Hadoop's syntax: `*`, `?`, `[a-z]`, `[^a]`, `{a,b}`, and `\\` as escape."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Protocol

from footfall.errors import InputError
from footfall.stores.questions import ask_each
from footfall.stores.store import Entry

_SIGNS = re.compile(r"[*?\[\]{}\\]")
_WILD = {"*": ".*", "?": "."}
_TOKENS = re.compile(r"\\.|\[\]?[^\]]+\]|.", re.DOTALL)
_MEANING_IN_BRACKETS = re.compile(r"[\\\[\]^&|~]")
_ROOT = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+://[^/]*|^")


class Listing(Protocol):
    """The part of a `Store` that a glob needs."""

    def look(self, path: str) -> Entry | None:
        """The file or folder of this path; None if it does not exist."""

    def children(self, folder: str) -> Iterator[Entry]:
        """The files and folders in a folder; none if it does not exist."""


def is_glob(path: str) -> bool:
    """Whether a path has a special character of globs."""
    return bool(_SIGNS.search(path))


def matches(store: Listing, glob: str) -> list[Entry]:
    """The files and folders that match a glob, each once, sorted by path; only braces match a slash."""
    found = {entry.path: entry for one in _alternatives(glob) for entry in _matches(store, one)}
    return [found[path] for path in sorted(found)]


def _matches(store: Listing, glob: str) -> list[Entry]:
    """The matches of a glob without braces; folders of the same depth are listed in parallel."""
    begin = _ROOT.match(glob).group()  # type: ignore[union-attr]  # it matches everything
    ask = partial(ask_each, is_far=bool(begin))
    paths: list[str] = [begin]
    entries: list[Entry] | None = None
    parts = [part for part in glob[len(begin) :].split("/") if part]
    for depth, part in enumerate(parts, 1):
        if not is_glob(part):
            paths, entries = [f"{path}/{part}" for path in paths], None
            continue
        pattern = _pattern(part)
        there = ask(lambda path: list(store.children(path or "/")), paths)
        found = [
            each
            for folder in there
            for each in folder
            if pattern.fullmatch(each.path.rpartition("/")[2]) and (each.is_folder or depth == len(parts))
        ]
        paths, entries = [each.path for each in found], found
    looked = ask(store.look, paths) if entries is None else entries
    return [each for each in looked if each is not None]


def _pattern(part: str) -> re.Pattern[str]:
    """One part of a path as a regular expression."""
    try:
        return re.compile("".join(map(_expression, _TOKENS.findall(part))), re.DOTALL)
    except re.error as error:
        fix = (
            "Correct the brackets, or put a backslash before each special character that is part of the name."
        )
        raise InputError(f"The glob cannot be used: {error}", where=part, fix=fix) from error


def _expression(token: str) -> str:
    if token in _WILD:
        return _WILD[token]
    if len(token) < 3:
        return re.escape(token[-1])
    is_other_than = token[1] in "^!"
    choice = _MEANING_IN_BRACKETS.sub(r"\\\g<0>", token[1 + is_other_than : -1])
    return f"[{'^' * is_other_than}{choice}]"


def _alternatives(glob: str) -> Iterator[str]:
    """The globs without braces that one with braces stands for."""
    cut = _braces(glob)
    if cut is None:
        yield glob
        return
    before, choices, after = cut
    for choice in choices:
        yield from _alternatives(before + choice + after)


def _braces(glob: str) -> tuple[str, list[str], str] | None:
    """The text before, the alternatives in, and the text after the first closed braces; None if there are none."""
    depth, begin, cuts = 0, 0, []
    for place, sign in _unescaped(glob):
        if sign == "{":
            if depth == 0:
                begin, cuts = place, [place]
            depth += 1
        elif sign == "," and depth == 1:
            cuts.append(place)
        elif sign == "}" and depth:
            depth -= 1
            if depth == 0:
                ends = [*cuts[1:], place]
                choices = [glob[a + 1 : b] for a, b in zip(cuts, ends, strict=True)]
                return glob[:begin], choices, glob[place + 1 :]
    return None


def _unescaped(glob: str) -> Iterator[tuple[int, str]]:
    """The special characters without a backslash before them, with their positions."""
    yield from ((found.start(), found.group()) for found in re.finditer(r"\\.|.", glob, re.DOTALL))
