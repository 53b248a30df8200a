"""Makes the page docs/commands.md from the parsers: every command with its flags."""

from argparse import SUPPRESS, Action, ArgumentParser, _SubParsersAction
from collections.abc import Iterator

from footfall.cli import COMMANDS
from footfall.cli.command import EXIT_CODES
from footfall.cli.parser import Parser
from footfall.jobs import setting_names

HEAD = """# Commands

`footfall COMMAND --help` says the same in a terminal.
What an exit code asks for stands in [operations.md](operations.md#exit-codes).
Commands that read settings take each of them as a flag; those flags stand in [settings.md](settings.md) and not here.
"""


FEWEST_OF_SECTIONS = 3
"""A command with fewer flags of settings than this lists each of them."""


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
    """The lines of a command: heading, description, usage, flags, and then its subcommands."""
    yield f"{'#' * depth} {parser.prog}\n"
    yield f"{_sentence(parser.description or '')}\n"
    settings = _settings_taken(parser)
    shown = [action for action in parser._actions if _is_shown(action, settings)]
    if shown:
        yield "| word or flag | does |\n| --- | --- |"
        yield from (f"| {_words(action)} | {_help(action)} |" for action in shown)
        yield ""
    if settings:
        yield f"{_taken(settings)}\n"
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
    return not is_other and not settings.intersection(action.option_strings[:1])


def _settings_taken(parser: ArgumentParser) -> set[str]:
    """The flags of settings that are not listed one by one: all if a command takes most, else those of sections."""
    flags = {action.option_strings[0] for action in parser._actions if action.option_strings}
    taken = [setting for setting in setting_names() if setting.flag in flags]
    if 2 * len(taken) > len(setting_names()):
        return {setting.flag for setting in taken}
    of_sections = {setting.flag for setting in taken if "." in setting.name}
    return of_sections if len(of_sections) >= FEWEST_OF_SECTIONS else set()


def _taken(settings: set[str]) -> str:
    """A sentence on the settings that a command takes as flags."""
    if 2 * len(settings) > len(setting_names()):
        return "It takes all settings as flags, but for those that it sets itself."
    sections = dict.fromkeys(s.name.partition(".")[0] for s in setting_names() if s.flag in settings)
    return f"It takes settings of {' and '.join(f'`{section}`' for section in sections)} as flags."


def _words(action: Action) -> str:
    """A flag or argument with its value, as code in Markdown."""
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
    """The text with a capital at the beginning and a full stop at the end."""
    text = " ".join(text.split())
    first = text[:1] if text.startswith("`") else text[:1].upper()
    return f"{first}{text[1:]}{'' if text.endswith(('.', '?', ':')) else '.'}"
