"""The interface of stores and their files."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Protocol


@dataclass(frozen=True)
class Entry:
    """A file or folder of a store.

    Args:
        path: The path, with the scheme of its store unless it is on this machine.
        bytes: The size of a file; 0 of a folder.
        version: The store's identifier of the content, such as an ETag; None on file systems.
        modified: When it was last written, in seconds since 1970.
        is_folder: Whether it is a folder, or a prefix of objects.
    """

    path: str
    bytes: int
    version: str | None
    modified: float
    is_folder: bool = False


def is_hidden(path: str) -> bool:
    """Whether the last part of a path begins with `.` or `_`, which marks files that are not data."""
    return path.rstrip("/").rpartition("/")[2].startswith((".", "_"))


def all_but_hidden(entries: Iterator[Entry], folder: str) -> Iterator[Entry]:
    """Those files below a folder of which no part of the path from there is hidden."""
    for entry in entries:
        if not any(map(is_hidden, entry.path.removeprefix(folder).strip("/").split("/"))):
            yield entry


class File(Protocol):
    """A file that is open for reading, in the version in which it was found."""

    is_far: ClassVar[bool]
    """Whether each read is a request to another machine."""

    @property
    def size(self) -> int:
        """Its bytes."""

    def read(self, begin: int, length: int) -> memoryview:
        """The bytes from `begin` on; fewer than `length` only at the end of the file.

        Raises:
            InputError: The file is missing, was changed, is not accessible or gives fewer bytes than its size.
            InfrastructureError: The store does not answer.
        """

    def close(self) -> None:
        """Close the file."""


class Store(Protocol):
    """A store of files. Paths are absolute, and carry the scheme of the store.

    If a store refuses or does not answer, methods raise Refused, NoAnswer or an OSError such as FileNotFoundError.
    `stores.errors.failures` turns these into the errors of an input or an output.
    """

    def look(self, path: str) -> Entry | None:
        """The file or folder of this path; None if it does not exist."""

    def walk(self, folder: str, *, hidden: bool = True) -> Iterator[Entry]:
        """All files in a folder and in the folders below it; none if it does not exist.

        Args:
            folder: The folder.
            hidden: Whether to include hidden files, and files in hidden folders.
        """

    def children(self, folder: str) -> Iterator[Entry]:
        """The files and folders in a folder; none if it does not exist."""

    def open(self, path: str, size: int, version: str | None) -> File:
        """Open a file of this size and version for reading in pieces, also from several threads."""

    def read(self, path: str) -> bytes:
        """The content of a whole, small file."""

    def write(self, path: str, content: bytes) -> None:
        """Write a file atomically, replacing an existing one; missing folders are made."""

    def write_once(self, path: str, content: bytes) -> None:
        """Write a file atomically, unless it exists: then FileExistsError is raised, and it stays.

        An existing file with the same content is no error.
        """

    def delete(self, path: str) -> None:
        """Delete a file, or a folder with its content; does nothing if it does not exist."""
