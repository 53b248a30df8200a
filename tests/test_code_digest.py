"""The digest of the code that counts: the same for the same code, wherever it lies."""

import re
import shutil
from pathlib import Path

import pytest

import footfall
from footfall.platforms import code


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the package, at which the digest looks."""
    copy: Path = shutil.copytree(Path(footfall.__file__).parent, tmp_path / "footfall")
    monkeypatch.setattr(code, "files", lambda name: copy)
    return copy


def test_a_copy_of_the_code_has_the_same_digest(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve hexadecimal digits; compiled files do not count."""
    (copied / "locate" / "kernel.cpython-311.pyc").write_bytes(b"compiled")
    of_copy = code.code_digest()
    monkeypatch.undo()
    assert of_copy == code.code_digest()
    assert re.fullmatch("[0-9a-f]{12}", of_copy)


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        ("locate/kernel.py", True),
        ("clean.py", True),
        ("aggregate/visits.py", True),
        ("report/html.py", False),
        ("site/site.css", False),
        ("launch/start.py", False),
    ],
)
def test_only_code_that_counts_changes_it(copied: Path, changed: str, counts: bool) -> None:
    """A new colour in a page makes no day stale."""
    before = code.code_digest()
    with (copied / changed).open("a") as file:
        file.write("\n# changed\n")
    assert (code.code_digest() != before) is counts
