"""A bucket and a catalog for each test, in the shared session."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyspark
import pytest
from pyspark.sql import SparkSession

from footfall.publish.store import Store
from footfall.session import stores
from footfall.settings import Settings
from tests.stores.servers import Servers, servers

JARS = Path(__file__).parents[2] / ".jars"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder; on Spark 3.5 and without jars they cannot run."""
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        item.add_marker(pytest.mark.stores)
        if pyspark.__version__ < "4.1":
            item.add_marker(pytest.mark.skip(reason="the jar of Iceberg is for Spark 4.1"))
        elif not list(JARS.glob("iceberg-*.jar")):
            item.add_marker(pytest.mark.skip(reason="no jars: run `make jars`"))


@pytest.fixture(scope="session")
def served() -> Iterator[Servers]:
    """The servers of all these tests."""
    with servers() as there:
        yield there


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

    def objects(self, prefix: str = "") -> dict[str, bytes]:
        """What is in the bucket below a prefix."""
        return self.servers.objects(self.name, prefix)

    def put(self, key: str, content: bytes) -> str:
        """Write an object, and give its address."""
        self.servers.client().put_object(Bucket=self.name, Key=key, Body=content)
        return f"s3://{self.name}/{key}"


@pytest.fixture(scope="session")
def lake(spark: SparkSession, served: Servers) -> SparkSession:
    """The session, told where the servers are: what the platform tells it for real ones."""
    given = {"pings": {"path": "x"}, "places": {"path": "x"}, "catalog": {"type": "glue"}}
    settings = Settings.model_validate({**given, "output": "s3://a-bucket/out"})
    properties = {"s3.endpoint": served.s3, "s3.path-style-access": "true", "glue.endpoint": served.glue}
    conf = stores(settings, {}) | {f"spark.sql.catalog.lake.{key}": v for key, v in properties.items()}
    hadoop: Any = spark.sparkContext._jsc.hadoopConfiguration()  # type: ignore[union-attr]
    for key, value in {**conf, **_s3a(served)}.items():
        if key.startswith("spark.hadoop."):
            hadoop.set(key.removeprefix("spark.hadoop."), value)
        else:
            spark.conf.set(key, value)
    java: Any = spark.sparkContext._jvm.java.lang.System  # type: ignore[union-attr]
    for name, value in (
        ("accessKeyId", served.key),
        ("secretAccessKey", served.secret),
        ("region", served.region),
    ):
        java.setProperty(f"aws.{name}", value)
    return spark


def _s3a(served: Servers) -> dict[str, str]:
    settings = {
        "endpoint": served.s3,
        "path.style.access": "true",
        "access.key": served.key,
        "secret.key": served.secret,
        "endpoint.region": served.region,
        "attempts.maximum": "1",
        "retry.limit": "1",
    }
    return {f"spark.hadoop.fs.s3a.{key}": value for key, value in settings.items()}


@pytest.fixture
def bucket(lake: SparkSession, served: Servers) -> Bucket:
    """An empty bucket, and a database that is not there yet."""
    mark = secrets.token_hex(4)
    served.client().create_bucket(Bucket=f"footfall-{mark}")
    return Bucket(f"footfall-{mark}", served, f"footfall_{mark}")


@pytest.fixture
def output(lake: SparkSession, bucket: Bucket) -> Any:
    """The output as a run of the given id sees it now."""
    return lambda run_id: Store.at(lake, bucket.output, bucket.database, run_id)
