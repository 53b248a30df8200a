"""An S3 server and a Glue catalog over HTTP: those that the environment names, or moto's, which is both."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import boto3

NAMES = ("S3_ENDPOINT", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION")


@dataclass(frozen=True)
class Servers:
    """Where S3 and Glue listen, and who may ask them."""

    s3: str
    glue: str
    key: str
    secret: str
    region: str
    checks_keys: bool = True

    def client(self) -> Any:
        """A client of S3 that is not the job's."""
        return boto3.client(
            "s3",
            endpoint_url=self.s3,
            aws_access_key_id=self.key,
            aws_secret_access_key=self.secret,
            region_name=self.region,
        )

    def names(self, bucket: str, prefix: str) -> list[str]:
        """The names of the objects below a prefix, without it."""
        pages = self.client().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [each["Key"].removeprefix(prefix) for page in pages for each in page.get("Contents", [])]

    def objects(self, bucket: str, prefix: str, suffix: str = "") -> dict[str, bytes]:
        """The objects below a prefix, whose names end so, and what is in them."""
        client = self.client()
        return {
            name: client.get_object(Bucket=bucket, Key=prefix + name)["Body"].read()
            for name in self.names(bucket, prefix)
            if name.endswith(suffix)
        }

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which any program finds them."""
        return {
            "AWS_ENDPOINT_URL_S3": self.s3,
            "AWS_ENDPOINT_URL_GLUE": self.glue,
            "AWS_ACCESS_KEY_ID": self.key,
            "AWS_SECRET_ACCESS_KEY": self.secret,
            "AWS_REGION": self.region,
        }


@contextmanager
def servers(environ: Mapping[str, str] = os.environ) -> Iterator[Servers]:
    """The servers that the environment names; where it does not, moto's, while the block runs."""
    if all(environ.get(name) for name in NAMES):
        yield Servers(*(environ[name] for name in NAMES))
        return
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(port)
        address = f"http://127.0.0.1:{port}"
        yield Servers(address, address, "anybody", "anything", "us-east-1", checks_keys=False)
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def wait_for(port: int, seconds: int = 60) -> None:
    """Wait until somebody listens on a port of this machine."""
    for _ in range(5 * seconds):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.2)
    raise TimeoutError(f"nobody began to listen on port {port}")
