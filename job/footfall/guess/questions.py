"""What a guess cannot know, as a question with the flag that answers it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Option:
    """An answer that is likely, and what speaks for it."""

    value: str
    why: str = ""


@dataclass(frozen=True)
class Question:
    """A question.

    Attributes:
        setting: The setting that the answer is for.
        text: The question, in one sentence.
        why: Why it cannot be known, as a sentence.
        options: Likely answers, the likeliest first; another one may be given.
        has_guess: Whether the first option is likely enough to be taken where nobody is asked.
        check: Raises ValueError for an answer that cannot be.
    """

    setting: str
    text: str
    why: str
    options: tuple[Option, ...] = ()
    has_guess: bool = True
    check: Callable[[str], object] | None = None

    @property
    def guess(self) -> str | None:
        """The answer that is taken where nobody is asked; None where none is likely enough."""
        return self.options[0].value if self.options and self.has_guess else None


class Answer(NamedTuple):
    """An answer, and whether a person gave it or a guess was taken, as a sentence."""

    value: str
    how: str


Ask = Callable[[Question], Answer]
"""Gives the answer to a question; raises SettingsError where nobody answers."""
