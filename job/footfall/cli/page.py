"""The page docs/commands.md: every command and its flags, made of the parsers themselves."""

from argparse import SUPPRESS, Action, ArgumentParser, _SubParsersAction
from collections.abc import Iterator

from footfall.cli import COMMANDS
from footfall.cli.command import EXIT_CODES
from footfall.cli.parser import Parser
from footfall.settings.names import setting_names

HEAD = """# Commands

`footfall COMMAND --help` says the same in a terminal. [README.md](../README.md#your-own-files) lists the exit codes.
Commands that read settings take each of them as a flag; those flags stand in [settings.md](settings.md) and not here.
"""


def commands_page() -> str:
    """The page as Markdown."""
    parts = [HEAD]
    for name, command in COMMANDS.items():
        parser = Parser(
            f"footfall {name}", description=command.description or command.help, epilog=command.epilog
        )
        command.add_arguments(parser)
        parts += _command(parser, 2)
    return "\n".join(parts) + "\n"


def _command(parser: ArgumentParser, depth: int) -> Iterator[str]:
    """A heading, what the command does, its words and flags, and the commands below it."""
    yield f"{'#' * depth} {parser.prog}\n"
    yield f"{_sentence(parser.description or '')}\n"
    settings = {setting.flag for setting in setting_names()}
    shown = [action for action in parser._actions if _is_shown(action, settings)]
    if shown:
        yield "| word or flag | does |\n| --- | --- |"
        yield from (f"| {_words(action)} | {_help(action)} |" for action in shown)
        yield ""
    if any(settings.intersection(action.option_strings) for action in parser._actions):
        yield "It takes all settings as flags, but for those that it sets itself.\n"
    if more := (parser.epilog or "").replace(EXIT_CODES, "").strip():
        yield f"```text\n{more}\n```\n" if "\n" in more else f"{_sentence(more)}\n"
    for action in parser._actions:
        if isinstance(action, _SubParsersAction):
            does = {each.dest: each.help for each in action._choices_actions}
            for name, below in action.choices.items():
                below.description = below.description or does.get(name)
                yield from _command(below, depth + 1)


def _is_shown(action: Action, settings: set[str]) -> bool:
    is_other = isinstance(action, _SubParsersAction) or action.dest == "help" or action.help == SUPPRESS
    return not is_other and not settings.intersection(action.option_strings)


def _words(action: Action) -> str:
    """How a flag or a word is written, as code."""
    name = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if action.choices:
        name = "|".join(map(str, action.choices))
    value = "" if action.nargs == 0 else f" {name}"
    text = f"{', '.join(action.option_strings)}{value}" if action.option_strings else name
    return f"`{text}`".replace("|", "\\|")


def _help(action: Action) -> str:
    text = (action.help or "").replace("%(default)s", str(action.default)).replace("%%", "%")
    return _sentence(text).replace("|", "\\|")


def _sentence(text: str) -> str:
    """A text that begins with a capital and ends with a full stop, as sentences do."""
    text = " ".join(text.split())
    first = text[:1] if text.startswith("`") else text[:1].upper()
    return f"{first}{text[1:]}{'' if text.endswith(('.', '?', ':')) else '.'}"
