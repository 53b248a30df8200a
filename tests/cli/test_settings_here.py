"""The settings file of the current folder: taken where none is named, and never in silence."""

import json
from pathlib import Path

import pytest

from footfall.cli import main
from footfall.sample.generator import write_sample

SAID = "Settings are those of settings.yaml in this folder."


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a small sample and its settings; counts go to `own`."""
    monkeypatch.chdir(tmp_path)
    files = write_sample(tmp_path / "town", pings=200, places=2, days=1)
    text = files.settings.read_text().replace("output: footfall-output", "output: own")
    (tmp_path / "settings.yaml").write_text(text)
    return tmp_path


def messages(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What was said aside."""
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    return [line["message"] for line in lines if "message" in line]


@pytest.mark.parametrize("name", ["settings.yaml", "settings.yml"])
def test_a_run_takes_the_file_of_the_folder_and_says_so(
    here: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """Not the bundled sample."""
    (here / "settings.yaml").rename(here / name)
    assert main(["run"]) == 0
    assert messages(capsys) == [SAID.replace("settings.yaml", name)]
    assert (here / "own" / "footfall").is_dir()
    assert not (here / "footfall-output").exists()


@pytest.mark.parametrize(
    "words", [["plan"], ["runs"], ["report"], ["site"], ["verify", "--day", "2023-03-01"]]
)
def test_other_commands_go_by_the_same_file(
    here: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    """And say so as well."""
    assert main(["run"]) == 0
    messages(capsys)
    assert main(words) == 0
    assert messages(capsys) == [SAID]


def test_a_file_that_is_named_or_the_sample_goes_before_it(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is said then: what was asked for is done."""
    (here / "settings.yaml").rename(here / "other.yaml")
    (here / "settings.yaml").write_text("nonsense: 1")
    assert main(["plan", "--settings", "other.yaml"]) == 0
    assert main(["plan", "--sample"]) == 0
    monkeypatch.setenv("FOOTFALL_SETTINGS", "other.yaml")
    assert main(["plan"]) == 0
    assert messages(capsys) == []


def test_flags_and_variables_stand_over_it(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As over any settings file."""
    monkeypatch.setenv("FOOTFALL_OUTPUT", "elsewhere")
    assert main(["run", "--privacy-k", "3"]) == 0
    (manifest,) = here.glob("elsewhere/runs/*/manifest.json")
    assert json.loads(manifest.read_text())["settings"]["privacy"]["k"] == 3


def test_an_error_in_it_says_why_it_was_taken(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It may be a file of something else."""
    (here / "settings.yaml").write_text("debug: true\n")
    assert main(["run"]) == 2
    said = capsys.readouterr().err
    assert "settings.yaml, line 1" in said
    assert "settings.yaml was taken as it is in this folder; --sample counts the bundled sample" in said


def test_a_run_elsewhere_says_that_it_does_not_take_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has settings of its own."""

    def submit(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("footfall.launch.command.submit", submit)
    assert main(["submit", "--on", "kubernetes", "--day", "2023-03-01"]) == 130
    assert messages(capsys) == [
        "settings.yaml of this folder is not used: a run on a cluster has the settings of its template."
    ]
