"""Compiled functions: they do what Python does, are made once, and refuse what would read or write other memory."""

import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from footfall.compiled import KERNELS, Kernel, code, compile_missing
from footfall.compiled.types import parsed
from footfall.errors import InfrastructureError

from . import given_kernels
from .given_kernels import add, mark

ADD, MARK, BROKEN = (cast(Kernel, each) for each in (add, mark, given_kernels.broken))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the code of the kernels to test with."""
    made = tmp_path_factory.mktemp("kernels")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(code, "folders", lambda: (made,))
        compile_missing([ADD, MARK], workers=2)
    return made


@pytest.fixture(autouse=True)
def only_this_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let code be looked for there alone."""
    monkeypatch.setattr(code, "folders", lambda: (folder,))


def test_machine_code_does_what_python_does() -> None:
    """Numbers, tuples, arrays of one axis and two, and results of none, one and several."""
    numbers, out, table = np.array([1, 2, 3]), np.zeros(3, np.int64), np.zeros((2, 2))
    assert add(numbers, (2, 0.5), out, table) == (3, 66)
    assert out.tolist() == [21, 22, 23]
    assert table.tolist() == [[0.5, 1.5], [0.5, 1.5]]
    again, same = np.zeros(3, np.int64), np.zeros((2, 2))
    assert ADD.function(numbers, (2, 0.5), again, same) == (3, 66)
    assert (again.tolist(), same.tolist()) == (out.tolist(), table.tolist())
    found = np.zeros(3, np.bool_)
    assert cast(Any, mark)(np.frombuffer(b"aba", np.uint8), found) is None
    assert found.tolist() == [True, False, True]


@pytest.mark.parametrize(
    "numbers",
    [
        np.array([1, 2, 3], np.int32),
        np.array([1.0, 2, 3]),
        np.array([[1, 2, 3]]),
        np.arange(6)[::2],
        [1, 2, 3],
    ],
    ids=["narrow", "doubles", "two axes", "every second", "list"],
)
def test_arrays_of_another_kind_are_refused(numbers: Any) -> None:
    """Their bytes would be taken for others."""
    with pytest.raises(TypeError):
        add(numbers, (1, 0.0), np.zeros(3, np.int64), np.zeros((1, 1)))


def test_what_may_not_be_written_to_is_not() -> None:
    """A kernel that fills an array refuses a mapped one."""
    out = np.zeros(1, np.int64)
    out.flags.writeable = False
    with pytest.raises(TypeError, match="written"):
        add(np.array([1]), (1, 0.0), out, np.zeros((1, 1)))


def test_a_text_that_is_no_type_is_refused() -> None:
    """A slip of the pen is found where the kernel is defined."""
    with pytest.raises(ValueError, match="begins with no type"):
        parsed("i8[] float")


def test_what_was_made_is_not_made_again(folder: Path) -> None:
    """The files keep their times."""
    before = {file: file.stat().st_mtime_ns for file in folder.glob("*.o")}
    assert len(before) == 2
    compile_missing([ADD, MARK], workers=2)
    assert {file: file.stat().st_mtime_ns for file in folder.glob("*.o")} == before


def test_another_constant_of_a_part_is_another_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of the file depends on all that the code depends on."""
    before = Kernel(ADD.function, "i8", "").file_name
    assert Kernel(ADD.function, "i8", "").file_name == before
    assert Kernel(ADD.function, "i8", "i8").file_name != before
    monkeypatch.setattr(given_kernels, "STEP", 11)
    assert Kernel(ADD.function, "i8", "").file_name != before


def test_older_code_of_a_kernel_goes_when_it_is_made_anew(folder: Path) -> None:
    """A folder does not fill up while kernels are changed."""
    kind, key, _ = MARK.file_name.rsplit(".", 2)
    older = folder / f"{kind}.{'0' * len(key)}.o"
    older.write_bytes(b"")
    (folder / MARK.file_name).unlink()
    compile_missing([MARK], workers=1)
    assert not older.exists()
    assert (folder / MARK.file_name).exists()


def test_a_kernel_that_cannot_be_compiled_is_one_error_that_names_the_folder(folder: Path) -> None:
    """It ends the run as a failure of the machine."""
    with pytest.raises(InfrastructureError) as told:
        compile_missing([BROKEN], workers=1)
    assert told.value.where == str(folder)


def test_where_the_package_cannot_be_written_to_code_lies_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that cannot be made, as below a file, is passed over."""
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(code, "folders", lambda: (tmp_path / "file" / "below", tmp_path / "user", tmp_path))
    assert code.folder_to_write() == tmp_path / "user"


def test_code_that_others_could_have_written_is_not_run(tmp_path: Path) -> None:
    """The last folder, which is in one that all can write to, counts only if nobody else can."""
    assert code._is_ours(tmp_path / "not there")
    tmp_path.chmod(0o700)
    assert code._is_ours(tmp_path)
    tmp_path.chmod(0o777)
    assert not code._is_ours(tmp_path)


def test_a_run_needs_no_numba_once_its_kernels_are_made() -> None:
    """Its import alone takes longer than all kernels take to load."""
    program = "import sys; from footfall import kernels; kernels.load(); print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_every_kernel_has_its_name_once() -> None:
    """The file of one never is that of another."""
    assert all(name == each.name for name, each in KERNELS.items())
    assert len({each.file_name for each in KERNELS.values()}) == len(KERNELS)
