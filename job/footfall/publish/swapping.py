"""Replaces a file by another one, by a rename."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from footfall.errors import FootfallError

Version = tuple[int, int, int] | None
"""Inode, time of change and size of a file, which differ once it is replaced; None if there is no file."""


def swap_in(staged: Path, target: Path) -> None:
    """Make the staged file durable, then rename it over the target."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for path in (staged, target.parent):
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
    staged.replace(target)


def version(path: Path) -> Version:
    """The version of a file as it is now; None if there is no file."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


@contextmanager
def naming(replaced: Sequence[str]) -> Iterator[None]:
    """Add to the text of an error inside the block what had been replaced before it.

    Args:
        replaced: The days, weeks or months replaced so far; the block adds to it.
    """
    try:
        yield
    except FootfallError as failure:
        if replaced:
            failure.what = f"{failure.what}, after {', '.join(replaced)} had been replaced"
        raise
