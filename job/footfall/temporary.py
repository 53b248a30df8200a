"""Temporary folders."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from footfall.defects import disk_is_full, is_full


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A new folder in the system's temporary folder, deleted with the context.

    Raises:
        InfrastructureError: Its disk is full.
    """
    with TemporaryDirectory(prefix="footfall-") as folder:
        try:
            yield Path(folder)
        except OSError as failure:
            if not is_full(failure) or not str(failure.filename or folder).startswith(folder):
                raise
            where = f"variable TMPDIR, or the system's folder for temporary files: {folder}"
            raise disk_is_full(failure, "temporary files", where) from failure
