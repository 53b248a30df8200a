"""Removes what the job never uses from the folders of the image: `python thin.py FOLDER...` after unused.toml."""

import shutil
import sys
import tomllib
from pathlib import Path

LIST = Path(__file__).with_name("unused.toml")


class NothingToRemove(Exception):
    """A pattern of the list names nothing, so the list is older than what it speaks of."""


def patterns(text: str) -> dict[str, list[str]]:
    """All patterns of the list, without their reasons, and the patterns of what stays of each."""
    entries = tomllib.loads(text)["unused"]
    return {pattern: entry.get("but", []) for entry in entries for pattern in entry["paths"]}


def thin(folders: list[Path], unused: dict[str, list[str]]) -> int:
    """Remove each file and folder that a pattern names, relative to one of the folders.

    Args:
        folders: Where to look.
        unused: The patterns, and for each the patterns of what stays.

    Returns:
        The bytes that are gone.

    Raises:
        NothingToRemove: A pattern names nothing.
    """
    before = sum(map(_size, folders))
    for pattern, but in unused.items():
        stays = {path for folder in folders for each in but for path in folder.glob(each)}
        found = [path for folder in folders for path in folder.glob(pattern) if path not in stays]
        if not found:
            raise NothingToRemove(
                f"{LIST.name}: nothing is called {pattern} in {', '.join(map(str, folders))}"
            )
        for path in found:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    return before - sum(map(_size, folders))


def _size(folder: Path) -> int:
    """The bytes of all files below a folder."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())


if __name__ == "__main__":
    gone = thin([Path(word) for word in sys.argv[1:]], patterns(LIST.read_text(encoding="utf-8")))
    sys.stdout.write(f"{gone / 2**20:.0f} MiB that the job never uses are gone\n")
