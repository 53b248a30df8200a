"""docs/explain.md: each command in it is run on the sample, and prints what the document shows."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from footfall.cli import main
from footfall.sample import BUNDLED
from tests.documents import blocks_of

DOCUMENT = Path(__file__).parents[2] / "docs" / "explain.md"
COMMAND = re.compile(r"^\$ footfall (.+)\n", re.MULTILINE)


def commands() -> Iterator[tuple[str, str]]:
    """Each command of the document with what it prints."""
    for block in blocks_of("docs/explain.md", DOCUMENT.read_text(encoding="utf-8")):
        if block.language == "console":
            _, *parts = COMMAND.split(block.text)
            yield from zip(parts[::2], (printed.strip("\n") for printed in parts[1::2]), strict=True)


def steady(text: str) -> str:
    """A text without what differs from machine to machine and from day to day."""
    text = text.replace(f"{BUNDLED}/", ".../").replace("(yesterday)", "")
    text = re.sub(r"\d{8}T\d{6}Z-[0-9a-f]{4}", "RUN", text)
    text = re.sub(r"until before [-\d]+T", "until before DAYT", text)
    text = re.sub(r"pyproj [\d.]+", "pyproj", text)
    return text.strip("\n")


def test_each_command_prints_what_the_document_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """In one folder, one after the other; errors stand in the document as they are printed."""
    monkeypatch.chdir(tmp_path)
    found = list(commands())
    assert len(found) > 7
    for words, printed in found:
        main(shlex.split(words))
        told = capfd.readouterr()
        if printed:
            errors = "\n".join(line for line in told.err.splitlines() if not line.startswith("{"))
            assert steady(told.out + errors) == steady(printed), words
