"""One file put in the place of another, by a rename."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from footfall.errors import FootfallError

Version = tuple[int, int, int] | None
"""What changes when a file is replaced; None where it is not there."""


def swap_in(staged: Path, target: Path) -> None:
    """Make the staged file durable, then rename it over the target."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for path in (staged, target.parent):
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
    staged.replace(target)


def version(path: Path) -> Version:
    """The version of a file, as it is now."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


@contextmanager
def naming(replaced: Sequence[str]) -> Iterator[None]:
    """Let an error inside the block name what had been replaced before it.

    Args:
        replaced: The days, weeks or months, as they are added.
    """
    try:
        yield
    except FootfallError as failure:
        if replaced:
            failure.what = f"{failure.what}, after {', '.join(replaced)} had been replaced"
        raise
