"""The documents: where they are, and the blocks of code in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = (
    "*.md",
    "docs/*.md",
    "docker/*.md",
    "bench/*.md",
    "k8s/**/*.md",
    "argocd/*.md",
    "aws/*.md",
    "airflow/*.md",
)
FENCE = re.compile(r"^( *)```(\w*)$")


@dataclass(frozen=True)
class Block:
    """A block of code of a document."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        """Where it begins."""
        return f"{self.page}:{self.line}"


def documents() -> list[Path]:
    """All Markdown of the repository."""
    return sorted({path for each in FOLDERS for path in ROOT.glob(each) if ".venv" not in path.parts})


def blocks_of(page: str, text: str) -> Iterator[Block]:
    """The fenced blocks of a document; a block that is only indented has the language `indented`."""
    lines, number = text.splitlines(), 0
    while number < len(lines):
        first, line = number, lines[number]
        number += 1
        if fence := FENCE.match(line):
            while not re.match(r" *```$", lines[number]):
                number += 1
            inner = [each.removeprefix(fence[1]) for each in lines[first + 1 : number]]
            yield Block(page, first + 1, fence[2], "\n".join(inner) + "\n")
            number += 1
        elif re.match(r" {4,}[^ |]", line) and not lines[first - 1] and not _is_in_list(lines[:first]):
            yield Block(page, first + 1, "indented", line)


def _is_in_list(before: list[str]) -> bool:
    """Whether indented text after these lines goes on with an item of a list."""
    outer = next((line for line in reversed(before) if line and not line.startswith(" ")), "")
    return bool(re.match(r"(\d+\.|-) ", outer))


def blocks() -> list[Block]:
    """All blocks of all documents."""
    return [
        block
        for path in documents()
        for block in blocks_of(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
    ]
