"""Numbers with their nouns, and lists that name the first and count the others."""

from collections.abc import Iterable


def counted(value: int, noun: str, nouns: str = "") -> str:
    """A number with its noun: "1 visit", "8,123 visits"; "2 boundaries" with the plural given as `nouns`."""
    return f"{value:,} {noun if value == 1 else nouns or noun + 's'}"


def counted_by_name(number: int, name: str) -> str:
    """A count with the name of a column in words: "2 places visited" or "1 place visited" for `places_visited`."""
    first, *others = name.split("_")
    return f"{number:,} {' '.join([first.removesuffix('s') if number == 1 else first, *others])}"


def shortened(values: Iterable[object], most: int = 5) -> str:
    """The first values as text, and how many more there are: "a, b and 3 more"."""
    words = [str(value) for value in values]
    more = f" and {len(words) - most:,} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more
