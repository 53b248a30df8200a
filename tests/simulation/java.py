"""The few objects of Java that the job speaks to, in front of `iceberg.Lake`: names and arguments are Iceberg's."""

# ruff: noqa: N802 - Java's names
from collections.abc import Callable, Mapping
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
        return DataFile(path, partition.partition("=")[2])


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
                parse=lambda name: SimpleNamespace(
                    namespace=lambda: name.partition(".")[0], name=lambda: name.partition(".")[2]
                )
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
    """The catalog, as Java shows it; `columns` are those that the job gives a table."""

    lakes: Mapping[str, Lake]
    columns: Callable[[Lake], Schema]

    def tableExists(self, identifier: Any) -> bool:
        """Whether the table is there."""
        lake = self.lakes[identifier.name()]
        return lake.ask("GetTable", lambda: lake.pointer) is not None

    def loadTable(self, identifier: Any) -> TableOf:
        """The table as it is now."""
        lake = self.lakes[identifier.name()]
        return TableOf(lake, lake.load(), self.columns(lake))

    def namespaceExists(self, name: str) -> bool:
        """Whether the database is there."""
        lake = self._first
        return bool(lake.ask("GetDatabase", lambda: name in lake.namespaces))

    def createNamespace(self, name: str) -> None:
        """Create the database."""
        lake = self._first

        def create() -> None:
            if name in lake.namespaces:
                raise refused("AlreadyExistsException", "Namespace already exists")
            lake.namespaces.add(name)

        lake.ask("CreateDatabase", create)

    def buildTable(self, identifier: Any, schema: Schema) -> TableBuilder:
        """A table to be created."""
        return TableBuilder(lake=self.lakes[identifier.name()])

    @property
    def _first(self) -> Lake:
        return next(iter(self.lakes.values()))
