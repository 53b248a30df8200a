"""The parser of the command line; wrong words raise SettingsError, which suggests the nearest known word."""

import re
from argparse import ArgumentParser, RawDescriptionHelpFormatter, _SubParsersAction
from collections.abc import Sequence
from typing import Any, NoReturn

from footfall.errors import SettingsError
from footfall.suggestions import suggestion

_CHOICE = re.compile(r"argument (.+): invalid choice: '?(.*?)'? \(choose from (.+)\)")
_NUMBER = re.compile(r"argument (\S+): invalid int value: (.+)")


class Help(RawDescriptionHelpFormatter):
    """A formatter that wraps texts of one line, and leaves texts of several lines as they are."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if "\n" in text:
            return super()._fill_text(text, width, indent)
        return super(RawDescriptionHelpFormatter, self)._fill_text(text, width, indent)


class Parser(ArgumentParser):
    """Parses the words of a command; flags must not be abbreviated."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"allow_abbrev": False, "formatter_class": Help, **kwargs})

    @property
    def flags(self) -> list[str]:
        """All its flags and those of its subcommands, with `--help`."""
        steps = [action for action in self._actions if isinstance(action, _SubParsersAction)]
        parsers = [self, *(parser for action in steps for parser in action.choices.values())]
        return [flag for parser in parsers for action in parser._actions for flag in action.option_strings]

    def error(self, message: str) -> NoReturn:
        """Raise the error of words that argparse refuses.

        Args:
            message: The message of argparse.

        Raises:
            SettingsError: Always.
        """
        message = _NUMBER.sub(r"\1 must be a whole number, not \2", message)
        choice = _CHOICE.fullmatch(message)
        if choice is None:
            raise SettingsError(
                f"{message[:1].upper()}{message[1:]}", where=self._line, fix=f"{self._lists} its flags."
            )
        flag, given, known = choice[1], choice[2], re.findall(r"[\w-]+", choice[3])
        raise SettingsError(
            f"{flag} cannot be {given}",
            where=self._line,
            fix=f"{suggestion(given, known)}It is one of {', '.join(known)}.",
        )

    def refuse(self, others: Sequence[str]) -> NoReturn:
        """Raise the error of words that the command does not know.

        Raises:
            SettingsError: Always; it suggests the nearest flag.
        """
        word = others[0].partition("=")[0]
        if word.startswith("-"):
            raise SettingsError(
                f"`{self.prog}` has no flag {word}",
                where=self._line,
                fix=f"{suggestion(word, self.flags)}{self._lists} all of them.",
            )
        is_settings = word.endswith((".yaml", ".yml")) and "--settings" in self.flags
        fix = f"Write it as --settings {word}." if is_settings else f"Leave it out; {self._lists} all flags."
        raise SettingsError(f"`{self.prog}` does not know what to do with {word}", where=self._line, fix=fix)

    @property
    def _line(self) -> str:
        return f"command line of `{self.prog}`"

    @property
    def _lists(self) -> str:
        return f"`{self.prog} --help` lists"
