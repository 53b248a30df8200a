"""The history of runs read from a bucket, over HTTP and without Spark."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from footfall import aws
from footfall.errors import SettingsError
from footfall.history.files import run_files
from footfall.history.reading import all_runs
from tests.history.manifests import day, manifest
from tests.stores.servers import Servers, servers


@pytest.fixture(scope="module")
def served() -> Iterator[Servers]:
    """An S3 server."""
    with servers() as there:
        yield there


@pytest.fixture
def environment(served: Servers, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The variables by which any program finds the server."""
    aws.start_anew()
    for name, value in {**served.environment, "AWS_DEFAULT_REGION": served.region}.items():
        monkeypatch.setenv(name, value)
    yield
    aws.start_anew()


@pytest.fixture
def bucket(served: Servers, environment: None) -> Iterator[str]:
    """A bucket with two runs below a prefix, one of them damaged, and a file of something else."""
    name = "footfall-history"
    client = served.client()
    client.create_bucket(Bucket=name)
    for key, text in {
        "out/runs/r1/manifest.json": json.dumps(manifest("r1", day(1))),
        "out/runs/r1/report.html": "<!doctype html>",
        "out/runs/r2/manifest.json": "{",
        "out/runs/r3/alive.json": json.dumps({"run_id": "r3"}),
        "out/runs/r1/staging/manifest.json": "not of a run",
        "out/footfall/data/a.parquet": "not of a run",
    }.items():
        client.put_object(Bucket=name, Key=key, Body=text.encode())
    yield f"s3://{name}/out"
    for each in client.list_objects_v2(Bucket=name)["Contents"]:
        client.delete_object(Bucket=name, Key=each["Key"])
    client.delete_bucket(Bucket=name)


def test_runs_in_a_bucket_are_read_like_those_in_a_folder(bucket: str) -> None:
    """Their addresses are those of the bucket; a run that says it lives is believed by the time of its object."""
    files = run_files(bucket)
    by_id = {run.run_id: run for run in all_runs(files, datetime.now(UTC))}
    assert {run_id: run.state for run_id, run in by_id.items()} == {
        "r1": "published",
        "r2": "damaged",
        "r3": "running",
    }
    assert by_id["r1"].report == f"{bucket}/runs/r1/report.html"
    assert by_id["r2"].folder == f"{bucket}/runs/r2"
    assert files.root == bucket


def test_a_prefix_without_runs_has_no_history(bucket: str) -> None:
    """It is not an error: nothing ran there yet."""
    assert all_runs(run_files(bucket.replace("/out", "/elsewhere")), datetime.now(UTC)) == []


def test_a_bucket_that_does_not_exist_is_named(environment: None) -> None:
    """As a wrong setting."""
    with pytest.raises(SettingsError, match="the bucket does not exist") as caught:
        run_files("s3://footfall-typo/out").listing()
    assert caught.value.where == "s3://footfall-typo/out"


def test_a_wrong_key_is_a_missing_right(
    served: Servers, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that asks nobody for a key cannot show it."""
    if not served.checks_keys:
        pytest.skip("moto does not check keys; name an S3 server by S3_ENDPOINT")
    aws.start_anew()
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    with pytest.raises(SettingsError, match="access is denied"):
        run_files(bucket).listing()
