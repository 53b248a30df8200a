"""Questions that files leave open, with likely answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Option:
    """A likely answer, and the reason for it."""

    value: str
    why: str = ""


@dataclass(frozen=True)
class Question:
    """A question on a setting.

    Attributes:
        setting: The setting that the answer is for.
        text: The question, in one sentence.
        why: A sentence on why the files leave it open.
        options: Likely answers, the likeliest first; other answers are possible.
        has_guess: Whether the first option may be taken if nobody is asked.
        check: Raises ValueError for an impossible answer.
    """

    setting: str
    text: str
    why: str
    options: tuple[Option, ...] = ()
    has_guess: bool = True
    check: Callable[[str], object] | None = None

    @property
    def guess(self) -> str | None:
        """The answer to take if nobody is asked; None if no option is likely enough."""
        return self.options[0].value if self.options and self.has_guess else None


class Answer(NamedTuple):
    """An answer, and a sentence on whether a person gave it or it is a guess."""

    value: str
    how: str


Ask = Callable[[Question], Answer]
"""Returns the answer to a question; raises SettingsError if there is none."""
