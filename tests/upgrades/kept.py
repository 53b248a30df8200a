"""Outputs of released versions, as they were written, and copies of them to work on."""

import shutil
from pathlib import Path

KEPT = Path(__file__).parent / "outputs"
PLACEHOLDER = "/srv/footfall"
"""What kept files say where the folder stood in which they were written."""

VERSIONS = sorted(path.name for path in KEPT.glob("*"))


def copied(version: str, folder: Path) -> Path:
    """A copy of what a version wrote, input and output, that stands in this folder as if it had been written there."""
    shutil.copytree(KEPT / version, folder, dirs_exist_ok=True)
    for path in folder.glob("out/runs/*/*"):
        path.write_text(path.read_text().replace(PLACEHOLDER, str(folder)))
    return folder
