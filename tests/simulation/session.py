"""A Spark session without Spark: its Java, and the statements by which the upkeep calls Iceberg's procedures."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, cached_property, partial
from types import SimpleNamespace
from typing import Any

from footfall.publish.columns import java_schema
from footfall.schema import PLACE_DAYS
from tests.simulation.iceberg import Lake
from tests.simulation.java import CatalogOf, package
from tests.simulation.java_tables import expired
from tests.simulation.metadata import DataFile, JavaError, Metadata, Snapshot, refused

_CALL = re.compile(r"CALL lake\.system\.(\w+)\((.*)\)$")
_CONFLICTED = "Cannot commit rewrite because of a ValidationException or CommitFailedException."


@dataclass
class Session:
    """What the job asks of a session.

    Args:
        lake: The table.
        merged: Gives one file for several: the content of a file with the rows of these.
    """

    lake: Lake
    merged: Callable[[list[bytes]], bytes]
    views: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def sparkContext(self) -> Any:  # noqa: N802 - Spark's name
        """Where Java is."""
        iceberg = package(self.lake)
        return SimpleNamespace(
            _jvm=SimpleNamespace(org=SimpleNamespace(apache=SimpleNamespace(iceberg=iceberg)))
        )

    @cached_property
    def _jsparkSession(self) -> Any:  # noqa: N802 - Spark's name
        columns = cache(partial(java_schema, package(self.lake), PLACE_DAYS))
        found = SimpleNamespace(icebergCatalog=lambda: CatalogOf(self.lake, columns))
        manager = SimpleNamespace(catalog=lambda name: found)
        return SimpleNamespace(sessionState=lambda: SimpleNamespace(catalogManager=lambda: manager))

    def table(self, name: str) -> Any:
        """One of the tables that Iceberg has about a table."""
        base = self.lake.load()
        refs = [SimpleNamespace(name="main", snapshot_id=base.current)]
        return SimpleNamespace(collect=lambda: refs, count=lambda: len(base.snapshots))

    def createDataFrame(self, rows: list[tuple[str, datetime]], columns: str) -> Any:  # noqa: N802 - Spark's name
        """Rows, which can be given a name."""
        paths = [path for path, _ in rows]
        return SimpleNamespace(createOrReplaceTempView=lambda name: self.views.update({name: paths}))

    def sql(self, statement: str) -> Any:
        """The rows of a statement."""
        called = _CALL.match(statement)
        if called is None:
            rows = [SimpleNamespace(day=day) for day in _in_pieces(self.lake.load())]
        else:
            procedures = {
                "rewrite_data_files": self._rewrite,
                "rewrite_manifests": lambda given: [],  # it changes no list of files
                "expire_snapshots": self._expire,
                "remove_orphan_files": self._remove_orphans,
            }
            rows = procedures[called[1]](called[2])
        return SimpleNamespace(collect=lambda: rows)

    def _rewrite(self, given: str) -> list[Any]:
        """Put the files of a day together."""
        base = self.lake.load()
        for day in _in_pieces(base):
            old = frozenset(file for file in _files(base) if file.day == day)
            try:
                new = self._written(day, old)
                self.lake.commit(partial(self._rewritten, old, new))
            except JavaError as failure:
                if "CommitStateUnknown" in failure.said or "Validation" not in failure.said:
                    raise
                raise JavaError(f"java.lang.RuntimeException: {_CONFLICTED}") from failure
        return []

    def _written(self, day: str, old: Iterable[DataFile]) -> DataFile:
        bodies = []
        for file in sorted(old, key=lambda file: file.path):
            key = file.path.removeprefix(self.lake.root)
            self.lake.read(key)
            bodies.append(self.lake.bucket.objects[key].body)
        key = f"{self.lake.folder}/data/day={day}/rewritten-{next(self.lake.numbers):05}.parquet"
        whole = self.merged(bodies)
        self.lake.stored(f"PUT {key}", lambda: self.lake.bucket.put(key, whole), changes=True)
        return DataFile(f"{self.lake.root}{key}", day)

    def _rewritten(self, old: frozenset[DataFile], new: DataFile, base: Metadata) -> Snapshot:
        if not old <= _files(base):
            raise refused("ValidationException", "Missing required files to delete")
        return self.lake.snapshot(base, "replace", (_files(base) - old) | {new}, {})

    def _expire(self, given: str) -> list[Any]:
        """Let snapshots go, and the files that only they knew."""
        older = datetime.fromisoformat(re.findall(r"TIMESTAMP '([^']+)'", given)[0])
        keep = int(re.findall(r"retain_last => (\d+)", given)[0])
        before = self.lake.load()
        gone = [each.id for each in expired(before, int(older.replace(tzinfo=UTC).timestamp() * 1000), keep)]
        if gone:
            self.lake.commit(lambda base: [number for number in gone if number in base.snapshots])
            after = self.lake.load()
            self._delete(before.keys(self.lake.root) - after.keys(self.lake.root))
        return []

    def _remove_orphans(self, given: str) -> list[Any]:
        """Delete the listed files that no snapshot and no metadata refers to."""
        view, is_dry = re.findall(r"file_list_view => '(\w+)'", given)[0], "dry_run => true" in given
        listed = {path.removeprefix(self.lake.root) for path in self.views[view]}
        found = sorted(listed - self.lake.load().keys(self.lake.root))
        if not is_dry:
            self._delete(found)
        return [SimpleNamespace(orphan_file_location=f"{self.lake.root}{key}") for key in found]

    def _delete(self, keys: Iterable[str]) -> None:
        for key in sorted(keys):
            self.lake.stored(f"DELETE {key}", partial(self.lake.bucket.remove, key), changes=True)


def _files(base: Metadata) -> frozenset[DataFile]:
    return base.head.files if base.head else frozenset()


def _in_pieces(base: Metadata) -> list[str]:
    """The days that are in several files."""
    days = [file.day for file in _files(base)]
    return sorted({day for day in days if days.count(day) > 1})
