"""How a table of Iceberg is found in the catalog of a session of Spark, by Java."""

from typing import Any

from pyspark.sql import SparkSession

from footfall.settings import CATALOG
from footfall.table import DayTable


class CatalogTable:
    """A table of the catalog; subclasses set the session, the database, and the table's name and columns."""

    spark: SparkSession
    database: str
    own: DayTable

    @property
    def name(self) -> str:
        """The name of the table in Spark."""
        return f"{CATALOG}.{self.database}.{self.own.name}"

    @property
    def is_there(self) -> bool:
        """Whether the catalog knows the table."""
        return bool(self.catalog.tableExists(self.identifier))

    def load(self) -> Any:
        """The table as it is now, a Java object."""
        return self.catalog.loadTable(self.identifier)

    @property
    def iceberg(self) -> Any:
        """The package org.apache.iceberg of Java."""
        jvm: Any = self.spark.sparkContext._jvm
        return jvm.org.apache.iceberg

    @property
    def catalog(self) -> Any:
        """The catalog, a Java object of Iceberg."""
        java: Any = self.spark._jsparkSession
        return java.sessionState().catalogManager().catalog(CATALOG).icebergCatalog()

    @property
    def identifier(self) -> Any:
        """The name by which the catalog knows the table, a Java object."""
        return self.iceberg.catalog.TableIdentifier.parse(f"{self.database}.{self.own.name}")
