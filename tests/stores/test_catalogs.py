"""The same publishing with other catalogs: PostgreSQL by JDBC, and one that speaks REST, each really served."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pyspark.sql import SparkSession

from footfall.engines.spark.session import catalog
from footfall.errors import Conflict
from footfall.publish.store import Store
from footfall.schema import PLACE_DAYS
from footfall.settings import Settings
from tests.stores import catalogs
from tests.stores.lake import Bucket
from tests.stores.servers import Servers
from tests.stores.test_table import DAY, NEXT, found, publish, stage

Lake = tuple[SparkSession, Bucket]


@pytest.fixture(scope="module", params=["jdbc", "rest"])
def properties(
    request: pytest.FixtureRequest, served: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """The settings of a catalog that is running."""
    folder = tmp_path_factory.mktemp("catalog")
    if request.param == "rest":
        with catalogs.rest(folder, served) as address:
            yield {"type": "rest", "properties": {"uri": address}}
        return
    if catalogs.postgres_folder() is None:
        pytest.skip("PostgreSQL is not installed")
    folder.chmod(0o755)
    for parent in folder.parents[:2]:  # pytest's own folders, which another user has to pass
        parent.chmod(0o755)
    with catalogs.postgres(folder) as address:
        given = {"uri": f"jdbc:postgresql://{address}", "jdbc.user": "footfall", "jdbc.schema-version": "V1"}
        yield {"type": "jdbc", "properties": given}


@pytest.fixture
def other(lake: SparkSession, bucket: Bucket, properties: dict[str, Any]) -> Lake:
    """A session of its own, whose catalog `lake` is this one."""
    files = {"s3.endpoint": bucket.servers.s3, "s3.path-style-access": "true"}
    asked = {**properties, "properties": {**properties["properties"], **files}}
    given = {"pings": {"path": "x"}, "places": {"path": "x"}, "output": bucket.output, "catalog": asked}
    session = lake.newSession()
    for name, value in catalog(Settings.model_validate(given), {}).items():
        session.conf.set(name, value)
    session.sql(
        "SHOW NAMESPACES IN lake"
    ).collect()  # Spark makes a catalog by the settings of the session in use
    java: Any = session._jsparkSession
    made = java.sessionState().catalogManager().catalog("lake").icebergCatalog()
    assert (
        made.getClass().getSimpleName() == {"jdbc": "JdbcCatalog", "rest": "RESTCatalog"}[properties["type"]]
    )
    return session, bucket


@pytest.fixture
def opens(other: Lake) -> Callable[[str], Store]:
    """The output as a run of the given id sees it now."""
    session, bucket = other
    return lambda run_id: Store.at(session, PLACE_DAYS, bucket.output, bucket.database, run_id)


def test_a_day_is_published_and_replaced(other: Lake, opens: Callable[[str], Store]) -> None:
    """The database and the table are made by the first run; the second replaces one day of two."""
    publish(opens("run-1"), {DAY: {"A": 1, "gone": 5}, NEXT: {"A": 2}})
    publish(opens("run-2"), {DAY: {"A": 3}})
    assert found(*other) == [(DAY, "A", 3), (NEXT, "A", 2)]


def test_of_two_runs_of_one_day_the_second_is_told_who_won(
    other: Lake, opens: Callable[[str], Store]
) -> None:
    """The catalog is what they meet in."""
    publish(opens("run-1"), {DAY: {"A": 1}})
    winner, loser = opens("winner"), opens("loser")
    with winner.begin() as first, loser.begin() as second:
        stage(winner, first, {DAY: {"A": 10}})
        stage(loser, second, {DAY: {"A": 20}})
        winner.publish([DAY])
        with pytest.raises(Conflict, match="2023-03-01 was published by winner"):
            loser.publish([DAY])
    assert found(*other) == [(DAY, "A", 10)]
