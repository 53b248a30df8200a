"""The YAML of a settings file: no surprises, no duplicates, no code."""

from pathlib import Path

import pytest

from footfall.errors import SettingsError
from footfall.settings.strict_yaml import read_file, read_text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("[1, -2, 1.5, 1e3]", [1, -2, 1.5, 1000.0]),
        ("[true, False]", [True, False]),
        ("[null, ~]", [None, None]),
        ("[no, on, y]", ["no", "on", "y"]),
        ("[1:30, 010, 1_000]", ["1:30", "010", "1_000"]),
        ("[2023-03-01]", ["2023-03-01"]),
        ("{from: a, to: b}", {"from": "a", "to": "b"}),
    ],
)
def test_only_plain_numbers_truth_values_and_null_are_not_text(written: str, read: object) -> None:
    """No 90 out of `1:30`, no 8 out of `010`, no false out of `no`."""
    assert read_text(written) == read


@pytest.mark.parametrize(
    ("content", "what", "line"),
    [
        (b"a: 1\nb:\n  c: 1\n  c: 2\n", "the key `c` stands twice", 4),
        (b"a: 1\na: 1\n", "the key `a` stands twice", 2),
        (b"a: [1\nb: 2\n", "but got ':'", 2),
        (b"a: 1\n\tb: 2\n", "there is a tab where blanks must stand", 2),
        (b"x: !!python/object/apply:os.system ['true']\n", "could not determine a constructor", 1),
        (b"a: !!int ''\n", "a value does not fit its tag", None),
        (b"a: 1\n---\nb: 2\n", "another document", 2),
        (b"? [a]\n: 1\n", "unhashable key", 1),
        (b"[" * 5000, "nested too deeply", None),
        (b"ok: 1\nname: caf\xe9\n", "not text in UTF-8", 2),
        (b"", "holds nothing", None),
        (b"# only a comment\n", "holds nothing", None),
        (b"- a\n", "holds a list", None),
        (b"just text\n", "holds a str", None),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_where(
    tmp_path: Path, content: bytes, what: str, line: int | None
) -> None:
    """One settings error, with the line where YAML knows it."""
    path = tmp_path / "settings.yaml"
    path.write_bytes(content)
    with pytest.raises(SettingsError) as refused:
        read_file(path)
    assert what in refused.value.what
    assert f"file {path}" in refused.value.where
    assert line is None or f"line {line}" in refused.value.where


def test_a_file_that_is_not_there_is_a_settings_error(tmp_path: Path) -> None:
    """So is a folder."""
    with pytest.raises(SettingsError, match="No such file"):
        read_file(tmp_path / "none.yaml")
    with pytest.raises(SettingsError, match="Is a directory"):
        read_file(tmp_path)


def test_lines_and_a_byte_order_mark_are_known(tmp_path: Path) -> None:
    """Editors of other systems put a mark before the first key."""
    path = tmp_path / "settings.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\nb:\n  c: 2\n")
    read = read_file(path)
    assert read.values == {"a": 1, "b": {"c": 2}}
    assert read.lines == {"a": 1, "b": 2, "b.c": 3}


def test_aliases_that_go_in_circles_end(tmp_path: Path) -> None:
    """A mapping that holds itself is read without an endless loop."""
    path = tmp_path / "settings.yaml"
    path.write_bytes(b"a: &a\n  b: *a\n")
    assert read_file(path).lines == {"a": 1, "a.b": 2}
