"""What is asked of a store, whatever it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Protocol


@dataclass(frozen=True)
class Entry:
    """A file or folder that is there.

    Args:
        path: As people write it, with the scheme of its store unless it is on this machine.
        bytes: The size of a file; 0 of a folder.
        version: The store's own mark of what is in the file, such as an ETag; None on file systems.
        modified: When it was last written, in seconds since 1970.
        is_folder: Whether it is a folder, or the beginning of the names of objects.
    """

    path: str
    bytes: int
    version: str | None
    modified: float
    is_folder: bool = False


def is_hidden(path: str) -> bool:
    """Whether the last part of a path begins with `.` or `_`, as the names of what is not data do."""
    return path.rstrip("/").rpartition("/")[2].startswith((".", "_"))


def all_but_hidden(entries: Iterator[Entry], folder: str) -> Iterator[Entry]:
    """Those files below a folder of which no part of the path from there is hidden."""
    for entry in entries:
        if not any(map(is_hidden, entry.path.removeprefix(folder).strip("/").split("/"))):
            yield entry


class File(Protocol):
    """A file that is open for reading, as it was when it was looked at."""

    is_far: ClassVar[bool]
    """Whether each read is a request to another machine."""

    @property
    def size(self) -> int:
        """Its bytes."""

    def read(self, begin: int, length: int) -> memoryview:
        """Bytes from `begin` on; fewer than `length` only where the file ends.

        Raises:
            InputError: The file is gone, was changed, is forbidden or gives fewer bytes than it said.
            InfrastructureError: The store does not answer.
        """

    def close(self) -> None:
        """Let go of it."""


class Store(Protocol):
    """A store of files. Paths are absolute, and carry the scheme of the store.

    Where a store refuses or does not answer, it raises Refused, Away or what the system raises: an OSError, such as
    FileNotFoundError. `stores.errors.failures` turns these into the errors of an input or an output.
    """

    def look(self, path: str) -> Entry | None:
        """The file or folder of this path; None where there is none."""

    def walk(self, folder: str, *, hidden: bool = True) -> Iterator[Entry]:
        """All files in a folder and in the folders below it; none where it is not there.

        Args:
            folder: The folder.
            hidden: Also those that `is_hidden`, and all in folders that are.
        """

    def children(self, folder: str) -> Iterator[Entry]:
        """The files and folders in a folder; none where it is not there."""

    def open(self, path: str, size: int, version: str | None) -> File:
        """Open a file of this size and version for reading in pieces, also from several threads."""

    def read(self, path: str) -> bytes:
        """The content of a whole, small file."""

    def write(self, path: str, content: bytes) -> None:
        """Write a file whole or not at all, in place of one that is there already; folders are made."""

    def write_once(self, path: str, content: bytes) -> None:
        """Write a file whole or not at all; another one that is there already stays, and FileExistsError is raised.

        One that is there with the very same content is as good as written.
        """

    def delete(self, path: str) -> None:
        """Delete a file, or a folder with all in it; nothing happens where it is not there."""
