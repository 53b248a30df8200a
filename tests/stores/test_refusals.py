"""What people are told when a bucket, an object, a right or a server is missing."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from pyspark.sql import SparkSession

from footfall import aws
from footfall.errors import FootfallError, InfrastructureError, InputError, SettingsError
from footfall.publish.store import Store
from footfall.read.pings.files import find_files
from footfall.schema import PLACE_DAYS
from tests.stores.lake import Bucket

Opens = Callable[[str], Store]


@pytest.fixture
def asks_as(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """Sets a variable of AWS for what this process asks from now on."""

    def set_variable(name: str, value: str) -> None:
        monkeypatch.setenv(name, value)
        aws.start_anew()

    yield set_variable
    monkeypatch.undo()
    aws.start_anew()


def refused(kind: type[FootfallError], ask: Callable[[], object]) -> FootfallError:
    """The error: what, where and what to do, in one line each."""
    with pytest.raises(kind) as caught:
        ask()
    assert str(caught.value).count("\n") == 2
    return caught.value


def test_a_bucket_that_does_not_exist_is_named(lake: SparkSession, bucket: Bucket) -> None:
    """As output it is a wrong setting, as input a wrong input."""
    nowhere = f"s3://{bucket.name}-typo"
    output = refused(
        SettingsError, lambda: Store.at(lake, PLACE_DAYS, f"{nowhere}/out", bucket.database, "run-1")
    )
    assert "the bucket does not exist" in output.what
    assert f"{nowhere}/out" in output.where
    pings = refused(InputError, lambda: find_files([f"{nowhere}/pings.csv"]))
    assert "the bucket does not exist" in pings.what


def test_a_wrong_key_is_a_missing_right(
    lake: SparkSession, bucket: Bucket, asks_as: Callable[[str, str], None]
) -> None:
    """The message says what to give to whom; a server that asks nobody for a key cannot show it."""
    if not bucket.servers.checks_keys:
        pytest.skip("moto does not check keys; name an S3 server by S3_ENDPOINT")
    asks_as("AWS_SECRET_ACCESS_KEY", "wrong")
    error = refused(
        SettingsError, lambda: Store.at(lake, PLACE_DAYS, bucket.output, bucket.database, "run-1")
    )
    assert "access is denied" in error.what
    assert "role" in error.fix


def test_a_server_that_does_not_answer_is_worth_a_retry(
    lake: SparkSession, bucket: Bucket, asks_as: Callable[[str, str], None]
) -> None:
    """Nobody listens on port 1."""
    asks_as("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    error = refused(
        InfrastructureError, lambda: Store.at(lake, PLACE_DAYS, bucket.output, bucket.database, "run-1")
    )
    assert bucket.output in error.where
    refused(InfrastructureError, lambda: find_files([f"s3://{bucket.name}/pings.csv"]))


def test_an_output_with_the_table_of_another_job_is_refused(
    lake: SparkSession, bucket: Bucket, output: Opens
) -> None:
    """Before it counts: its runs would be those of two jobs. A table that others made beside it is no matter."""
    bucket.put("out/theirs/metadata/1.metadata.json", b'{"properties": {}}')
    with output("run-1").begin():
        pass
    cells = replace(PLACE_DAYS, name="cells")
    error = refused(SettingsError, lambda: Store.at(lake, cells, bucket.output, bucket.database, "run-2"))
    assert error.what == "The output holds the table footfall, and this job publishes cells"
    assert bucket.output in error.where
    assert "Name another output" in error.fix
    assert output("run-3").table.name.endswith(".footfall")
    Store.at(lake, cells, f"s3://{bucket.name}/others", bucket.database, "run-4")


def test_a_table_of_another_output_is_refused(lake: SparkSession, bucket: Bucket, output: Opens) -> None:
    """Two outputs with one database have one table, so a run of the second would replace days of the first."""
    with output("run-1").begin():
        pass
    second = f"s3://{bucket.name}/second"
    error = refused(SettingsError, lambda: Store.at(lake, PLACE_DAYS, second, bucket.database, "run-2"))
    assert error.what.endswith(f"belongs to another output: its files are at {bucket.output}/footfall")
    assert f"{second}/footfall" in error.where
    assert f"Set output to {bucket.output}, or catalog.database" in error.fix
    written_otherwise = bucket.output.replace("s3://", "s3a://")
    assert Store.at(lake, PLACE_DAYS, written_otherwise, bucket.database, "run-3").root == written_otherwise


def test_a_report_is_written_once(bucket: Bucket, output: Opens) -> None:
    """A second run of the same id is refused, and does not replace the report of the first."""
    first, second = output("run-1"), output("run-1")
    assert first.write("report.json", "first") == f"{bucket.output}/runs/run-1/report.json"
    error = refused(SettingsError, lambda: second.write("report.json", "second"))
    assert "the file is there already" in error.what
    assert bucket.objects("out/runs/") == {"run-1/report.json": b"first"}
