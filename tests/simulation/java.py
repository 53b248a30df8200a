"""The few objects of Java that the job speaks to, in front of `iceberg.Lake`: names and arguments are Iceberg's."""

# ruff: noqa: N802 - Java's names
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from tests.simulation.iceberg import Lake
from tests.simulation.java_tables import TableOf
from tests.simulation.java_types import TYPES, Chain, Schema
from tests.simulation.metadata import DataFile, refused


class FileBuilder(Chain):
    """DataFiles.builder."""

    def build(self) -> DataFile:
        """The file, as the table will list it."""
        (path,), (partition,) = self.given["withPath"], self.given["withPartitionPath"]
        return DataFile(path, partition.removeprefix("day="))


class TableBuilder(Chain):
    """Catalog.buildTable."""

    def create(self) -> None:
        """Create the table."""
        lake: Lake = self.given["lake"]
        if lake.ask("GetTable", lambda: lake.pointer) is not None:
            raise refused("AlreadyExistsException", "Table already exists")
        lake.create()


def package(lake: Lake) -> Any:
    """The package org.apache.iceberg."""

    def metrics(path: str, config: object) -> None:
        lake.read(path.removeprefix(lake.root))

    within = {"in": lambda column, days: frozenset(days)}
    return SimpleNamespace(
        types=SimpleNamespace(Types=TYPES),
        Schema=Schema,
        catalog=SimpleNamespace(
            TableIdentifier=SimpleNamespace(
                parse=lambda name: SimpleNamespace(namespace=lambda: name.partition(".")[0])
            )
        ),
        parquet=SimpleNamespace(ParquetUtil=SimpleNamespace(fileMetrics=metrics)),
        MetricsConfig=SimpleNamespace(forTable=lambda table: None),
        DataFiles=SimpleNamespace(builder=lambda spec: FileBuilder()),
        expressions=SimpleNamespace(Expressions=SimpleNamespace(**within)),
        PartitionSpec=SimpleNamespace(builderFor=lambda schema: Chain()),
        SortOrder=SimpleNamespace(builderFor=lambda schema: Chain()),
        util=SimpleNamespace(
            SnapshotUtil=SimpleNamespace(
                currentAncestorIds=lambda table: [each.id for each in table.of.ancestors()]
            )
        ),
    )


@dataclass(frozen=True)
class CatalogOf:
    """The catalog, as Java shows it; `columns` are those that the job gives its table."""

    lake: Lake
    columns: Callable[[], Schema]

    def tableExists(self, name: object) -> bool:
        """Whether the table is there."""
        return self.lake.ask("GetTable", lambda: self.lake.pointer) is not None

    def loadTable(self, name: object) -> TableOf:
        """The table as it is now."""
        return TableOf(self.lake, self.lake.load(), self.columns())

    def namespaceExists(self, name: str) -> bool:
        """Whether the database is there."""
        return bool(self.lake.ask("GetDatabase", lambda: name in self.lake.namespaces))

    def createNamespace(self, name: str) -> None:
        """Create the database."""

        def create() -> None:
            if name in self.lake.namespaces:
                raise refused("AlreadyExistsException", "Namespace already exists")
            self.lake.namespaces.add(name)

        self.lake.ask("CreateDatabase", create)

    def buildTable(self, name: object, schema: Schema) -> TableBuilder:
        """A table to be created."""
        return TableBuilder(lake=self.lake)
