"""The help of each command: grouped, with the kind and the default of every flag."""

import re
from argparse import Action, _SubParsersAction
from collections.abc import Iterator

import pytest

from footfall.cli import COMMANDS, main
from footfall.cli.flags import GROUPS, RULES
from footfall.cli.parser import Parser


def parsers(name: str) -> Iterator[Parser]:
    """The parser of a command, and those of its steps."""
    parser = Parser(name)
    COMMANDS[name].add_arguments(parser)
    yield parser
    for action in parser._actions:
        if isinstance(action, _SubParsersAction):
            yield from action.choices.values()


def flags(name: str) -> list[Action]:
    """The flags of a command that take a value."""
    actions = [action for parser in parsers(name) for action in parser._actions]
    return [action for action in actions if action.option_strings and action.nargs != 0]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_flag_says_what_it_takes_and_what_stands_where_it_is_not_given(name: str) -> None:
    """Its kind, and its default, or that it is required."""
    for action in flags(name):
        flag = action.option_strings[0]
        assert action.metavar or action.choices, flag
        assert re.search(r"\bdefault: |\(required|\(default", str(action.help)), flag


def test_settings_stand_in_groups(capsys: pytest.CaptureFixture[str]) -> None:
    """Each with what is accepted; the first line does not list all of them."""
    with pytest.raises(SystemExit, match="0"):
        main(["run", "--help"])
    told = capsys.readouterr().out
    assert told.startswith("usage: footfall run [flags]\n")
    of_one_job = (
        f"{GROUPS['places']}, of the job footfall",
        f"{RULES}, of the job footfall",
        f"{RULES}, of the job cells",
    )
    for title in {*GROUPS.values(), RULES, *of_one_job} - {GROUPS["places"]}:
        assert f"\n{title}:\n" in told
    words = " ".join(told.split())
    assert "--boundary open|closed|half_open" in words
    assert "Give open, closed or half_open. (default: open) [FOOTFALL_BOUNDARY]" in words
    assert "--workers N" in words
    assert "--count footfall|cells" in words
    assert "--allow-empty true|false" in words


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["rnu"], "Did you mean run?"),
        (["run", "--boundry", "open"], "Did you mean --boundary?"),
        (["run", "--pings_path=x"], "Did you mean --pings-path?"),
        (["plan", "--boundry=open"], "Did you mean --boundary?"),
        (["runs", "--outptu", "x"], "Did you mean --output?"),
        (["runs", "--by", "dya"], "Did you mean day?"),
        (["backfill", "--from", "2023-03-01", "--to", "2023-03-02", "--boundry=open"], "--boundary?"),
        (["submit", "--on", "kubernets", "--day", "2023-03-01"], "Did you mean kubernetes?"),
        (["glue", "deplyo"], "Did you mean deploy?"),
        (["run", "settings.yaml"], "Write it as --settings settings.yaml."),
        (["--settings", "settings.yaml"], "Write the command first"),
        ([], "`footfall --help` lists all commands."),
        (["run", "--settings"], "lists its flags"),
        (["verify", "--day", "yesterday"], "lists its flags"),
    ],
)
def test_what_is_mistyped_is_one_error_that_names_what_was_meant(
    capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    """In three lines, with exit code 2, as for a mistyped key of a settings file."""
    assert main(words) == 2
    what, where, do = capsys.readouterr().err.splitlines()
    assert what
    assert where.startswith("  where: command line of `footfall")
    assert says in do


def test_a_mistyped_variable_or_value_is_told_with_the_right_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As everywhere else."""
    assert main(["run", "--boundary", "opne"]) == 2
    assert "did you mean open?" in capsys.readouterr().err
    monkeypatch.setenv("FOOTFALL_BOUNDRY", "open")
    for command in ("run", "plan", "runs", "report"):
        assert main([command]) == 2
        assert "did you mean FOOTFALL_BOUNDARY?" in capsys.readouterr().err
