"""Files of this machine, and of what is mounted there."""

import errno
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import ClassVar
from uuid import uuid4

from footfall.errors import InputError
from footfall.stores.errors import changed, error_of, gone
from footfall.stores.store import Entry, is_hidden

_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)


class LocalStore:
    """The store of local files; see `Store`. It raises the system's own OSErrors."""

    def look(self, path: str) -> Entry | None:
        """The file or folder of this path."""
        try:
            return _entry(path, Path(path).stat())
        except (FileNotFoundError, NotADirectoryError):
            return None

    def walk(self, folder: str, *, hidden: bool = True) -> Iterator[Entry]:
        """All files in a folder and below it; a link back to a folder above is not followed."""
        if Path(folder).is_dir():
            yield from _walk(folder, frozenset(), hidden)

    def children(self, folder: str) -> Iterator[Entry]:
        """The files and folders in a folder."""
        if not Path(folder).is_dir():
            return
        with os.scandir(folder) as found:
            yield from [_found(each) for each in found]

    def open(self, path: str, size: int, version: str | None) -> "LocalFile":
        """Open a file of this size.

        Raises:
            InputError: The file is gone, has another size, or cannot be read.
        """
        try:
            return LocalFile(path, size)
        except FileNotFoundError as error:
            raise gone(path) from error
        except OSError as error:
            raise error_of(error, InputError, "The file cannot be read", path) from error

    def read(self, path: str) -> bytes:
        """The content of a file."""
        return Path(path).read_bytes()

    def write(self, path: str, content: bytes) -> None:
        """Write a file, which appears by a rename."""
        made = _beside(path, content)
        try:
            made.replace(path)
        except OSError:
            made.unlink()
            raise

    def write_once(self, path: str, content: bytes) -> None:
        """Write a file, which appears by a link."""
        made = _beside(path, content)
        try:
            try:
                os.link(made, path)
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                _copy_once(path, content)
        except FileExistsError:
            if Path(path).read_bytes() != content:
                raise
        finally:
            made.unlink()

    def delete(self, path: str) -> None:
        """Delete a file, or a folder with all in it."""
        with suppress(FileNotFoundError):
            if Path(path).is_dir() and not Path(path).is_symlink():
                shutil.rmtree(path)
            else:
                Path(path).unlink()


class LocalFile:
    """A file that is read in ranges; see `File`."""

    is_far: ClassVar[bool] = False

    def __init__(self, path: str, size: int) -> None:
        self.path, self.size = path, size
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._written = os.fstat(self._descriptor).st_mtime_ns
        try:
            self._refuse_if_changed()
        except InputError:
            self.close()
            raise

    def read(self, begin: int, length: int) -> memoryview:
        """The bytes of a range, if the file was not changed; not mapped, since truncation would end the process."""
        wanted = max(0, min(length, self.size - begin))
        try:
            content = os.pread(self._descriptor, wanted, begin)
            while 0 < len(content) < wanted:  # the system reads at most 2 GiB at once
                more = os.pread(self._descriptor, wanted - len(content), begin + len(content))
                content = content + more if more else b""
        except OSError as error:
            raise error_of(error, InputError, "The file cannot be read", self.path) from error
        if len(content) < wanted:
            raise changed(self.path)
        self._refuse_if_changed()
        return memoryview(content)

    def close(self) -> None:
        """Close the file; it may be closed again."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _refuse_if_changed(self) -> None:
        now = os.fstat(self._descriptor)
        if (now.st_size, now.st_mtime_ns) != (self.size, self._written):
            raise changed(self.path)


def _entry(path: str, status: os.stat_result) -> Entry:
    if stat.S_ISDIR(status.st_mode):
        return Entry(path, 0, None, status.st_mtime, is_folder=True)
    return Entry(path, status.st_size, None, status.st_mtime)


def _walk(folder: str, above: frozenset[tuple[int, int]], hidden: bool) -> Iterator[Entry]:
    status = Path(folder).stat()
    here = (status.st_dev, status.st_ino)
    if here in above:
        return
    with os.scandir(folder) as found:
        entries = [_found(each) for each in found if hidden or not is_hidden(each.name)]
    for entry in entries:
        if entry.is_folder:
            with suppress(FileNotFoundError):  # deleted since it was listed
                yield from _walk(entry.path, above | {here}, hidden)
        else:
            yield entry


def _found(each: "os.DirEntry[str]") -> Entry:
    """The entry of what was listed; a broken link is an empty file, whose opening fails."""
    try:
        return _entry(each.path, each.stat())
    except FileNotFoundError:
        return Entry(each.path, 0, None, 0.0)


def _beside(path: str, content: bytes) -> Path:
    """A hidden file in the same folder with this content, on the disk itself."""
    folder = Path(path).parent
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f".{uuid4().hex}.partial"
    try:
        with made.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        made.unlink(missing_ok=True)
        error.filename = error.filename or str(made)
        raise
    return made


def _copy_once(path: str, content: bytes) -> None:
    """Write a new file where there are no hard links."""
    with Path(path).open("xb") as file:
        try:
            file.write(content)
        except OSError:
            Path(path).unlink()
            raise
