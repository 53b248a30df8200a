"""Suggests names near a path that does not exist."""

from contextlib import suppress
from difflib import get_close_matches
from itertools import islice

from footfall import stores
from footfall.stores.errors import NoAnswer, Refused

_LOOKED_AT = 1000


def names_near(path: str, most: int = 3) -> list[str]:
    """The names in the folder of a path that are most like its last part, the nearest first."""
    folder, _, name = path.rstrip("/").rpartition("/")
    with suppress(Refused, NoAnswer, OSError):  # the caller reports the missing path itself
        there = islice(stores.of(path).children(folder or "/"), _LOOKED_AT)
        return get_close_matches(name, [each.path.rpartition("/")[2] for each in there], n=most)
    return []
