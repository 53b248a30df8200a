"""A Spark session without Spark: its Java, and the statements by which the upkeep calls Iceberg's procedures."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, cached_property, partial
from types import SimpleNamespace
from typing import Any

from footfall.publish.columns import java_schema
from tests.simulation.iceberg import Lake
from tests.simulation.java import CatalogOf, package
from tests.simulation.java_tables import expired
from tests.simulation.metadata import DataFile, JavaError, Metadata, Snapshot, refused

_CALL = re.compile(r"CALL lake\.system\.(\w+)\(table => 'footfall\.(\w+)'(.*)\)$")
_NAME = re.compile(r"lake\.footfall\.(\w+)\.")
_CONFLICTED = "Cannot commit rewrite because of a ValidationException or CommitFailedException."


@dataclass
class Session:
    """What the job asks of a session.

    Args:
        lakes: The tables, by their names.
        merged: Gives one file for several: the content of a file with the rows of these.
    """

    lakes: Mapping[str, Lake]
    merged: Callable[[list[bytes]], bytes]
    views: dict[str, list[str]] = field(default_factory=dict)

    @cached_property
    def sparkContext(self) -> Any:  # noqa: N802 - Spark's name
        """Where Java is."""
        iceberg = package(next(iter(self.lakes.values())))
        return SimpleNamespace(
            _jvm=SimpleNamespace(org=SimpleNamespace(apache=SimpleNamespace(iceberg=iceberg)))
        )

    @cached_property
    def _jsparkSession(self) -> Any:  # noqa: N802 - Spark's name
        iceberg = self.sparkContext._jvm.org.apache.iceberg
        columns = cache(lambda name: java_schema(iceberg, self.lakes[name].own))
        catalog = CatalogOf(self.lakes, lambda lake: columns(lake.own.name))
        found = SimpleNamespace(icebergCatalog=lambda: catalog)
        manager = SimpleNamespace(catalog=lambda name: found)
        return SimpleNamespace(sessionState=lambda: SimpleNamespace(catalogManager=lambda: manager))

    def table(self, name: str) -> Any:
        """One of the tables that Iceberg has about a table."""
        base = self._lake(name).load()
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
            rows = [SimpleNamespace(day=day) for day in _in_pieces(self._lake(statement).load())]
        else:
            procedures = {
                "rewrite_data_files": self._rewrite,
                "rewrite_manifests": lambda lake, given: [],  # it changes no list of files
                "expire_snapshots": self._expire,
                "remove_orphan_files": self._remove_orphans,
            }
            rows = procedures[called[1]](self.lakes[called[2]], called[3])
        return SimpleNamespace(collect=lambda: rows)

    def _lake(self, said: str) -> Lake:
        found = _NAME.search(said)
        assert found is not None
        return self.lakes[found[1]]

    def _rewrite(self, lake: Lake, given: str) -> list[Any]:
        """Put the files of a day together."""
        base = lake.load()
        for day in _in_pieces(base):
            old = frozenset(file for file in _files(base) if file.day == day)
            try:
                new = self._written(lake, day, old)
                lake.commit(partial(self._rewritten, lake, old, new))
            except JavaError as failure:
                if "CommitStateUnknown" in failure.said or "Validation" not in failure.said:
                    raise
                raise JavaError(f"java.lang.RuntimeException: {_CONFLICTED}") from failure
        return []

    def _written(self, lake: Lake, day: str, old: Iterable[DataFile]) -> DataFile:
        bodies = []
        for file in sorted(old, key=lambda file: file.path):
            key = file.path.removeprefix(lake.root)
            lake.read(key)
            bodies.append(lake.bucket.objects[key].body)
        key = f"{lake.folder}/data/{lake.own.date}={day}/rewritten-{next(lake.numbers):05}.parquet"
        whole = self.merged(bodies)
        lake.stored(f"PUT {key}", lambda: lake.bucket.put(key, whole), changes=True)
        return DataFile(f"{lake.root}{key}", day)

    def _rewritten(self, lake: Lake, old: frozenset[DataFile], new: DataFile, base: Metadata) -> Snapshot:
        if not old <= _files(base):
            raise refused("ValidationException", "Missing required files to delete")
        return lake.snapshot(base, "replace", (_files(base) - old) | {new}, {})

    def _expire(self, lake: Lake, given: str) -> list[Any]:
        """Let snapshots go, and the files that only they knew."""
        older = datetime.fromisoformat(re.findall(r"TIMESTAMP '([^']+)'", given)[0])
        keep = int(re.findall(r"retain_last => (\d+)", given)[0])
        before = lake.load()
        gone = [each.id for each in expired(before, int(older.replace(tzinfo=UTC).timestamp() * 1000), keep)]
        if gone:
            lake.commit(lambda base: [number for number in gone if number in base.snapshots])
            after = lake.load()
            self._delete(lake, before.keys(lake.root) - after.keys(lake.root))
        return []

    def _remove_orphans(self, lake: Lake, given: str) -> list[Any]:
        """Delete the listed files that no snapshot and no metadata refers to."""
        view, is_dry = re.findall(r"file_list_view => '(\w+)'", given)[0], "dry_run => true" in given
        listed = {path.removeprefix(lake.root) for path in self.views[view]}
        found = sorted(listed - lake.load().keys(lake.root))
        if not is_dry:
            self._delete(lake, found)
        return [SimpleNamespace(orphan_file_location=f"{lake.root}{key}") for key in found]

    def _delete(self, lake: Lake, keys: Iterable[str]) -> None:
        for key in sorted(keys):
            lake.stored(f"DELETE {key}", partial(lake.bucket.remove, key), changes=True)


def _files(base: Metadata) -> frozenset[DataFile]:
    return base.head.files if base.head else frozenset()


def _in_pieces(base: Metadata) -> list[str]:
    """The days that are in several files."""
    days = [file.day for file in _files(base)]
    return sorted({day for day in days if days.count(day) > 1})
