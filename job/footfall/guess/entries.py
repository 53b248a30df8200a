"""A setting with its value and the reason for it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A setting that is written to the file.

    Attributes:
        name: Its dotted name.
        value: Its value, as the model takes it.
        why: Why it has this value, in one or more sentences.
    """

    name: str
    value: str | float | list[str]
    why: str
