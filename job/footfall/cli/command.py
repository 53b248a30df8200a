"""The parts of a command of `footfall`."""

from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from footfall.cli.parser import Parser

Arguments: TypeAlias = dict[str, Any]
Commands: TypeAlias = "_SubParsersAction[Parser]"

EXIT_CODES = """exit codes:
  0 published   2 settings   3 input   4 refused by the quality gate   5 conflict with another run
  6 infrastructure, worth a retry   7 the job's own numbers disagree   8 a defect of the job's own code
  130 stopped by Ctrl-C   143 stopped by SIGTERM
"""


@dataclass(frozen=True)
class Command:
    """One command.

    Attributes:
        name: The word after `footfall`.
        help: Its line in the list of commands.
        add_arguments: Adds its flags to a parser.
        act: Runs it, given the values of the flags and all words after `footfall`; returns the exit code.
        description: What its own help begins with.
        epilog: What its own help ends with.
        passes_on: Whether it takes unknown flags, as the argument `others`, to pass them on to another command.
    """

    name: str
    help: str
    add_arguments: Callable[[ArgumentParser], None]
    act: Callable[[Arguments, Sequence[str]], int]
    description: str | None = None
    epilog: str | None = None
    passes_on: bool = False

    def add_to(self, commands: Commands, *, with_arguments: bool) -> Parser:
        """Add the command to the list of commands; returns its parser.

        Args:
            commands: The list.
            with_arguments: Whether to add its flags, too; that takes a while for those of all settings.
        """
        parser = commands.add_parser(
            self.name,
            help=self.help,
            description=self.description,
            epilog=self.epilog,
        )
        if with_arguments:
            self.add_arguments(parser)
        return parser

    def parse(self, words: Sequence[str]) -> Arguments:
        """The values of its flags.

        Raises:
            SettingsError: A word is unknown, or one is missing.
        """
        parser = Parser(f"footfall {self.name}")
        self.add_arguments(parser)
        arguments, others = parser.parse_known_args(words)
        if others:
            parser.refuse(others)
        return vars(arguments)
