"""What becomes of workers, and of the scratch folder, when their driver is stopped or killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from footfall.engines.embedded import Embedded

ROOT = Path(__file__).parents[2]
SOON = 20.0


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that has to happen soon."""
    end = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def driver(folder: Path, start: str = "fork") -> subprocess.Popen[str]:
    """A driver of three workers in a group of its own, when two of them hang and one waits for work."""
    words = (sys.executable, "-m", "tests.engines.driver", str(folder), start)
    process = subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    until(lambda: process.poll() is not None or len(list(folder.glob("began-*"))) == 2)
    assert process.poll() is None, process.communicate()
    return process


def group(leader: int) -> list[int]:
    """The processes of a group, zombies left out."""
    found = subprocess.run(("ps", "-e", "-o", "pid=,pgid=,stat="), capture_output=True, text=True, check=True)
    rows = [line.split() for line in found.stdout.splitlines()]
    return [int(pid) for pid, pgid, state in rows if int(pgid) == leader and not state.startswith("Z")]


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_ctrl_c_ends_a_run_at_once_and_only_the_driver_speaks(tmp_path: Path, start: str) -> None:
    """A terminal sends it to all processes of the run."""
    process = driver(tmp_path, start)
    begin = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=SOON)
    assert time.monotonic() - begin < 5
    assert process.returncode == -signal.SIGINT
    assert told.count("Traceback") == 1
    assert told.rstrip().endswith("KeyboardInterrupt")
    assert list((tmp_path / "scratch").iterdir()) == []
    until(lambda: group(process.pid) == [])


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_workers_end_soon_after_a_driver_that_was_killed(tmp_path: Path, start: str) -> None:
    """Those that wait for work and those that are busy, without a word."""
    process = driver(tmp_path, start)
    assert len(group(process.pid)) >= 4
    begin = time.monotonic()
    process.kill()
    _, told = process.communicate(timeout=SOON)
    until(lambda: group(process.pid) == [])
    assert time.monotonic() - begin < 5
    assert "Traceback" not in told


def test_the_next_run_takes_away_what_a_killed_one_left(tmp_path: Path) -> None:
    """But for what belongs to a run that lives."""
    killed = driver(tmp_path)
    scratch = tmp_path / "scratch"
    (left,) = scratch.iterdir()
    first = Embedded(1, 1 << 26, str(scratch), 60, "a test")
    try:
        assert left.exists()
        killed.kill()
        killed.communicate()
        until(lambda: group(killed.pid) == [])
        second = Embedded(1, 1 << 26, str(scratch), 60, "a test")
        assert not left.exists()
        assert len(list(scratch.iterdir())) == 2
        second.stop()
    finally:
        first.stop()
    assert list(scratch.iterdir()) == []


def test_a_file_of_somebody_else_in_the_scratch_folder_stays(tmp_path: Path) -> None:
    """Only folders of runs are taken away."""
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "lock").write_text("mine too")
    Embedded(1, 1 << 26, str(tmp_path), 60, "a test").stop()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lock", "notes.txt"]
