"""What was probably meant by a name that is not known: another name, or a file that is there."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known name that is most like a word, whatever its capitals and dashes; None where none is like it."""
    by_spelling = {_spelling(name): name for name in known}
    found = get_close_matches(_spelling(word), by_spelling, n=1)
    return by_spelling[found[0]] if found else None


def nearest_path(path: Path) -> Path | None:
    """A file or folder that is there, beside the one that is not, and called much like it; None where none is."""
    try:
        beside = [each.name for each in path.parent.iterdir()]
    except OSError:
        return None
    near = nearest(path.name, beside)
    return path.with_name(near) if near else None


def _spelling(name: str) -> str:
    return name.lower().replace("_", "-")
