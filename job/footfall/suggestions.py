"""Suggestions for an unknown name or a missing file."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches
from pathlib import Path

from footfall.errors import SettingsError


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name most like a word, without regard to case and dashes; None if none is similar."""
    by_spelling = {_spelling(name): name for name in known}
    found = get_close_matches(_spelling(word), by_spelling, n=1)
    return by_spelling[found[0]] if found else None


def question(near: object | None) -> str:
    """`Did you mean X? `, with which an advice begins; empty without anything near."""
    return f"Did you mean {near}? " if near else ""


def suggestion(word: str, known: Iterable[str]) -> str:
    """The question for the known name that is most like a word; empty if none is similar."""
    return question(nearest(word, known))


def refuse_unknown(word: str, known: Collection[str], *, noun: str, where: str) -> None:
    """Make sure that a name is known.

    Raises:
        SettingsError: It is not; the error has the most similar name, and all of them.
    """
    if word not in known:
        fix = suggestion(word, known) + f"It is one of {', '.join(known)}."
        raise SettingsError(f"There is no {noun} {word!r}", where=where, fix=fix)


def nearest_path(path: Path) -> Path | None:
    """An existing file or folder beside a missing one, with a similar name; None if there is none."""
    try:
        beside = [each.name for each in path.parent.iterdir()]
    except OSError:
        return None
    near = nearest(path.name, beside)
    return path.with_name(near) if near else None


def _spelling(name: str) -> str:
    return name.lower().replace("_", "-")
