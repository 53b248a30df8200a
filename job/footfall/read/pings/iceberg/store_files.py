"""Files of tables for pyiceberg: metadata and lists of files, through the stores that pings are read from."""

import io
from typing import Any

from pyiceberg.io import FileIO, InputFile, InputStream, OutputFile

from footfall import stores
from footfall.errors import InputError
from footfall.stores.errors import failures


def path_of(location: str) -> str:
    """A location as Iceberg writes it, as a path of a store."""
    scheme, _, rest = location.partition(":")
    if scheme == "file":
        return "/" + rest.lstrip("/")
    return f"s3:{rest}" if scheme in ("s3a", "s3n") else location


class StoredFile(InputFile):
    """A small file, read whole."""

    def __len__(self) -> int:
        """Its size in bytes."""
        return len(self._content())

    def exists(self) -> bool:
        """Whether it is there."""
        path = path_of(self.location)
        return stores.of(path).look(path) is not None

    def open(self, seekable: bool = True) -> InputStream:
        """Its content."""
        return io.BytesIO(self._content())

    def _content(self) -> bytes:
        path = path_of(self.location)
        with failures(InputError, "The table cannot be read", path):
            return stores.of(path).read(path)


class StoreIO(FileIO):
    """Reads the files of a table; nothing is written to it, or deleted."""

    def new_input(self, location: str) -> InputFile:
        """A file at a location."""
        return StoredFile(location)

    def new_output(self, location: str) -> OutputFile:
        """Never: pings are only read.

        Raises:
            PermissionError: Always.
        """
        raise PermissionError(f"{location} is only read")

    def delete(self, location: Any) -> None:
        """Never: pings are only read.

        Raises:
            PermissionError: Always.
        """
        raise PermissionError(f"{location} is only read")
