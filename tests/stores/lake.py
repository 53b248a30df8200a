"""A session that knows where the servers are, and buckets."""

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from footfall.engines.spark.session import catalog
from footfall.settings import Settings
from tests.stores.servers import Servers

JARS = Path(__file__).parents[2] / ".jars"


@dataclass(frozen=True)
class Bucket:
    """A bucket of its own, and the settings that name it."""

    name: str
    servers: Servers
    database: str

    @property
    def output(self) -> str:
        """Where results go."""
        return f"s3://{self.name}/out"

    @property
    def catalog(self) -> dict[str, Any]:
        """The catalog of the settings."""
        return {"type": "glue", "database": self.database}

    def names(self, prefix: str = "") -> list[str]:
        """The names of the objects below a prefix, without it."""
        return self.servers.names(self.name, prefix)

    def objects(self, prefix: str = "", suffix: str = "") -> dict[str, bytes]:
        """The objects below a prefix, whose names end so, and what is in them."""
        return self.servers.objects(self.name, prefix, suffix)

    def put(self, key: str, content: bytes) -> str:
        """Write an object, and give its address."""
        self.servers.client().put_object(Bucket=self.name, Key=key, Body=content)
        return f"s3://{self.name}/{key}"


def new_bucket(served: Servers) -> Bucket:
    """An empty bucket, and a database that is not there yet."""
    mark = secrets.token_hex(4)
    served.client().create_bucket(Bucket=f"footfall-{mark}")
    return Bucket(f"footfall-{mark}", served, f"footfall_{mark}")


def tell(spark: SparkSession, served: Servers) -> None:
    """Tell a session where the servers are: what the platform tells it for real ones."""
    given = {"pings": {"path": "x"}, "places": {"path": "x"}, "catalog": {"type": "glue"}}
    settings = Settings.model_validate({**given, "output": "s3://a-bucket/out"})
    properties = {"s3.endpoint": served.s3, "s3.path-style-access": "true", "glue.endpoint": served.glue}
    conf = catalog(settings, {}) | {f"spark.sql.catalog.lake.{key}": v for key, v in properties.items()}
    for key, value in conf.items():
        spark.conf.set(key, value)
    java: Any = spark.sparkContext._jvm.java.lang.System  # type: ignore[union-attr]
    for name, value in (
        ("accessKeyId", served.key),
        ("secretAccessKey", served.secret),
        ("region", served.region),
    ):
        java.setProperty(f"aws.{name}", value)
    spark.sparkContext.environment.update(
        served.environment
    )  # of its workers, which the driver's cannot reach
    # Spark makes a catalog by the settings of the session that is in use when it is first asked for.
    spark.sql("SHOW NAMESPACES IN lake").collect()
