"""Shortens lists in notes and errors about places."""

from collections.abc import Iterable

SHOWN = 5

SCRATCH = "footfall-places-"
"""The prefix of temporary folders, whose names are left out of errors."""


def some(values: Iterable[object], most: int = SHOWN) -> str:
    """The first values as text, such as "a, b and 3 more"."""
    every = [str(value) for value in values]
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + more
