"""Stores that fsspec or Arrow knows, such as memory://, gs:// and abfs://."""

import errno
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, ClassVar

import pyarrow as pa
from pyarrow import fs

from footfall.errors import InputError, SettingsError
from footfall.stores.errors import NoAnswer, Refused, changed, error_of, gone
from footfall.stores.store import Entry, Store, all_but_hidden

_TIMES = ("mtime", "LastModified", "last_modified", "updated", "modified", "created")
_DENIED = re.compile(r"\b40[13]\b|forbidden|denied|unauthorized|credential|anonymous caller", re.IGNORECASE)
_RIGHTS = "Give the job credentials of that store, in the way that its package for Python looks for them."
_AGAIN = "See that the network reaches the store, and run again when it answers."


def other_store(scheme: str, path: str) -> Store:
    """The store of a scheme that is neither S3 nor this machine.

    Raises:
        SettingsError: Neither fsspec nor Arrow supports the scheme, or a package is missing.
    """
    try:
        import fsspec.core  # type: ignore[import-untyped]

        system, _ = fsspec.core.url_to_fs(path)
        return OtherStore(fs.PyFileSystem(_Handler(system)), lambda each: fsspec.core.url_to_fs(each)[1])
    except (ImportError, ValueError) as error:
        said = str(error)
    try:
        return OtherStore(fs.FileSystem.from_uri(path)[0], lambda each: fs.FileSystem.from_uri(each)[1])
    except (pa.ArrowException, OSError, ValueError) as error:
        what = f"Nothing that is installed reads files of {scheme}: ({said}; {error})"
        fix = (
            f"Install the package of fsspec that knows {scheme}:, such as gcsfs for gs: and adlfs for abfs:."
        )
        raise SettingsError(what, where=path, fix=fix) from error


class OtherStore:
    """A store of fsspec or Arrow; see `Store`. Two writers at the same instant do not notice each other.

    Args:
        system: The file system, for Arrow.
        inner: Gives a path's name inside that file system.
    """

    def __init__(self, system: fs.FileSystem, inner: Callable[[str], str]) -> None:
        self._system, self._inner = system, inner

    def look(self, path: str) -> Entry | None:
        """The file or folder of this path."""
        with _failures(path):
            found = self._system.get_file_info(self._inner(path))
        return None if found.type is fs.FileType.NotFound else _entry(path, found)

    def walk(self, folder: str, *, hidden: bool = True) -> Iterator[Entry]:
        """All files in a folder and below it."""
        found = (each for each in self._below(folder, recursive=True) if not each.is_folder)
        return found if hidden else all_but_hidden(found, folder)

    def children(self, folder: str) -> Iterator[Entry]:
        """The files and folders in a folder."""
        return self._below(folder, recursive=False)

    def open(self, path: str, size: int, version: str | None) -> "OtherFile":
        """Open a file of this size and time.

        Raises:
            InputError: The file is gone, was changed, or cannot be read.
            InfrastructureError: The store does not answer.
        """
        try:
            found = self.look(path)
            if found is None:
                raise gone(path)
            if (found.bytes, found.version) != (size, version or found.version):
                raise changed(path)
            with _failures(path):
                return OtherFile(path, size, self._system.open_input_file(self._inner(path)))
        except (Refused, NoAnswer, OSError) as error:
            raise error_of(error, InputError, "The file cannot be read", path) from error

    def read(self, path: str) -> bytes:
        """The content of a file."""
        with _failures(path), self._system.open_input_stream(self._inner(path)) as stream:
            return bytes(stream.read())

    def write(self, path: str, content: bytes) -> None:
        """Write a file; on object stores it appears when it is complete."""
        with _failures(path), self._system.open_output_stream(self._inner(path)) as stream:
            stream.write(content)

    def write_once(self, path: str, content: bytes) -> None:
        """Write a file unless one is there."""
        if self.look(path) is None:
            self.write(path, content)
        elif self.read(path) != content:
            raise FileExistsError(f"The file is there already: {path}")

    def delete(self, path: str) -> None:
        """Delete a file, or a folder with all in it."""
        found = self.look(path)
        if found is not None:
            with _failures(path):
                delete = self._system.delete_dir if found.is_folder else self._system.delete_file
                delete(self._inner(path))

    def _below(self, folder: str, *, recursive: bool) -> Iterator[Entry]:
        inner = self._inner(folder).rstrip("/")
        selector = fs.FileSelector(inner, allow_not_found=True, recursive=recursive)
        try:
            with _failures(folder):
                found = self._system.get_file_info(selector)
        except NotADirectoryError:
            return
        for each in found:
            yield _entry(folder.rstrip("/") + each.path.removeprefix(inner), each)


class OtherFile:
    """A file of such a store that is read in ranges; see `File`."""

    is_far: ClassVar[bool] = True

    def __init__(self, path: str, size: int, source: pa.NativeFile) -> None:
        self.path, self.size, self._source = path, size, source

    def read(self, begin: int, length: int) -> memoryview:
        """Read a range."""
        wanted = max(0, min(length, self.size - begin))
        try:
            with _failures(self.path):
                content = memoryview(self._source.read_at(wanted, begin))
        except FileNotFoundError as error:
            raise gone(self.path) from error
        except (Refused, NoAnswer, OSError) as error:
            raise error_of(error, InputError, "The file cannot be read", self.path) from error
        if len(content) < wanted:
            raise changed(self.path)
        return content

    def close(self) -> None:
        """Close the file."""
        self._source.close()


class _Handler(fs.FSSpecHandler):  # type: ignore[misc]
    """A file system of fsspec, whose files have the time at which they were written, whatever it is called."""

    @staticmethod
    def _create_file_info(path: str, info: dict[str, Any]) -> fs.FileInfo:
        times = [info[name] for name in _TIMES if isinstance(info.get(name), datetime | float | int)]
        return fs.FSSpecHandler._create_file_info(path, {**info, "mtime": times[0] if times else None})


def _entry(path: str, found: fs.FileInfo) -> Entry:
    if found.type is fs.FileType.Directory:
        return Entry(path, 0, None, 0.0, is_folder=True)
    if found.mtime_ns is None:
        return Entry(path, found.size, None, 0.0)
    micros = round(found.mtime_ns / 1000)  # some stores tell less in listings
    return Entry(path, found.size, str(micros), micros / 1e6)


@contextmanager
def _failures(path: str) -> Iterator[None]:
    """Turn what packages of stores raise inside the block into Refused or NoAnswer; OSErrors pass unchanged."""
    try:
        yield
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        if isinstance(error, FileNotFoundError):
            raise FileNotFoundError(errno.ENOENT, "No such file", path) from error
        if isinstance(error, NotADirectoryError):
            raise
        said = f"{type(error).__name__}: {error}".splitlines()[0]
        if _DENIED.search(said):
            raise Refused("access is denied", where=path, fix=_RIGHTS) from error
        raise NoAnswer(said, where=path, fix=_AGAIN) from error
