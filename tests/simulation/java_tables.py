"""Tables, their snapshots and updates, as Java shows them, in front of `iceberg.Lake`."""

# ruff: noqa: N802 - Java's names
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from tests.simulation.iceberg import Lake, Overwriting
from tests.simulation.java_types import Chain, Field, Schema, Type
from tests.simulation.metadata import DataFile, Metadata, Snapshot, refused


@dataclass
class Update:
    """Table.newOverwrite."""

    lake: Lake
    made: Overwriting = field(default_factory=lambda: Overwriting(frozenset(), frozenset(), None, {}))

    def overwriteByRowFilter(self, days: frozenset[str]) -> "Update":
        """The days that are replaced."""
        return self._with(days=days)

    def conflictDetectionFilter(self, days: frozenset[str]) -> "Update":
        """The days that nobody else may have changed, which are the same ones here."""
        assert days == self.made.days
        return self

    def addFile(self, file: DataFile) -> "Update":
        """A file that takes their place."""
        return self._with(files=self.made.files | {file})

    def validateFromSnapshot(self, since: int) -> "Update":
        """The snapshot after which changes count."""
        return self._with(since=since)

    def validateNoConflictingData(self) -> "Update":
        """Refuse it where files were added."""
        return self._with(no_added=True)

    def validateNoConflictingDeletes(self) -> "Update":
        """Refuse it where files were removed."""
        return self._with(no_removed=True)

    def set(self, name: str, value: str) -> "Update":
        """What the summary says."""
        return self._with(said={**self.made.said, name: value})

    def commit(self) -> None:
        """Commit it."""
        self.lake.commit(lambda base: self.made.on(self.lake, base))

    def _with(self, **changed: Any) -> "Update":
        self.made = self.made.but(**changed)
        return self


@dataclass(frozen=True)
class SnapshotOf:
    """A snapshot, as Java shows it."""

    of: Snapshot

    def snapshotId(self) -> int:
        """Its number."""
        return self.of.id

    def parentId(self) -> int | None:
        """The one before."""
        return self.of.parent

    def operation(self) -> str:
        """What its commit did."""
        return self.of.operation

    def timestampMillis(self) -> int:
        """When it was made."""
        return self.of.at

    def summary(self) -> dict[str, str]:
        """What its commit says of itself."""
        return self.of.summary


@dataclass
class Scan:
    """Table.newScan."""

    table: "TableOf"
    snapshot: int = 0
    days: frozenset[str] = frozenset()

    def useSnapshot(self, number: int) -> "Scan":
        """As the table was then."""
        if number not in self.table.of.snapshots:
            raise no_snapshot(number)
        self.snapshot = number
        return self

    def filter(self, days: frozenset[str]) -> "Scan":
        """These days alone."""
        self.days = days
        return self

    def planFiles(self) -> Any:
        """The files."""
        at = self.table.of.snapshots[self.snapshot]
        self.table.lake.read(at.manifest)
        files = sorted((file for file in at.files if file.day in self.days), key=lambda file: file.path)
        return _Closeable([_Task(file, self.table.lake.own.date) for file in files])


def no_snapshot(number: int) -> Exception:
    """That a snapshot is no longer there."""
    return refused("ValidationException", f"Cannot find snapshot with ID {number}")


class _Closeable:
    def __init__(self, found: list[Any]) -> None:
        self.left = iter(found)
        self.ahead: list[Any] = []

    def iterator(self) -> "_Closeable":
        return self

    def hasNext(self) -> bool:
        self.ahead = self.ahead or [each for each in [next(self.left, None)] if each is not None]
        return bool(self.ahead)

    def next(self) -> Any:
        return self.ahead.pop()

    def close(self) -> None:
        self.ahead = []


@dataclass(frozen=True)
class _Task:
    of: DataFile
    date: str

    def deletes(self) -> Any:
        return SimpleNamespace(isEmpty=lambda: True)

    def file(self) -> Any:
        return SimpleNamespace(location=lambda: self.of.path, partition=lambda: self.of.day)

    def spec(self) -> Any:
        return SimpleNamespace(partitionToPath=lambda day: f"{self.date}={day}")


@dataclass(frozen=True)
class TableOf:
    """A table as it was loaded."""

    lake: Lake
    of: Metadata
    columns: Schema

    def currentSnapshot(self) -> SnapshotOf | None:
        """The current snapshot."""
        return None if self.of.head is None else SnapshotOf(self.of.head)

    def snapshot(self, number: int) -> SnapshotOf | None:
        """A snapshot, where it is kept."""
        found = self.of.snapshots.get(number)
        return None if found is None else SnapshotOf(found)

    def schema(self) -> Schema:
        """Its columns."""
        return self.columns

    def location(self) -> str:
        """The folder of its files."""
        return f"{self.lake.root}{self.lake.folder}"

    def properties(self) -> dict[str, str]:
        """Its properties; a history sets none that the job reads."""
        return {}

    def spec(self) -> Any:
        """How it is partitioned."""
        return SimpleNamespace(fields=lambda: [Field(1000, self.lake.own.date, Type("date"))])

    def sortOrder(self) -> None:
        """How its files are sorted."""

    def io(self) -> Any:
        """Its files."""
        return SimpleNamespace(newInputFile=lambda path: path)

    def newScan(self) -> Scan:
        """A look at its files."""
        return Scan(self)

    def newOverwrite(self) -> Update:
        """An update that replaces rows."""
        return Update(self.lake)

    def expireSnapshots(self) -> Any:
        """What would expire."""
        return Expiry(self)


class Expiry(Chain):
    """Table.expireSnapshots, of which the job asks what it would do."""

    def __init__(self, table: TableOf) -> None:
        super().__init__(table=table)

    def apply(self) -> list[SnapshotOf]:
        """The snapshots that would go."""
        (older,), (keep,) = self.given["expireOlderThan"], self.given["retainLast"]
        return [SnapshotOf(each) for each in expired(self.given["table"].of, older, keep)]


def expired(base: Metadata, older: int, keep: int) -> Iterator[Snapshot]:
    """The snapshots before a moment, in milliseconds, but for the last ones."""
    kept = {each.id for each in base.ancestors()[:keep]}
    return (each for number, each in base.snapshots.items() if each.at < older and number not in kept)
