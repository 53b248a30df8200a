"""A bucket and a catalog for each test, in the shared session."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyspark
import pytest
from pyspark.sql import SparkSession

from footfall.publish.store import Store
from footfall.schema import PLACE_DAYS
from tests.stores.lake import JARS, Bucket, new_bucket, tell
from tests.stores.servers import Servers, servers


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder; on Spark 3.5 and without jars they cannot run."""
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        item.add_marker(pytest.mark.stores)
        unless_possible(item)


def unless_possible(item: pytest.Item) -> None:
    """Skip a test that speaks to a catalog where it cannot run."""
    if pyspark.__version__ < "4.1":
        item.add_marker(pytest.mark.skip(reason="the jar of Iceberg is for Spark 4.1"))
    elif not list(JARS.glob("iceberg-*.jar")):
        item.add_marker(pytest.mark.skip(reason="no jars: run `make jars`"))


@pytest.fixture(scope="session")
def served() -> Iterator[Servers]:
    """The servers of all these tests."""
    with servers() as there, pytest.MonkeyPatch.context() as environment:
        for name, value in there.environment.items():
            environment.setenv(name, value)
        yield there


@pytest.fixture(scope="session")
def lake(spark: SparkSession, served: Servers) -> SparkSession:
    """The session, told where the servers are."""
    tell(spark, served)
    return spark


@pytest.fixture
def bucket(lake: SparkSession, served: Servers) -> Bucket:
    """An empty bucket, and a database that is not there yet."""
    return new_bucket(served)


@pytest.fixture
def output(lake: SparkSession, bucket: Bucket) -> Any:
    """The output as a run of the given id sees it now."""
    return lambda run_id: Store.at(lake, PLACE_DAYS, bucket.output, bucket.database, run_id)
