"""The output folder: what is refused, and that nothing is written before everything is in order."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from footfall.errors import SettingsError
from footfall.publish.folder import Folder
from footfall.schema import PLACE_DAYS

from .staged import DAY, files, pings_of, stage

NOBODY = 65534


def test_nothing_is_created_before_the_run_begins(tmp_path: Path) -> None:
    """A run that fails on its input leaves no trace."""
    Folder.at(str(tmp_path / "new" / "folder"), "run-1", PLACE_DAYS)
    assert files(tmp_path) == []


def test_the_folder_and_its_parents_are_created_when_the_run_begins(tmp_path: Path) -> None:
    """And the run's own folder stays for its report."""
    output = Folder.at(str(tmp_path / "new" / "folder"), "run-1", PLACE_DAYS)
    with output.begin():
        written = output.write("report.json", "{}")
    assert written == str(tmp_path / "new" / "folder" / "runs" / "run-1" / "report.json")
    assert files(tmp_path / "new" / "folder") == ["runs", "runs/run-1", "runs/run-1/report.json"]


def test_a_run_that_fails_leaves_the_table_of_another_first_run_alone(tmp_path: Path) -> None:
    """Neither has published yet, and the one that goes on finds all that it needs."""
    failing, other = (Folder.at(str(tmp_path), run, PLACE_DAYS) for run in ("failing", "other"))

    def fail() -> None:
        with failing.begin():
            raise ArithmeticError("a defect")

    with other.begin():
        with pytest.raises(ArithmeticError):
            fail()
        stage(other, {DAY: 1})
        other.publish([DAY])
    assert pings_of(tmp_path, DAY) == 1


def test_a_file_of_the_run_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """Half a manifest would be believed."""
    output = Folder.at(str(tmp_path), "run-1", PLACE_DAYS)
    with output.begin():
        output.write("manifest.json", "old")
        with pytest.raises(UnicodeEncodeError):
            output.write("manifest.json", "new \udcff")
        assert (output.run_folder / "manifest.json").read_text() == "old"


def test_a_home_folder_may_be_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`~/out` is below the user's home; a relative path below the current folder."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert Folder.at("~/out", "run-1", PLACE_DAYS).root == tmp_path / "out"
    assert Folder.at("out", "run-1", PLACE_DAYS).root == tmp_path / "out"


def test_foreign_folders_in_the_table_are_none_of_ours(tmp_path: Path) -> None:
    """Somebody's copy of a day is neither read nor a reason to stop."""
    for name in ("day=2023-03-01.old", "day=__HIVE_DEFAULT_PARTITION__", "day=2023-03-01"):
        (tmp_path / "footfall" / name).mkdir(parents=True)
    assert set(Folder.at(str(tmp_path), "run-1", PLACE_DAYS).seen) == {date(2023, 3, 1)}


@pytest.mark.parametrize(
    ("file", "output"),
    [
        ("taken", "taken"),
        ("taken", "taken/below/it"),
        ("out/footfall", "out"),
        ("out/runs", "out"),
        ("out/quarantine", "out"),
    ],
)
def test_a_file_in_the_way_is_refused_and_nothing_is_written(tmp_path: Path, file: str, output: str) -> None:
    """Before any work is done."""
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text("precious")
    before = files(tmp_path)
    with pytest.raises(SettingsError, match="cannot be written") as refused:
        Folder.at(str(tmp_path / output), "run-1", PLACE_DAYS)
    assert str(tmp_path / file) in refused.value.what
    assert "FOOTFALL_OUTPUT" in refused.value.where
    assert files(tmp_path) == before
    assert (tmp_path / file).read_text() == "precious"


def test_a_folder_that_cannot_be_created_is_refused_when_the_run_begins_at_the_latest() -> None:
    """The kernel's own folder lets root in, and then creates nothing."""

    def run() -> None:
        with Folder.at("/proc/footfall", "run-1", PLACE_DAYS).begin():
            pytest.fail("the run began")

    with pytest.raises(SettingsError, match="/proc/footfall cannot be written"):
        run()
    assert not Path("/proc/footfall").exists()


def test_the_same_run_id_twice_is_refused(tmp_path: Path) -> None:
    """Nobody else writes into a run's folder while it lives."""
    first, second = (Folder.at(str(tmp_path), "run-1", PLACE_DAYS) for _ in range(2))
    with first.begin(), pytest.raises(SettingsError, match="there already"), second.begin():
        pytest.fail("the second run began")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may look into, which pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="footfall-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def as_nobody(output: Path) -> str:
    """What a user without any right is told who wants to write to the output."""
    code = f"""
import os
from footfall.errors import SettingsError
from footfall.publish.folder import Folder
from footfall.schema import PLACE_DAYS
if os.getuid() == 0:
    os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})
try:
    with Folder.at({str(output)!r}, "run-1", PLACE_DAYS).begin():
        print("the run began")
except SettingsError as error:
    print("refused:", error.what)
"""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("closed", "mode", "output"),
    [
        (".", 0o555, "."),
        (".", 0o555, "new/folder"),
        ("secret", 0o600, "secret/new"),
        ("footfall", 0o555, "."),
        ("runs", 0o555, "."),
        ("quarantine", 0o555, "."),
    ],
)
def test_a_folder_without_the_right_to_write_is_refused(
    open_folder: Path, closed: str, mode: int, output: str
) -> None:
    """Permission bits, of the folder itself, of a parent, or of a part of the output."""
    open_folder.chmod(0o777)
    (open_folder / closed).mkdir(exist_ok=True)
    (open_folder / closed).chmod(mode)
    before = files(open_folder)
    told = as_nobody(open_folder / output)
    (open_folder / closed).chmod(0o755)
    assert told.startswith(f"refused: The output folder {open_folder / output} cannot be written")
    assert files(open_folder) == before


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder to somebody else")
def test_a_folder_with_the_right_to_write_is_taken(open_folder: Path) -> None:
    """The same user, where everybody may write."""
    open_folder.chmod(0o777)
    assert as_nobody(open_folder) == "the run began\n"
    assert not Folder.at(str(open_folder), "run-1", PLACE_DAYS).day_file(DAY).exists()
