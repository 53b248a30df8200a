"""Answers the questions of `footfall init`: asks a person at a terminal, or takes the guesses."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from footfall.errors import SettingsError

if TYPE_CHECKING:
    from footfall.guess import Answer, Question


@dataclass
class Answers:
    """Answers questions, one after the other.

    Attributes:
        flags: By setting, the flag that would have answered the question.
        takes_guesses: Whether to take the guess, if there is one, without asking.
        asks: Whether there is a terminal to ask at.
    """

    flags: Mapping[str, str]
    takes_guesses: bool
    asks: bool
    _guessed: "dict[str, Question]" = field(default_factory=dict, init=False)
    _open: "dict[str, Question]" = field(default_factory=dict, init=False)

    def __call__(self, question: "Question") -> "Answer":
        """The answer to a question. If nobody is asked it is the guess, and `refuse_open` fails later.

        Raises:
            SettingsError: Nobody is asked, and there is no guess.
        """
        from footfall.guess import Answer

        if self.takes_guesses and question.guess is not None:
            self._guessed[question.setting] = question
            return Answer(question.guess, "Guessed: nobody was asked.")
        if self.asks and not self.takes_guesses:
            return Answer(_asked(question), "As it was answered.")
        self._open[question.setting] = question
        if question.guess is None:
            self.refuse_open()
        return Answer(str(question.guess), "")

    def refuse_open(self) -> None:
        """Check that every question was answered.

        Raises:
            SettingsError: Some were not; the error names a flag for each.
        """
        if not self._open:
            return
        texts = [f"{question.text} {question.why}" for question in self._open.values()]
        flags = [self._flag(question) for question in self._open.values()]
        taken = "; --yes takes the first of each" if all(each.guess for each in self._open.values()) else ""
        raise SettingsError(
            " ".join(texts),
            where="no terminal to ask at"
            if not self.takes_guesses
            else "flag --yes, which takes guesses alone",
            fix=f"Answer by {' '.join(flags)}{taken}.",
        )

    def taken(self) -> list[str]:
        """Sentences on the guesses that were taken without asking."""
        return [
            f"Guessed, not known: {name}: {question.guess}. {self.flags[name]} says it otherwise."
            for name, question in self._guessed.items()
        ]

    def _flag(self, question: "Question") -> str:
        likely = "|".join(f"'{each.value}'" if " " in each.value else each.value for each in question.options)
        return f"{self.flags[question.setting]} {likely or 'VALUE'}"


def _asked(question: "Question") -> str:
    """The answer of a person, who types a number of the list, another value, or nothing for the guess."""
    _say("")
    for sentence in (question.why, question.text):
        _say(sentence)
    for number, option in enumerate(question.options, start=1):
        _say(f"  {number}  {option.value}" + (f"   ({option.why})" if option.why else ""))
    default = f" [{question.guess}]" if question.guess is not None else ""
    while True:
        sys.stderr.write(
            f"A number of the list, or another value{default}: " if question.options else "Value: "
        )
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise SettingsError(
                question.text, where="standard input has ended", fix="Answer by a flag instead."
            )
        said = line.strip() or question.guess
        if said is None:
            continue
        if said.isdigit() and 0 < int(said) <= len(question.options):
            return question.options[int(said) - 1].value
        try:
            if question.check is not None:
                question.check(said)
        except ValueError as reason:
            _say(f"That cannot be: {reason}.")
        else:
            return said


def _say(line: str) -> None:
    """Print a line on stderr, without control characters, which values of files may hold."""
    from footfall.terminal.screen import plain

    sys.stderr.write(f"{plain(line)}\n")
