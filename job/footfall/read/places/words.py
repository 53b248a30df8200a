"""How messages about places list what they are about, and what they leave out."""

from collections.abc import Iterable

SHOWN = 5

SCRATCH = "footfall-places-"
"""How the names of folders begin that files are unpacked to, which mean nothing to people."""


def some(values: Iterable[object], most: int = SHOWN) -> str:
    """The first values, and how many more there are."""
    every = [str(value) for value in values]
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more
