"""Metadata of Iceberg, which is never changed, and the exceptions that Java raises about it."""

from dataclasses import dataclass, field

from py4j.protocol import Py4JJavaError

Days = frozenset[str]


@dataclass(frozen=True)
class DataFile:
    """A file of rows that the table lists."""

    path: str
    day: str


@dataclass(frozen=True)
class Snapshot:
    """The table at a moment: its files, and what the commit says of itself."""

    id: int
    parent: int | None
    at: int
    operation: str
    summary: dict[str, str]
    files: frozenset[DataFile]
    manifest: str


@dataclass(frozen=True)
class Metadata:
    """The table with its history; `key` is the object that holds it, `earlier` are those before."""

    key: str
    earlier: tuple[str, ...] = ()
    snapshots: dict[int, Snapshot] = field(default_factory=dict)
    current: int | None = None
    updated: int = 0

    @property
    def head(self) -> Snapshot | None:
        """The current snapshot."""
        return None if self.current is None else self.snapshots[self.current]

    def ancestors(self, until: int | None = None) -> list[Snapshot]:
        """The current snapshot and those before it, the latest first, as far as they are kept; without `until`."""
        found, snapshot = [], self.head
        while snapshot is not None and snapshot.id != until:
            found.append(snapshot)
            snapshot = self.snapshots.get(snapshot.parent) if snapshot.parent is not None else None
        return found

    def keys(self, bucket: str) -> set[str]:
        """The objects that somebody who reads the table, now or as it was, may ask for."""
        files = {file.path.removeprefix(bucket) for each in self.snapshots.values() for file in each.files}
        return {self.key, *self.earlier, *(each.manifest for each in self.snapshots.values()), *files}


class _Cause:
    """An exception of Java."""

    def __init__(self, said: str) -> None:
        self.said = said

    def toString(self) -> str:  # noqa: N802 - Java's name
        """Its class and its message."""
        return self.said

    def getCause(self) -> None:  # noqa: N802 - Java's name
        """Nothing had caused it."""


class JavaError(Py4JJavaError):
    """What a call into Java raises."""

    def __init__(self, said: str) -> None:
        Exception.__init__(self, said)
        self.said, self.java_exception = said, _Cause(said)

    def __str__(self) -> str:
        return f"An error occurred while calling into Java.\n: {self.said}\n"


def refused(name: str, said: str) -> JavaError:
    """An exception of Iceberg."""
    return JavaError(f"org.apache.iceberg.exceptions.{name}: {said}")
