"""Temporary folders: what killed processes leave is deleted, what others use is not."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from footfall.engines.embedded.scratch import Scratch
from footfall.temporary import delete_abandoned, temporary_folder

HOLDS = """
import os, sys, time
from footfall.temporary import temporary_folder
with temporary_folder() as folder:
    (folder / "rows").write_text("rows")
    if len(sys.argv) > 1 and not os.fork():
        os.write(1, f"{os.getpid()}\\n".encode())
        time.sleep(60)
    os.write(1, f"{folder.parent}\\n".encode())
    time.sleep(60)
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The system's folder for temporary files, of this process and those that it starts."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    yield tmp_path
    monkeypatch.setattr("tempfile.tempdir", None)


def started(*words: str) -> tuple[subprocess.Popen[str], list[str]]:
    """A process that holds a temporary folder, and its first lines: its folder, the process that it forked."""
    process = subprocess.Popen([sys.executable, "-c", HOLDS, *words], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, sorted(process.stdout.readline().strip() for _ in range(1 + len(words)))


def kill(process: subprocess.Popen[str]) -> None:
    """Kill -9, and wait for its end."""
    process.kill()
    process.wait()


def test_the_next_run_deletes_what_a_killed_one_left(temporary: Path) -> None:
    """Also one that only makes a scratch folder there."""
    for make in (lambda: temporary_folder().__enter__(), lambda: Scratch(str(temporary))):
        process, (folder,) = started()
        kill(process)
        assert (Path(folder) / "files" / "rows").exists()
        made = make()
        assert not Path(folder).exists()
        del made


def test_a_folder_that_is_used_stays(temporary: Path) -> None:
    """Its process lives, or one that it forked: a worker that has not yet seen that its run is gone."""
    process, (folder, forked) = started("and fork")
    try:
        delete_abandoned(temporary)
        assert (Path(folder) / "files" / "rows").exists()
        kill(process)
        delete_abandoned(temporary)
        assert (Path(folder) / "files" / "rows").exists()
    finally:
        kill(process)
        os.kill(int(forked), signal.SIGKILL)
    while Path(f"/proc/{forked}/fd/1").exists():
        pass
    delete_abandoned(temporary)
    assert not Path(folder).exists()


@pytest.mark.parametrize("left", ["another machine", "another user", "no lock", "a folder as its lock"])
def test_a_folder_whose_owner_may_live_stays(
    temporary: Path, left: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a folder that is certainly of a process of this user and machine, and unlocked, is deleted."""
    folder = temporary / "footfall-left"
    folder.mkdir()
    if left == "a folder as its lock":
        (folder / "lock").mkdir()
    elif left != "no lock":
        (folder / "lock").write_text("elsewhere" if left == "another machine" else os.uname().nodename)
    if left == "another user":
        monkeypatch.setattr("os.geteuid", lambda: os.getuid() + 1)
    with temporary_folder():
        pass
    assert folder.exists()


def test_a_folder_is_deleted_with_its_context(temporary: Path) -> None:
    """And others may hold folders at the same time."""
    with temporary_folder() as one, temporary_folder("places-") as other:
        assert one.is_dir()
        assert other.is_dir()
        assert len(list(temporary.iterdir())) == 2
    assert not list(temporary.iterdir())
