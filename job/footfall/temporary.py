"""Temporary folders, locked while their process lives, so that others can delete what killed processes leave."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TextIO

from footfall.defects import disk_is_full, is_full

PREFIX = "footfall-"
"""The names of all temporary folders of the job begin so."""

_LOCK, _NOT_YET, _FILES = "lock", "not-yet-locked", "files"


@contextmanager
def temporary_folder(name: str = "") -> Iterator[Path]:
    """A new folder below the system's temporary folder, deleted with the context; see `delete_abandoned`.

    Args:
        name: Stands in the name of its parent, after PREFIX.

    Raises:
        InfrastructureError: The disk is full.
    """
    delete_abandoned(Path(gettempdir()))
    with ExitStack() as lock, TemporaryDirectory(prefix=PREFIX + name) as folder:
        try:
            lock.enter_context(lock_folder(Path(folder)))
            files = Path(folder, _FILES)
            files.mkdir()
            yield files
        except OSError as failure:
            if not is_full(failure) or not str(failure.filename or folder).startswith(folder):
                raise
            where = f"variable TMPDIR, or the system's folder for temporary files: {folder}"
            raise disk_is_full(failure, "temporary files", where) from failure


def lock_folder(folder: Path) -> TextIO:
    """Lock a new folder, by a file in it, until the file that this gives is closed here and in all forked processes.

    Where the disk knows no locks the folder is never `delete_abandoned`.

    Raises:
        OSError: The folder cannot be written.
    """
    held = (folder / _NOT_YET).open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return held
    held.write(_machine())
    held.flush()
    (folder / _NOT_YET).rename(folder / _LOCK)  # others only see it locked
    return held


def delete_abandoned(parent: Path) -> None:
    """Delete the folders in `parent` that this user's processes on this machine locked, if these have all ended."""
    for lock in parent.glob(f"{PREFIX}*/{_LOCK}"):
        try:
            if lock.parent.lstat().st_uid != os.geteuid() or not lock.is_file():
                continue
            with lock.open() as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if held.read() == _machine():  # on a shared disk another machine's lock may not be seen
                    shutil.rmtree(lock.parent, ignore_errors=True)
        except OSError:
            continue  # its process lives, or it was deleted meanwhile


def _machine() -> str:
    return os.uname().nodename
