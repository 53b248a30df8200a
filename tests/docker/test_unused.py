"""What is left out of the image: only what the list names, and a list that is older than what it speaks of is told."""

import zipfile
from pathlib import Path

import pytest

import repack
import thin

LIST = """
[[unused]]
why = "tests"
paths = ["*/tests"]

[[unused_in_jars]]
why = "names"
jar = "words-*.jar"
entries = ["names/*"]
"""


def test_what_a_pattern_names_is_removed_and_nothing_else(tmp_path: Path) -> None:
    """A folder goes with all that is in it; its neighbour stays."""
    (tmp_path / "a" / "tests" / "deep").mkdir(parents=True)
    (tmp_path / "a" / "tests" / "deep" / "test.py").write_text("four")
    (tmp_path / "a" / "code.py").write_text("code")
    assert thin.thin([tmp_path], thin.patterns(LIST)) == 4
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "code.py"]


def test_a_pattern_that_names_nothing_fails(tmp_path: Path) -> None:
    """A library that has moved its tests would bring them in again unseen."""
    with pytest.raises(thin.NothingToRemove, match=r"nothing is called \*/tests"):
        thin.thin([tmp_path], thin.patterns(LIST))


def test_a_jar_loses_what_the_list_names_and_native_code_of_other_systems(tmp_path: Path) -> None:
    """What stays is stored, has one moment, and is each name once."""
    jar = tmp_path / "words-1.jar"
    with zipfile.ZipFile(jar, "w", zipfile.ZIP_DEFLATED) as new:
        for name in (
            "sort/A.class",
            "names/de.res",
            "win/amd64/a.dll",
            "linux/amd64/a.so",
            "linux/mips/a.so",
        ):
            new.writestr(name, name)
    repack.repack(jar, repack.unused_in(jar.name, LIST))
    with zipfile.ZipFile(jar) as packed:
        assert {entry.filename: entry.compress_type for entry in packed.infolist()} == {
            "sort/A.class": zipfile.ZIP_STORED,
            "linux/amd64/a.so": zipfile.ZIP_STORED,
        }
        assert {entry.date_time for entry in packed.infolist()} == {repack.EPOCH}


def test_a_list_that_is_older_than_the_jar_fails() -> None:
    """Other jars are not asked for what this one should hold."""
    assert repack.unused_in("other-1.jar", LIST) == []
    with pytest.raises(repack.NothingToLeaveOut, match=r"the jar holds no names/\*"):
        repack.kept(["sort/A.class"], repack.unused_in("words-2.jar", LIST))
