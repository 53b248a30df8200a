"""Which files stand behind the paths of an input, on every kind of store alike."""

import errno
import re
from pathlib import Path
from threading import Barrier

import pytest

from footfall import stores
from footfall.errors import FootfallError, InfrastructureError, InputError
from footfall.read.pings.files import find_files, unreadable
from tests.file_stores.doors import Door, Request

FILES = (
    "day=1/a.csv",
    "day=2/b.csv",
    "day=2/_c.csv",
    "day=2/.d.csv",
    "_old/e.csv",
    "night/f.csv",
    "deep/er/g.csv",
    "g[1].csv",
    "h{x}.csv",
    "10:00 +%20.csv",
)
GLOBS = (
    (
        "",
        [
            "10:00 +%20.csv",
            "day=1/a.csv",
            "day=2/b.csv",
            "deep/er/g.csv",
            "g[1].csv",
            "h{x}.csv",
            "night/f.csv",
        ],
    ),
    ("day=1", ["day=1/a.csv"]),
    ("day=*", ["day=1/a.csv", "day=2/b.csv"]),
    ("day=*/*.csv", ["day=1/a.csv", "day=2/b.csv"]),
    ("day=*/b.csv", ["day=2/b.csv"]),
    ("d*/*", ["day=1/a.csv", "day=2/b.csv", "deep/er/g.csv"]),
    ("*.csv", ["10:00 +%20.csv", "g[1].csv", "h{x}.csv"]),
    ("day=?/[a-b].csv", ["day=1/a.csv", "day=2/b.csv"]),
    ("day=[^1]/*", ["day=2/b.csv"]),
    ("day=[!2]/*", ["day=1/a.csv"]),
    ("{day=1,deep/er}/*.csv", ["day=1/a.csv", "deep/er/g.csv"]),
    ("{day={1,2},night}/*", ["day=1/a.csv", "day=2/b.csv", "night/f.csv"]),
    ("g[1].csv", ["g[1].csv"]),
    ("g[[]1].csv", ["g[1].csv"]),
    ("g\\[?].csv", ["g[1].csv"]),
    ("h\\{x\\}.csv", ["h{x}.csv"]),
    ("day=2/_c.csv", ["day=2/_c.csv"]),
    ("10:00 +%20.csv", ["10:00 +%20.csv"]),
)
"""What stands in the settings below the folder, and which of FILES it means."""


@pytest.fixture
def filled(root: str) -> str:
    """A folder with FILES."""
    for name in FILES:
        stores.of(root).write(f"{root}/{name}", b"12")
    return root


def found(root: str, *paths: str) -> list[str]:
    """The files behind paths below the root, as paths below it."""
    return [file.path.removeprefix(f"{root}/") for file in find_files([f"{root}/{each}" for each in paths])]


def test_globs_and_folders_name_files(filled: str) -> None:
    """A path that is there is no glob; hidden files are read only where they are named."""
    assert {glob: found(filled, glob) for glob, _ in GLOBS} == dict(GLOBS)


def test_each_file_comes_once(filled: str) -> None:
    """Sorted by path; one that is named by itself counts as named."""
    assert found(filled, "day=*", "day=2/b.csv", "day=2") == ["day=1/a.csv", "day=2/b.csv"]
    paths = [f"{filled}/day=2/b.csv", f"{filled}/day=*"]
    assert [file.listed for file in find_files(paths)] == [True, False]


def test_a_file_is_known_by_its_size_and_version(filled: str) -> None:
    """Whether it was listed or named."""
    (named,) = find_files([f"{filled}/night/f.csv"])
    (listed,) = find_files([f"{filled}/night"])
    assert (named.bytes, named.name, named.listed, listed.listed) == (2, "f.csv", False, True)
    assert named.version == listed.version
    assert (named.local is None) == ("://" in filled) == (named.version is not None)


def test_a_path_that_is_not_there_names_what_is_near(filled: str) -> None:
    """In its folder, whatever the store."""
    with pytest.raises(InputError, match="The path does not exist") as caught:
        found(filled, "nigth")
    assert caught.value.where == f"pings.path: {filled}/nigth"
    assert caught.value.fix == "Correct the path. Near it are: night."


@pytest.mark.parametrize(
    ("path", "what"),
    [("_old", None), ("day=3/*", "The glob matches no file"), ("*.tsv", "The glob matches no file")],
)
def test_a_path_without_files_is_refused(filled: str, path: str, what: str | None) -> None:
    """A folder that is named is read, also a hidden one."""
    if what is None:
        assert found(filled, path) == ["_old/e.csv"]
    else:
        with pytest.raises(InputError, match=what) as caught:
            found(filled, path)
        assert caught.value.where == f"pings.path: {filled}/{path}"


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    """So is one with hidden files alone."""
    (tmp_path / "_hidden").mkdir()
    (tmp_path / "_hidden" / "a.csv").write_text("x")
    with pytest.raises(InputError, match="The folder holds no file"):
        find_files([str(tmp_path)])


def test_a_range_that_goes_backwards_is_refused(tmp_path: Path) -> None:
    """It can match nothing."""
    with pytest.raises(InputError, match="The glob cannot be used: bad character range z-a"):
        find_files([f"{tmp_path}/[z-a].csv"])


def test_a_relative_path_starts_at_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names both."""
    (tmp_path / "a.csv").write_text("x")
    monkeypatch.chdir(tmp_path)
    assert [file.path for file in find_files(["*.csv"])] == [str(tmp_path / "a.csv")]
    with pytest.raises(InputError) as caught:
        find_files(["b.csv"])
    assert caught.value.where == f"pings.path: b.csv ({tmp_path}/b.csv)"


def test_a_link_to_a_folder_above_ends(tmp_path: Path) -> None:
    """Its files are read once."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("x")
    (tmp_path / "in" / "again").symlink_to(tmp_path / "in")
    assert [file.path for file in find_files([str(tmp_path / "in")])] == [str(tmp_path / "in" / "a.csv")]


def test_a_link_to_nothing_is_noticed_when_it_is_read(tmp_path: Path) -> None:
    """It is among the files, so that it is not lost; a hidden one, as editors make, is passed over."""
    (tmp_path / "a.csv").symlink_to(tmp_path / "nowhere")
    (tmp_path / ".#b.csv").symlink_to(tmp_path / "nowhere")
    (file,) = find_files([str(tmp_path)])
    with pytest.raises(InputError, match="no longer there") as caught:
        stores.of(file.path).open(file.path, file.bytes, file.version)
    assert "link to nothing" in caught.value.fix


def test_many_folders_are_asked_at_once(door: Door, bucket: str) -> None:
    """One after the other each would take as long as the way to the store: three requests wait for each other."""
    for day in range(12):
        stores.of(bucket).write(f"{bucket}/in/day={day:02}/a.csv", b"1")
    door.asked.clear()
    three = Barrier(3)

    def wait(request: Request) -> None:
        if re.search(r"prefix=in%2Fday%3D\d", request.path):
            three.wait(10)

    door.rule = wait
    assert len(find_files([f"{bucket}/in/day=*/*.csv"])) == 12
    assert len(door.asked) <= 20  # four of them for logs of tables above


@pytest.mark.parametrize(
    ("failure", "kind", "what"),
    [
        (PermissionError(errno.EACCES, "Permission denied"), InputError, "access is denied"),
        (OSError(errno.EIO, "Input/output error"), InfrastructureError, "Input/output error"),
        (OSError(errno.ENOSPC, "No space left"), InfrastructureError, "the disk is full"),
        (OSError(errno.EDQUOT, "Quota exceeded"), InfrastructureError, "the quota of the disk is used up"),
        (TimeoutError("timed out"), InfrastructureError, "timed out"),
        (OSError("Not a gzipped file"), InputError, "Not a gzipped file"),
        (EOFError("Compressed file ended\nhere"), InputError, "Compressed file ended"),
        (EOFError(), InputError, "EOFError"),
    ],
)
def test_why_a_file_cannot_be_read_is_one_sentence(
    failure: Exception, kind: type[FootfallError], what: str
) -> None:
    """Only what may pass by itself is worth a retry by a machine."""
    error = unreadable("/data/a.csv", failure)
    assert type(error) is kind
    assert error.what == f"The file cannot be read: {what}"
    assert error.where == "/data/a.csv"
