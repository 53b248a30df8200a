"""The files of runs, in a folder or on an object store: listed at once, read one by one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from footfall import stores
from footfall.errors import SettingsError
from footfall.stores.errors import failures
from footfall.stores.questions import ask_each

RUNS = "runs"
"""The folder of an output that holds one folder for each run."""


_LONG_AGO = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class RunFile:
    """A file of a run: the run's id, the file's name, and the time of its last change."""

    run_id: str
    name: str
    written: datetime = _LONG_AGO


class RunFiles(Protocol):
    """The files of all runs of an output."""

    @property
    def root(self) -> str:
        """The path or address of the output."""

    def listing(self) -> list[RunFile]:
        """All files directly in the folders of runs.

        Raises:
            SettingsError: The output is not there, or may not be read.
            InfrastructureError: The store does not answer.
        """

    def read(self, wanted: Sequence[RunFile]) -> list[bytes | None]:
        """The contents of these files, in their order; None for a file that was deleted meanwhile."""

    def address(self, run_id: str, name: str = "") -> str:
        """The path or address of a run's folder, or of one of its files."""


def run_files(output: str) -> RunFiles:
    """The files of the runs of an output: of a folder, which may begin with `~`, or below s3://bucket/prefix."""
    is_far = stores.has_scheme(output)
    return StoredRunFiles(output.rstrip("/") if is_far else str(Path(output).expanduser().absolute()))


@dataclass(frozen=True)
class StoredRunFiles:
    """The runs of an output, in a folder or in a store.

    Attributes:
        root: The output.
    """

    root: str

    def listing(self) -> list[RunFile]:
        """All files directly in the folders of runs; empty if there was no run yet."""
        folder = self.address("")
        with failures(SettingsError, "The files of runs cannot be read", self.root):
            found = sorted(stores.of(folder).walk(folder, hidden=False), key=lambda entry: entry.path)
        parts = [(each.path.removeprefix(folder).split("/"), each.modified) for each in found]
        return [
            RunFile(path[0], path[1], datetime.fromtimestamp(written, UTC))
            for path, written in parts
            if len(path) == 2
        ]

    def read(self, wanted: Sequence[RunFile]) -> list[bytes | None]:
        """The contents of these files, in their order; many are fetched at once."""
        return ask_each(self._content, wanted, is_far=stores.has_scheme(self.root))

    def address(self, run_id: str, name: str = "") -> str:
        """The address of a run's folder or of one of its files."""
        return f"{self.root}/{RUNS}/{run_id}" + (f"/{name}" if name else "")

    def _content(self, file: RunFile) -> bytes | None:
        path = self.address(file.run_id, file.name)
        with failures(SettingsError, "A file of a run cannot be read", path):
            try:
                return stores.of(path).read(path)
            except FileNotFoundError:
                return None


@dataclass
class Remembered:
    """The files of runs with a cache: a file is read again only if it was written again."""

    files: RunFiles
    known: dict[RunFile, bytes | None] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The output."""
        return self.files.root

    def listing(self) -> list[RunFile]:
        """All files, listed anew; files that are gone leave the cache."""
        found = self.files.listing()
        self.known = {file: self.known[file] for file in found if file in self.known}
        return found

    def read(self, wanted: Sequence[RunFile]) -> list[bytes | None]:
        """The contents of these files, in their order; only those that are not in the cache are read."""
        new = [file for file in wanted if file not in self.known]
        self.known.update(zip(new, self.files.read(new), strict=True))
        return [self.known[file] for file in wanted]

    def address(self, run_id: str, name: str = "") -> str:
        """Where a run's folder or one of its files is."""
        return self.files.address(run_id, name)
