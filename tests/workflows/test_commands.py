"""Every command of workflows and buildspecs stands in commands.tsv: run by a test, or never, with the reason."""

import csv
import re
import shlex
from pathlib import Path

import yaml

from tests.workflows.steps import ROOT, steps

TABLE = Path(__file__).with_name("commands.tsv")
PROGRAMS = {"echo"}
"""Commands of the shell that do nothing but print."""


def commands(run: str) -> list[str]:
    """The commands of a script, without variables before, redirections and what a variable is set to."""
    found = []
    for line in run.splitlines():
        line = re.sub(r"^\w+=\$\((.*)\)$", r"\1", line.strip())
        for part in re.split(r" \| | && ", line):
            part = re.sub(r"^(?:\w+=(?:\"[^\"]*\"|\S*) )+", "", part.strip())
            if part and shlex.split(part)[0] not in PROGRAMS:
                found.append(part)
    return found


def all_commands() -> set[str]:
    """Those of all steps and of all buildspecs."""
    scripts = [step.run for step in steps()]
    for file in (ROOT / "aws/buildspecs").glob("*.yml"):
        for phase in yaml.safe_load(file.read_text(encoding="utf-8"))["phases"].values():
            scripts += phase["commands"]
    return {command for script in scripts for command in commands(script)}


def table() -> dict[str, str]:
    """The table: how a command begins, and where it is run."""
    with TABLE.open(encoding="utf-8") as file:
        return {
            row["command"]: row["run by"]
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        }


def test_each_command_is_run_by_a_test_or_named_as_one_that_cannot_be() -> None:
    """No command is missing in the table, and no line of the table is of a command that is gone."""
    found, known = all_commands(), table()
    begins = {command: [line for line in known if f"{command} ".startswith(f"{line} ")] for command in found}
    assert [command for command, lines in begins.items() if not lines] == []
    assert set(known) == {line for lines in begins.values() for line in lines}


def test_what_runs_a_command_names_it() -> None:
    """The file of the table is there, and holds the program or the target."""
    for command, where in table().items():
        if where.startswith("never: "):
            continue
        text = (ROOT / where).read_text(encoding="utf-8")
        *_, last = [word for word in shlex.split(command)[:2] if word != "$TARGET"]
        assert Path(last).name in text, f"{where} does not run {command}"


def test_a_variable_before_a_command_and_a_redirection_are_no_part_of_it() -> None:
    """The shapes that occur."""
    assert commands('A="b c" make test PYTEST_ARGS=x') == ["make test PYTEST_ARGS=x"]
    assert commands('image=$(docker/push a "$B")\necho "x" >>y') == ['docker/push a "$B"']
