"""The files of runs, wherever they are: listed once, read one by one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

RUNS = "runs"
"""The folder of an output that holds one folder for each run."""


_LONG_AGO = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class RunFile:
    """A file of a run: the run's id, the file's name, and when it was last written, where that was listed."""

    run_id: str
    name: str
    written: datetime = _LONG_AGO


class RunFiles(Protocol):
    """The files of all runs of an output."""

    @property
    def root(self) -> str:
        """The output, as people know it."""

    def listing(self) -> list[RunFile]:
        """All files directly in the folders of runs.

        Raises:
            SettingsError: The output is not there, or may not be read.
            InfrastructureError: The store does not answer.
        """

    def read(self, wanted: Sequence[RunFile]) -> list[bytes | None]:
        """The contents of these files, in their order; none for a file that is gone meanwhile."""

    def address(self, run_id: str, name: str = "") -> str:
        """Where a run's folder or one of its files is, as people know it."""


@dataclass(frozen=True)
class LocalRunFiles:
    """The runs of an output folder."""

    folder: Path

    @property
    def root(self) -> str:
        """The output folder."""
        return str(self.folder)

    def listing(self) -> list[RunFile]:
        """All files directly in the folders of runs; none where there was no run yet."""
        return [
            RunFile(path.parent.name, path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC))
            for path in sorted((self.folder / RUNS).glob("*/*"))
            if path.is_file()
        ]

    def read(self, wanted: Sequence[RunFile]) -> list[bytes | None]:
        """The contents of these files, in their order."""
        return [_content(self.folder / RUNS / each.run_id / each.name) for each in wanted]

    def address(self, run_id: str, name: str = "") -> str:
        """The path of a run's folder or of one of its files."""
        return str(self.folder / RUNS / run_id / name)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


@dataclass
class Remembered:
    """The files of runs, each content read once; a file that was written again is read again."""

    files: RunFiles
    known: dict[RunFile, bytes | None] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The output."""
        return self.files.root

    def listing(self) -> list[RunFile]:
        """All files, listed anew; what is gone is forgotten."""
        found = self.files.listing()
        self.known = {file: self.known[file] for file in found if file in self.known}
        return found

    def read(self, wanted: Sequence[RunFile]) -> list[bytes | None]:
        """The contents of these files; only those that are not known yet are read."""
        new = [file for file in wanted if file not in self.known]
        self.known.update(zip(new, self.files.read(new), strict=True))
        return [self.known[file] for file in wanted]

    def address(self, run_id: str, name: str = "") -> str:
        """Where a run's folder or one of its files is."""
        return self.files.address(run_id, name)
