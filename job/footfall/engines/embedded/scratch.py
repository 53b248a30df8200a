"""The scratch folder of a run, for rows on their way from stage to stage; deleted with the run."""

import shutil
from pathlib import Path
from tempfile import gettempdir, mkdtemp

from footfall import defects
from footfall.errors import InfrastructureError, SettingsError
from footfall.temporary import PREFIX, delete_abandoned, lock_folder

_NAME = f"{PREFIX}scratch-"


class Scratch:
    """A temporary folder, locked while the process lives.

    Folders beside it that killed runs left are deleted, as of `delete_abandoned`.

    Args:
        below: The folder in which it is made; None for the system's temporary folder.

    Raises:
        SettingsError: `below` is not writable.
        InfrastructureError: The disk is full.
    """

    def __init__(self, below: str | None) -> None:
        parent = Path(below or gettempdir()).expanduser()
        try:
            delete_abandoned(parent)
            self.folder = Path(mkdtemp(prefix=_NAME, dir=parent))
            self._lock = lock_folder(self.folder)
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
