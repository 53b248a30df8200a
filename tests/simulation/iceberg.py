"""What Iceberg does, without Java: a commit swaps one pointer, if nobody did before.

Written after the public specification, https://iceberg.apache.org/spec/, and the checks of its `BaseOverwriteFiles`
and `SnapshotProducer`, version 1.10. Its files are objects of the same bucket, so that what deletes too much is seen.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from footfall.table import DayTable
from tests.simulation.bucket import Bucket
from tests.simulation.metadata import DataFile, Days, JavaError, Metadata, Snapshot, refused
from tests.simulation.world import Busy, Lost, World

RETRIES = 4
"""How often a commit is made anew on what others have committed; the job sets 20."""

ASKED_AGAIN = 3
"""How often Iceberg asks a catalog that gives no answer."""

ADDS, REMOVES = ("append", "overwrite"), ("overwrite", "replace", "delete")
"""The operations whose files are compared with those of a run that commits."""


@dataclass
class Lake:
    """The catalog, and the client of Iceberg that speaks to it and to the bucket.

    Args:
        root: The address of the bucket, with a slash at its end.
        folder: The folder of the table in it.
        own: The name of the table, and its columns.
        is_looking: Whether the client looks by itself if a commit without an answer was made, as that of Glue does.
    """

    world: World
    bucket: Bucket
    root: str
    folder: str
    own: DayTable
    is_looking: bool = True
    namespaces: set[str] = field(default_factory=set)
    pointer: str | None = None
    known: dict[str, Metadata] = field(default_factory=dict)
    log: list[Snapshot] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))

    def ask(self, what: str, do: Callable[[], Any]) -> Any:
        """The answer of the catalog to a question, which is asked again while there is none."""
        for _ in range(ASKED_AGAIN):
            try:
                return self.world.request(f"catalog {what} {self.own.name}", do)
            except (Lost, Busy):
                self.world.wait(self.world.drawn.random())
        raise JavaError(
            "software.amazon.awssdk.core.exception.SdkClientException: Unable to execute HTTP request"
        )

    def stored(self, what: str, do: Callable[[], Any], *, changes: bool = False) -> Any:
        """The answer of the bucket to Java."""
        try:
            return self.bucket.ask(what, do, changes=changes)
        except Exception as failure:
            raise JavaError(
                f"software.amazon.awssdk.core.exception.SdkClientException: {failure}"
            ) from failure

    def read(self, key: str) -> Any:
        """Read an object, which must be there."""

        def get() -> bool:
            return key in self.bucket.objects

        if not self.stored(f"GET {key}", get):
            raise refused("NotFoundException", f"Location does not exist: {self.root}{key}")

    def put(self, key: str) -> None:
        """Write an object of the table's own."""
        self.stored(f"PUT {key}", lambda: self.bucket.put(key, key.encode()), changes=True)

    def now(self) -> int:
        """The time by the clock of the machine, in milliseconds."""
        return int(self.world.clock() * 1000)

    @property
    def current(self) -> Metadata | None:
        """The table as the catalog has it, without a question."""
        return None if self.pointer is None else self.known[self.pointer]

    def load(self) -> Metadata:
        """The table as it is now."""
        key = self.ask("GetTable", lambda: self.pointer)
        if key is None:
            raise refused("NoSuchTableException", "Table does not exist")
        self.read(key)
        return self.known[key]

    def create(self) -> None:
        """Create the table without rows."""
        if not self._swap(None, Metadata(self._name("metadata.json")), lambda _: None):
            raise refused("AlreadyExistsException", "Table already exists")

    def _name(self, ending: str) -> str:
        return f"{self.folder}/metadata/{next(self.numbers):05}.{ending}"

    def commit(self, change: Callable[[Metadata], Snapshot | Iterable[int]]) -> None:
        """Commit a new snapshot, or let these expire, on the table as it is now, or as others made it meanwhile.

        Raises:
            JavaError: ValidationException, CommitFailedException or CommitStateUnknownException.
        """
        for attempt in range(1 + RETRIES):
            base = self.load()
            made = change(base)
            key = self._name("metadata.json")
            if isinstance(made, Snapshot):
                self.put(made.manifest)
                kept, current, updated = {**base.snapshots, made.id: made}, made.id, made.at
            else:
                gone = set(made)
                kept = {number: each for number, each in base.snapshots.items() if number not in gone}
                current, updated = base.current, base.updated
            new = Metadata(key, (*base.earlier, base.key), kept, current, max(updated, base.updated))
            if self._swap(base.key, new, self._log(made)):
                return
            self.world.wait(0.1 * 2**attempt * self.world.drawn.random())
        raise refused("CommitFailedException", "Cannot commit: the table was updated concurrently")

    def _log(self, made: Snapshot | Iterable[int]) -> Callable[[Metadata], None]:
        return lambda _: self.log.append(made) if isinstance(made, Snapshot) else None

    def _swap(self, expected: str | None, new: Metadata, done: Callable[[Metadata], None]) -> bool:
        """Swap the pointer if it is still as expected; False where it is not."""
        self.put(new.key)
        self.known[new.key] = new

        def swap() -> bool:
            if self.pointer != expected:
                return False
            self.pointer = new.key
            done(new)
            return True

        try:
            return bool(self.world.request(f"catalog UpdateTable {self.own.name}", swap, changes=True))
        except Busy:
            return False  # a refusal before anything was done
        except Lost as lost:
            if self.is_looking and self._was_made(new.key):
                return True
            # Iceberg deletes what it wrote for a commit of which it knows that it failed. Of this one it does not.
            raise refused(
                "CommitStateUnknownException", "Cannot determine whether the commit was made"
            ) from lost

    def _was_made(self, key: str) -> bool:
        try:
            there = self.load()
        except JavaError:
            return False
        return key == there.key or key in there.earlier

    def snapshot(
        self, base: Metadata, operation: str, files: frozenset[DataFile], said: dict[str, str]
    ) -> Snapshot:
        """A snapshot that follows the current one of a base.

        Raises:
            JavaError: The clock of this machine is more than a minute behind the last commit.
        """
        at = self.now()
        if at - base.updated < -60_000:
            said_so = f"Invalid snapshot timestamp {at}: before last snapshot timestamp {base.updated}"
            raise JavaError(f"java.lang.IllegalArgumentException: {said_so}")
        number, manifest = next(self.numbers), self._name("avro")
        return Snapshot(number, base.current, at, operation, said, files, manifest)


@dataclass(frozen=True)
class Overwriting:
    """An overwrite of days by files, refused where others changed these days since a snapshot."""

    days: Days
    files: frozenset[DataFile]
    since: int | None
    said: dict[str, str]
    no_added: bool = False
    no_removed: bool = False

    def on(self, lake: Lake, base: Metadata) -> Snapshot:
        """The snapshot that it makes of a base.

        Raises:
            JavaError: Others changed these days.
        """
        later = base.ancestors(self.since)
        if self.since is not None and later and later[-1].parent != self.since and self.since != base.current:
            raise refused("ValidationException", "Cannot determine history between starting snapshot")
        for each in later:
            before = base.snapshots[each.parent].files if each.parent in base.snapshots else frozenset()
            added = {file.path for file in each.files - before if file.day in self.days}
            gone = {file.path for file in before - each.files if file.day in self.days}
            if self.no_added and each.operation in ADDS and added:
                raise refused(
                    "ValidationException", f"Found conflicting files that can contain records: {added}"
                )
            if self.no_removed and each.operation in REMOVES and gone:
                raise refused(
                    "ValidationException", f"Found conflicting deleted files that can contain: {gone}"
                )
        kept = base.head.files if base.head else frozenset()
        files = frozenset(file for file in kept if file.day not in self.days) | self.files
        return lake.snapshot(base, "overwrite", files, self.said)

    def but(self, **changed: Any) -> "Overwriting":
        """The same, but for these."""
        return replace(self, **changed)
