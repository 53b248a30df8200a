"""What a run says while it lives, and when it fails."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from footfall.errors import DefectError, InfrastructureError, InputError
from footfall.publish.folder import Folder
from footfall.runs import journal
from footfall.schema import PLACE_DAYS


@dataclass(frozen=True)
class Said:
    """Something that a run says of itself."""

    content: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """As it stands in the file."""
        return self.content

    @property
    def refusal(self) -> str | None:
        """Why the run failed."""
        return self.content.get("refusal")


@contextmanager
def kept(output: Folder) -> Iterator[None]:
    """A run whose sign of life and whose failure are easy to tell."""
    with journal.keep_journal(
        output, lambda: Said({"step": "count"}), lambda code, why: Said({"exit_code": code, "refusal": why})
    ):
        yield


def told(folder: Path, name: str) -> dict[str, object]:
    """A file of the run."""
    content: dict[str, object] = json.loads((folder / "runs" / "run-1" / name).read_text())
    return content


def test_a_run_that_ends_well_leaves_only_its_sign_of_life(tmp_path: Path) -> None:
    """The manifest of a good end is not written here."""
    with kept(Folder.at(str(tmp_path), "run-1", PLACE_DAYS)):
        assert told(tmp_path, "alive.json") == {"step": "count"}
    assert [path.name for path in (tmp_path / "runs" / "run-1").iterdir()] == ["alive.json"]


def test_the_sign_is_given_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what the run does now."""
    monkeypatch.setattr(journal, "SECONDS_BETWEEN_SIGNS", 0.01)
    steps, said = iter(["read", "count", "check"]), Event()

    def alive() -> Said:
        step = next(steps, None)
        said.set() if step is None else None
        return Said({"step": step or "publish"})

    with journal.keep_journal(
        Folder.at(str(tmp_path), "run-1", PLACE_DAYS), alive, lambda code, why: Said({})
    ):
        assert said.wait(10)
    assert told(tmp_path, "alive.json") == {"step": "publish"}


@pytest.mark.parametrize(
    ("failure", "exit_code", "why"),
    [
        (InputError("No such file", where="x", fix="y"), 3, "No such file"),
        (InfrastructureError("Spark failed", where="x", fix="y"), 6, "Spark failed"),
        (KeyboardInterrupt(), 130, "It was stopped"),
    ],
)
def test_a_failure_is_written_and_goes_on(
    tmp_path: Path, failure: BaseException, exit_code: int, why: str
) -> None:
    """With the exit code of the command."""
    with pytest.raises(type(failure)), kept(Folder.at(str(tmp_path), "run-1", PLACE_DAYS)):
        raise failure
    assert told(tmp_path, "manifest.json") == {"exit_code": exit_code, "refusal": why}


@pytest.mark.parametrize(
    "failure", [InfrastructureError("No answer", where="x", fix="y"), KeyboardInterrupt()]
)
def test_what_is_raised_gives_the_reason_that_the_manifest_gives(
    tmp_path: Path, failure: BaseException
) -> None:
    """A run that fails after it has published says so, also where it can write no manifest."""

    def failed(code: int, why: str) -> Said:
        return Said({"refusal": f"{why} (published)"})

    output = Folder.at(str(tmp_path), "run-1", PLACE_DAYS)
    with pytest.raises(type(failure)) as caught, journal.keep_journal(output, lambda: Said({}), failed):
        raise failure
    assert str(caught.value).splitlines()[0] in ("No answer (published)", "It was stopped (published)")


def test_a_defect_is_raised_as_one_and_leaves_its_trace_without_what_it_said(tmp_path: Path) -> None:
    """The text of an exception may hold a row; the lines of code do not."""
    with (
        pytest.raises(DefectError, match="defect of footfall itself") as caught,
        kept(Folder.at(str(tmp_path), "run-1", PLACE_DAYS)),
    ):
        raise KeyError("device 17")
    trace = tmp_path / "runs" / "run-1" / "trace.txt"
    assert caught.value.where == str(trace)
    assert 'raise KeyError("device 17")' in trace.read_text()  # the line of code
    assert trace.read_text().splitlines()[-1] == "KeyError"
    said = told(tmp_path, "manifest.json")
    assert said["exit_code"] == 8
    assert "KeyError in" in str(said["refusal"])
    assert "device 17" not in str(said)


def test_the_first_error_counts_where_the_failure_cannot_be_written(tmp_path: Path) -> None:
    """It says that the history lacks the run."""
    output = Folder.at(str(tmp_path), "run-1", PLACE_DAYS)

    def fail() -> None:
        with kept(output):
            (tmp_path / "runs" / "run-1" / "alive.json").unlink()
            (tmp_path / "runs" / "run-1").rmdir()
            (tmp_path / "runs" / "run-1").write_text("in the way")
            raise InfrastructureError("Spark failed", where="x", fix="Run again.")

    with pytest.raises(InfrastructureError, match="Spark failed") as caught:
        fail()
    assert caught.value.fix.startswith("Run again. The history lacks this run: ")
