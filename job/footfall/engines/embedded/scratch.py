"""The folder for what goes from stage to stage: made for one run, and taken away with it."""

import fcntl
import shutil
from pathlib import Path
from tempfile import gettempdir, mkdtemp

from footfall import defects
from footfall.errors import InfrastructureError, SettingsError

_NAME, _LOCK, _NOT_YET = "footfall-scratch-", "lock", "not-yet-locked"


class Scratch:
    """A folder below another, held by a lock while the process lives.

    Folders that killed runs left there, whose lock nobody holds, are taken away.

    Args:
        below: The folder; None for the system's.

    Raises:
        SettingsError: It cannot be written.
        InfrastructureError: The disk is full.
    """

    def __init__(self, below: str | None) -> None:
        parent = Path(below or gettempdir()).expanduser()
        try:
            _sweep(parent)
            self.folder = Path(mkdtemp(prefix=_NAME, dir=parent))
            self._lock = (self.folder / _NOT_YET).open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            (self.folder / _NOT_YET).rename(self.folder / _LOCK)  # others only see it locked
        except OSError as failure:
            if defects.is_full(failure):
                raise disk_is_full(failure, parent) from failure
            raise SettingsError(
                f"The scratch folder cannot be written: {failure.strerror}",
                where=f"setting scratch (flag --scratch, variable FOOTFALL_SCRATCH): {parent}",
                fix="Name a folder that this user may write to, on a disk with space.",
            ) from failure
        self._made: list[Path] = []

    def made(self) -> Path:
        """Make a folder in it.

        Raises:
            InfrastructureError: The disk is full.
        """
        try:
            folder = Path(mkdtemp(dir=self.folder))
        except OSError as failure:
            raise disk_is_full(failure, self.folder) from failure
        self._made.append(folder)
        return folder

    def drop_older(self, than: Path) -> None:
        """Take away the folders that were made before this one."""
        while self._made and self._made[0] != than:
            shutil.rmtree(self._made.pop(0))

    def remove(self) -> None:
        """Take all of it away; may be called twice."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.close()


def disk_is_full(failure: OSError, folder: Path) -> InfrastructureError:
    """What to say where nothing more can be written to a folder of the scratch folder."""
    where = f"setting scratch (flag --scratch, variable FOOTFALL_SCRATCH): {folder}"
    return defects.disk_is_full(failure, "the scratch folder", where)


def _sweep(parent: Path) -> None:
    for lock in parent.glob(f"{_NAME}*/{_LOCK}"):
        try:
            with lock.open() as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(lock.parent, ignore_errors=True)
        except OSError:
            continue  # its run lives, it belongs to another user, or it just went away by itself
