"""The part of the changelog that a release tag stands for: python3 .github/release_notes.py vX.Y.Z

Fails where the tag, the version of pyproject.toml and the changelog do not agree.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class Disagreement(Exception):
    """The tag is no release of this commit; the message says why."""


def notes(tag: str, root: Path) -> str:
    """What CHANGELOG.md says below the heading of the version.

    Raises:
        Disagreement: The tag is no version, not that of pyproject.toml, or one of which the changelog says nothing.
    """
    if not re.fullmatch(r"v\d+\.\d+\.\d+", tag):
        raise Disagreement(f"{tag!r} is not vX.Y.Z")
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    if tag != f"v{project['version']}":
        raise Disagreement(f"{tag} is tagged, but pyproject.toml has {project['version']}")
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = rf"^## \[?{re.escape(tag.removeprefix('v'))}\]?(?: [^\n]*)?\n(.*?)(?=^## |\Z)"
    found = re.search(heading, changelog, re.MULTILINE | re.DOTALL)
    if found is None or not found[1].strip():
        raise Disagreement(f"CHANGELOG.md says nothing of {tag.removeprefix('v')}")
    return found[1].strip() + "\n"


if __name__ == "__main__":
    try:
        sys.stdout.write(notes(sys.argv[1], ROOT))
    except Disagreement as disagreement:
        sys.exit(str(disagreement))
