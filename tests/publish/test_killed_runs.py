"""Runs that are killed, and runs that live beside them."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from footfall.publish.folder import Folder
from footfall.schema import PLACE_DAYS

from .staged import DAY, NEXT, files, pings_of, publish, stage

ROOT = Path(__file__).parents[2]
Process = subprocess.Popen[str]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], Process]]:
    """Starts a run named `doomed` on the test's folder and waits until it has come to a moment."""
    started: list[Process] = []

    def starts(moment: str) -> Process:
        command = [sys.executable, "-m", "tests.publish.doomed_run", str(tmp_path), "doomed", moment]
        started.append(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True))
        assert started[-1].stdout is not None
        assert started[-1].stdout.readline() == "ready\n"
        return started[-1]

    yield starts
    for process in started:
        process.kill()
        process.communicate()


def kill(process: Process) -> None:
    """Kill -9, and wait for its end."""
    process.kill()
    process.wait()


@pytest.mark.parametrize("moment", ["before publishing", "before the first rename"])
def test_a_run_killed_before_its_first_rename_leaves_the_old_days(
    tmp_path: Path, start: Callable[[str], Process], moment: str
) -> None:
    """Both days stay as they were, and no manifest says otherwise."""
    publish(tmp_path, "old", {DAY: 1, NEXT: 2})
    kill(start(moment))
    assert (pings_of(tmp_path, DAY), pings_of(tmp_path, NEXT)) == (1, 2)
    assert not (tmp_path / "runs" / "doomed" / "manifest.json").exists()


def test_a_run_killed_between_two_renames_leaves_each_day_old_or_new(
    tmp_path: Path, start: Callable[[str], Process]
) -> None:
    """The first day is the new one, the second the old one; neither is a mixture, and no manifest claims both."""
    publish(tmp_path, "old", {DAY: 1, NEXT: 2})
    kill(start("after the first rename"))
    assert (pings_of(tmp_path, DAY), pings_of(tmp_path, NEXT)) == (100, 2)
    assert not (tmp_path / "runs" / "doomed" / "manifest.json").exists()


@pytest.mark.parametrize("moment", ["before publishing", "after the first rename"])
def test_the_next_run_publishes_and_sweeps_up(
    tmp_path: Path, start: Callable[[str], Process], moment: str
) -> None:
    """A killed run leaves no lock behind, and its staged files go."""
    kill(start(moment))
    assert (tmp_path / "runs" / "doomed" / "staging" / "footfall").is_dir()
    publish(tmp_path, "new", {DAY: 11, NEXT: 12})
    assert (pings_of(tmp_path, DAY), pings_of(tmp_path, NEXT)) == (11, 12)
    assert files(tmp_path / "runs") == ["doomed", "new", "new/manifest.json"]


def test_the_staged_files_of_a_living_run_are_left_alone(
    tmp_path: Path, start: Callable[[str], Process]
) -> None:
    """Another run begins, publishes another day and ends while the first still counts."""
    living = start("before publishing")
    before = files(tmp_path / "runs" / "doomed")
    publish(tmp_path, "other", {DAY: 11})
    assert living.poll() is None
    assert files(tmp_path / "runs" / "doomed") == before
    assert f"staging/footfall/day={DAY}/doomed-00000.parquet" in before


def test_a_run_that_ends_while_another_sweeps_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was found, and is gone when it is looked at."""
    output = Folder.at(str(tmp_path), "new", PLACE_DAYS)
    gone = tmp_path / "runs" / "other" / "staging" / "alive"
    monkeypatch.setattr(Path, "glob", lambda *_: iter([gone]))
    with output.begin():
        assert output.staging.is_dir()


def test_a_run_that_fails_takes_its_staged_files_with_it(tmp_path: Path) -> None:
    """Whatever goes wrong inside, the error comes through and nothing is published."""
    output = Folder.at(str(tmp_path), "failing", PLACE_DAYS)

    def fail() -> None:
        with output.begin():
            stage(output, {DAY: 1})
            raise ArithmeticError("a defect")

    with pytest.raises(ArithmeticError, match="a defect"):
        fail()
    assert not output.staging.exists()
    assert not output.day_file(DAY).exists()
