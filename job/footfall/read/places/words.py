"""How messages about places list what they are about."""

from collections.abc import Iterable

SHOWN = 5


def some(values: Iterable[object], most: int = SHOWN) -> str:
    """The first values, and how many more there are."""
    every = [str(value) for value in values]
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more
