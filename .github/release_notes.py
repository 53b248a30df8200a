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
        Disagreement: The tag is no version, or not that of pyproject.toml and of the package, or the changelog has no
            heading with it and a day, or nothing below that.
    """
    if not re.fullmatch(r"v\d+\.\d+\.\d+", tag):
        raise Disagreement(f"{tag!r} is not vX.Y.Z")
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    if tag != f"v{project['version']}":
        raise Disagreement(f"{tag} is tagged, but pyproject.toml has {project['version']}")
    package = (root / "job/footfall/__init__.py").read_text(encoding="utf-8")
    if f'\n__version__ = "{project["version"]}"\n' not in package:
        raise Disagreement(
            f"pyproject.toml has {project['version']}, but job/footfall/__init__.py another one"
        )
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    heading = f"## [{project['version']}] - "
    found = re.search(rf"^{re.escape(heading)}(\S+)\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    if found is None or not re.fullmatch(r"\d{4}-\d\d-\d\d", found[1]):
        raise Disagreement(f"CHANGELOG.md has no heading {heading}YYYY-MM-DD")
    if not found[2].strip():
        raise Disagreement(f"CHANGELOG.md says nothing of {project['version']}")
    return found[2].strip() + "\n"


if __name__ == "__main__":
    try:
        sys.stdout.write(notes(sys.argv[1], ROOT))
    except Disagreement as disagreement:
        sys.exit(str(disagreement))
