"""The published table as DuckDB reads it: a reader that shares no code with Spark or PyIceberg."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import boto3
import duckdb
import pytest

from footfall.publish.store import Store
from tests.stores.lake import Bucket
from tests.stores.test_table import DAY, NEXT, publish, stage

# In an order in which none of them looks for another one on the net.
EXTENSIONS = ("httpfs", "avro", "iceberg")


@pytest.fixture
def reader(bucket: Bucket) -> duckdb.DuckDBPyConnection:
    """DuckDB, which knows the server of the bucket."""
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    for name in EXTENSIONS:
        folder = Path(str(import_module(f"duckdb_extension_{name}").__file__)).parent
        (file,) = folder.rglob("*.duckdb_extension")
        connection.execute(f"LOAD '{file}'")
    served, endpoint = bucket.servers, urlparse(bucket.servers.s3).netloc
    connection.execute(
        f"CREATE SECRET (TYPE s3, KEY_ID '{served.key}', SECRET '{served.secret}', REGION '{served.region}',"
        f" ENDPOINT '{endpoint}', URL_STYLE 'path', USE_SSL false)"
    )
    return connection


def current_metadata(bucket: Bucket) -> str:
    """Where the catalog says that the table is."""
    served = bucket.servers
    keys = {"aws_access_key_id": served.key, "aws_secret_access_key": served.secret}
    glue: Any = boto3.client("glue", endpoint_url=served.glue, region_name=served.region, **keys)
    table = glue.get_table(DatabaseName=bucket.database, Name="footfall")["Table"]
    return str(table["Parameters"]["metadata_location"])


def test_duckdb_reads_what_was_published_last(
    bucket: Bucket, output: Callable[[str], Store], reader: duckdb.DuckDBPyConnection
) -> None:
    """One day of two was replaced; a run that has only staged its rows is not seen."""
    publish(output("run-1"), {DAY: {"A": 1, "B": 2}, NEXT: {"A": 3}})
    publish(output("run-2"), {DAY: {"A": 9}})
    under_way = output("under-way")
    with under_way.begin() as target:
        stage(under_way, target, {DAY: {"A": 99}})
        rows = reader.execute(
            f"SELECT day, place_id, pings FROM iceberg_scan('{current_metadata(bucket)}') ORDER BY ALL"  # noqa: S608
        ).fetchall()
    assert rows == [(DAY, "A", 9), (NEXT, "A", 3)]
