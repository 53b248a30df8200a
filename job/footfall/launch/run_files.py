"""The files of runs in an output, which may be a bucket, read without Spark."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from footfall import aws
from footfall.history.files import RUNS, LocalRunFiles, RunFile, RunFiles
from footfall.settings import on_object_store

_AT_ONCE = 16


def run_files(output: str) -> RunFiles:
    """The files of the runs of an output: of a folder, or below s3://bucket/prefix.

    Raises:
        PrerequisiteError: No region of AWS is known.
    """
    if not on_object_store(output):
        return LocalRunFiles(Path(output).expanduser().absolute())
    bucket, _, prefix = output.partition("://")[2].partition("/")
    return BucketRunFiles(aws.client("s3"), bucket, f"{prefix}/{RUNS}/".lstrip("/"))


@dataclass(frozen=True)
class BucketRunFiles:
    """The runs of an output in a bucket.

    Attributes:
        client: Asks S3.
        bucket: The bucket.
        prefix: Of the keys of all runs, with a slash at its end.
    """

    client: Any
    bucket: str
    prefix: str

    @property
    def root(self) -> str:
        """The address of the output."""
        return f"s3://{self.bucket}/{self.prefix.removesuffix(f'{RUNS}/')}".rstrip("/")

    def listing(self) -> list[RunFile]:
        """All objects directly in the folders of runs."""
        with aws.failures(self.root):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.prefix
            )
            found = [each for page in pages for each in page.get("Contents", ())]
        parts = [(each["Key"].removeprefix(self.prefix).split("/"), each["LastModified"]) for each in found]
        return [RunFile(key[0], key[1], written) for key, written in parts if len(key) == 2 and key[1]]

    def read(self, wanted: Sequence[RunFile]) -> list[bytes | None]:
        """The contents of these objects, in their order, many fetched at once."""
        with ThreadPoolExecutor(_AT_ONCE) as readers:
            return list(readers.map(self._content, wanted))

    def address(self, run_id: str, name: str = "") -> str:
        """The address of a run's folder or of one of its objects."""
        return f"s3://{self.bucket}/{self.prefix}{run_id}/{name}"

    def _content(self, file: RunFile) -> bytes | None:
        key = f"{self.prefix}{file.run_id}/{file.name}"

        def fetched() -> bytes:
            return bytes(self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read())

        return aws.ask(fetched, self.address(file.run_id, file.name), absent=("NoSuchKey",))
