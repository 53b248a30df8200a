"""`footfall report DAY`, and what is said of a run, a day or an output that is not there."""

import json
from pathlib import Path

import pytest

from footfall.cli import main
from footfall.terminal.day import show_day
from tests.run.conftest import embedded, filled, runner
from tests.test_terminal import Screen


@pytest.fixture
def output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The output of a run of two days: 3 visits on the first, 1 on the second."""
    monkeypatch.chdir(tmp_path)
    assert runner(embedded, filled(tmp_path))().refusal is None
    return tmp_path / "out"


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """The three lines of the error with exit code 2."""
    assert main(["report", *words]) == 2
    return capsys.readouterr().err.splitlines()


def test_a_day_gives_the_numbers_of_that_day_not_of_its_run(
    output: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which counted others as well."""
    assert main(["report", "2023-03-02", "--output", str(output)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["day"], told["visits"], told["days_of_run"]) == ("2023-03-02", 1, 2)
    assert main(["report", "2023-03-01", "--output", str(output)]) == 0
    assert json.loads(capsys.readouterr().out)["visits"] == 3


def test_people_see_the_places_of_the_day(output: Path) -> None:
    """Those with visits on it, and that the page is of more days."""
    (file,) = output.glob("runs/*/report.json")
    screen = Screen()
    show_day(json.loads(file.read_text()), "2023-03-02", screen, "/page.html")
    assert "counted with 1 other day by the run " in screen.seen()
    assert "1 visit · 1 ping · 1 place visited" in screen.seen()
    assert [line.split() for line in screen.seen().splitlines() if "Shop" in line] == [
        ["B", "Shop", "B", "1"]
    ]
    assert screen.seen().splitlines()[-2:] == ["Report, of all 2 days", "/page.html"]


@pytest.mark.parametrize(
    ("words", "what", "fix"),
    [
        (["2023-03-03"], "No run has counted 2023-03-03", "The nearest day with a report is 2023-03-02;"),
        (["lsat"], "There is no run lsat", "Did you mean last?"),
        (["run-2"], "There is no run run-2", "Did you mean run-1?"),
        (["zzz"], "There is no run zzz", "`footfall runs` lists them all."),
    ],
)
def test_a_run_or_day_that_is_not_there_is_one_error_with_a_suggestion(
    output: Path, capsys: pytest.CaptureFixture[str], words: list[str], what: str, fix: str
) -> None:
    """With exit code 2."""
    told, where, do = refused(capsys, *words, "--output", str(output))
    assert told == what
    assert where == f"  where: {output}/runs"
    assert do.startswith(f"  do:    {fix}")


@pytest.mark.parametrize("command", ["report", "runs", "site"])
def test_an_output_that_is_not_there_is_one_error(
    output: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """A folder of nearly that name is suggested."""
    assert main([command, "--output", "outt"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "There is no folder outt",
        "  where: flag --output",
        "  do:    Did you mean out? Name the output of a run: its setting output.",
    ]


def test_before_the_first_run_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`last` is no name of a run that is missing."""
    monkeypatch.chdir(tmp_path)
    assert refused(capsys)[0] == "There is no run yet"
    assert main(["runs"]) == 0
