"""The list of guards keeps up with the code."""

import ast
from pathlib import Path

import pytest

from tests.guards.__main__ import REMOVALS, Outcome, line, table
from tests.guards.removal import CODE, ROOT, Removal

LEAST = 25


@pytest.mark.parametrize("removal", REMOVALS, ids=lambda removal: removal.guard.replace(" ", "-"))
def test_a_guard_can_be_taken_out_and_what_is_left_is_python(tmp_path: Path, removal: Removal) -> None:
    """Its text stands in the code exactly once; the rest can be compiled."""
    copy = tmp_path / removal.file
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes((CODE / removal.file).read_bytes())
    removal.apply(tmp_path)
    ast.parse(copy.read_text(encoding="utf-8"))


@pytest.mark.parametrize("test", sorted({removal.test for removal in REMOVALS}))
def test_the_test_that_is_named_is_there(test: str) -> None:
    """Else nothing would be found."""
    file, _, name = test.partition("::")
    assert f"def {name}(" in (ROOT / "tests" / file).read_text(encoding="utf-8")


def test_the_documents_list_each_guard_once() -> None:
    """`python -m tests.guards --write` makes that table, whose seconds are those of its last run."""
    listed = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
    assert len(REMOVALS) >= LEAST
    for removal in REMOVALS:
        assert (
            listed.count(f"| {removal.guard} | `{removal.file}` | `{removal.test.partition('::')[2]}`") == 1
        )


REMOVAL = Removal("a lock", "a.py", "lock()\n", "", "a/test_b.py::test_c")


def test_a_guard_and_its_test_are_a_line_of_the_table() -> None:
    """With the seconds that it took to find."""
    expected = "| a lock | `a.py` | `test_c` in `tests/a/test_b.py` | 2.0 |"
    assert line(Outcome(REMOVAL, code=1, seconds=2.04)) == expected


def test_lines_of_guards_that_were_not_taken_out_now_stay_in_the_table() -> None:
    """In the order of the list; what is no guard any more goes."""
    first, second = (removal.guard for removal in REMOVALS[:2])
    before = f"| {second} | old |\n| {first} | old |\n| gone | old |\n"
    assert table({first: f"| {first} | new |"}, before).splitlines()[2:] == [
        f"| {first} | new |",
        f"| {second} | old |",
    ]


@pytest.mark.parametrize(("code", "is_found"), [(1, True), (0, False), (2, False), (4, False), (None, False)])
def test_only_a_test_that_fails_has_found_something(code: int | None, is_found: bool) -> None:
    """One that passes, is not there, breaks off or takes too long has not."""
    assert Outcome(REMOVAL, code, seconds=1.0).is_found is is_found


@pytest.mark.parametrize("content", ["", "lock()\nlock()\n"])
def test_a_guard_that_is_gone_or_not_the_only_one_is_named(tmp_path: Path, content: str) -> None:
    """Else it would not be known what was taken out."""
    (tmp_path / "a.py").write_text(content)
    with pytest.raises(ValueError, match="times: a lock"):
        REMOVAL.apply(tmp_path)
