"""The scratch folder of a run, for rows on their way from stage to stage; deleted with the run."""

import fcntl
import shutil
from pathlib import Path
from tempfile import gettempdir, mkdtemp

from footfall import defects
from footfall.errors import InfrastructureError, SettingsError

_NAME, _LOCK, _NOT_YET = "footfall-scratch-", "lock", "not-yet-locked"


class Scratch:
    """A temporary folder, locked while the process lives.

    Unlocked folders beside it, left by killed runs, are deleted.

    Args:
        below: The folder in which it is made; None for the system's temporary folder.

    Raises:
        SettingsError: `below` is not writable.
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
        self._folders: list[Path] = []

    def new_folder(self) -> Path:
        """Make a new folder in it, and give its path.

        Raises:
            InfrastructureError: The disk is full.
        """
        try:
            folder = Path(mkdtemp(dir=self.folder))
        except OSError as failure:
            raise disk_is_full(failure, self.folder) from failure
        self._folders.append(folder)
        return folder

    def drop_older(self, than: Path) -> None:
        """Delete the folders that were made before this one."""
        while self._folders and self._folders[0] != than:
            shutil.rmtree(self._folders.pop(0))

    def remove(self) -> None:
        """Delete all of it; may be called twice."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.close()


def disk_is_full(failure: OSError, folder: Path) -> InfrastructureError:
    """The error for a full disk under the scratch folder."""
    where = f"setting scratch (flag --scratch, variable FOOTFALL_SCRATCH): {folder}"
    return defects.disk_is_full(failure, "the scratch folder", where)


def _sweep(parent: Path) -> None:
    for lock in parent.glob(f"{_NAME}*/{_LOCK}"):
        try:
            with lock.open() as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(lock.parent, ignore_errors=True)
        except OSError:
            continue  # its run is alive, it belongs to another user, or it was deleted meanwhile
