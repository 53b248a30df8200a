"""What the tests of stores share: an S3 server without Java or Maven, and places to write to."""

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import fsspec
import pytest
from moto.server import ThreadedMotoServer

from footfall import aws
from tests.file_stores.doors import Door, opened
from tests.file_stores.lake import Lake


def ask_only(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the job ask the server of this address, as somebody."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, text in {
        "AWS_ENDPOINT_URL": address,
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "somebody",
        "AWS_SECRET_ACCESS_KEY": "anything",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/nowhere",
        "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
    }.items():
        monkeypatch.setenv(name, text)
    aws.start_anew()


@pytest.fixture(scope="session")
def served() -> Iterator[str]:
    """The address of an S3 server, which is also an STS."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def any_door(served: str) -> Iterator[Door]:
    """A door before the server."""
    with opened(served) as door:
        yield door


@pytest.fixture
def door(any_door: Door, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """The door that the job asks: it passes all on, and has noted nothing yet. Somebody's credentials are there."""
    ask_only(any_door.address, monkeypatch)
    any_door.rule = lambda request: None
    any_door.asked.clear()
    yield any_door
    any_door.rule = lambda request: None
    aws.start_anew()


@pytest.fixture(scope="session")
def lake_door() -> Iterator[Door]:
    """A door with nothing behind it."""
    with opened("") as door:
        yield door


@pytest.fixture
def lake(lake_door: Door, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lake]:
    """An S3 server of our own, which the job asks without waiting between attempts."""
    lake = Lake()
    lake_door.rule = lake.answer
    lake_door.asked.clear()
    ask_only(lake_door.address, monkeypatch)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    yield lake
    aws.start_anew()


@pytest.fixture
def bucket(door: Door) -> str:
    """The address of a new bucket; what made it is not noted."""
    name = f"lake-{uuid4().hex[:8]}"
    aws.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    door.asked.clear()
    return f"s3://{name}"


@pytest.fixture(params=["local", "s3", "s3a", "memory"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A folder of each kind of store, in which nothing is."""
    if request.param == "local":
        yield str(tmp_path)
    elif request.param == "memory":
        yield "memory://root/in"
        fsspec.filesystem("memory").store.clear()
    else:
        bucket = request.getfixturevalue("bucket")
        yield f"{request.param}://{bucket.partition('://')[2]}/in"
