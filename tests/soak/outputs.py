"""Where the soak publishes, a folder or a bucket: its settings, and what a reader that is not the job's finds there."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from pyiceberg.exceptions import NoSuchTableError

from tests.faults.reader import Reader
from tests.soak.arrivals import places
from tests.stores.lake import JARS, Bucket, new_bucket
from tests.stores.servers import Servers, servers

STATE_OF_SOAK = "soak.json"
"""The file by which another process of the soak finds the output."""


class Output(Protocol):
    """An output under load."""

    @property
    def address(self) -> str:
        """The setting `output`."""

    @property
    def flags(self) -> Sequence[str]:
        """The flags that every command takes which counts or publishes."""

    @property
    def environment(self) -> Mapping[str, str]:
        """The variables of commands."""

    def put(self, name: str, content: bytes) -> None:
        """Write a new file of the input, whole."""

    def input(self, name: str) -> str:
        """The path or address of a file of the input."""

    def rows(self, day: date) -> pa.Table:
        """The published rows of a day; none if it is not published."""

    def manifests(self) -> list[Mapping[str, Any]]:
        """The manifests of all runs."""

    def leftovers(self) -> dict[str, int]:
        """How many things lie there that no reader of the table and no manifest leads to, by their kind."""


@dataclass(frozen=True)
class InFolder:
    """An output folder; input, scratch and temporary files are beside it."""

    root: Path

    @property
    def address(self) -> str:
        """The output folder."""
        return str(self.root / "out")

    @property
    def flags(self) -> Sequence[str]:
        """The settings file."""
        return (f"--settings={self.root / 'settings.yaml'}",)

    @property
    def environment(self) -> Mapping[str, str]:
        """Temporary files have a folder of their own, so that what stays of them is seen."""
        return {**os.environ, "TMPDIR": str(self.root / "temporary")}

    def put(self, name: str, content: bytes) -> None:
        """Write a new file beside the output."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.parent / f".{path.name}"
        unfinished.write_bytes(content)
        unfinished.rename(path)

    def input(self, name: str) -> str:
        """The path of a file beside the output."""
        return str(self.root / name)

    def rows(self, day: date) -> pa.Table:
        """The rows in the file of the day."""
        path = self.root / "out" / "footfall" / f"day={day}" / "footfall.parquet"
        return pq.ParquetFile(path).read() if path.exists() else pa.table({})

    def manifests(self) -> list[Mapping[str, Any]]:
        """The manifests in the folders of runs."""
        return [json.loads(path.read_text()) for path in (self.root / "out").glob("runs/*/manifest.json")]

    def leftovers(self) -> dict[str, int]:
        """Folders that killed runs left."""
        runs = self.root / "out" / "runs"
        complete = {path.parent.name for path in runs.glob("*/manifest.json")}
        return {
            "staging folders": len(list(runs.glob("*/staging"))),
            "runs without a manifest": sum(path.name not in complete for path in runs.glob("*")),
            "quarantines without a manifest": sum(
                path.name not in complete for path in (self.root / "out").glob("quarantine/*")
            ),
            "scratch folders": len(list((self.root / "scratch").glob("*"))),
            "temporary folders": len(list((self.root / "temporary").glob("*"))),
        }


@dataclass(frozen=True)
class InBucket:
    """An output in a bucket, with its table in Glue's catalog; settings are in a folder."""

    root: Path
    bucket: Bucket

    @cached_property
    def reader(self) -> Reader:
        """Reads the bucket by PyIceberg and boto3."""
        return Reader(self.bucket)

    @property
    def address(self) -> str:
        """The prefix in the bucket."""
        return self.bucket.output

    @property
    def flags(self) -> Sequence[str]:
        """The settings file and the jars."""
        return f"--settings={self.root / 'settings.yaml'}", f"--spark-jars={JARS}"

    @property
    def environment(self) -> Mapping[str, str]:
        """Where the servers are; a Java that starts quickly."""
        quick = {
            "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
            "SPARK_LOCAL_IP": "127.0.0.1",
        }
        temporary = {"TMPDIR": str(self.root / "temporary")}
        return {**os.environ, **self.bucket.servers.environment, **quick, **temporary}

    def put(self, name: str, content: bytes) -> None:
        """Write an object of the input."""
        self.bucket.put(name, content)

    def input(self, name: str) -> str:
        """The address of an object in the bucket."""
        return f"s3://{self.bucket.name}/{name}"

    def rows(self, day: date) -> pa.Table:
        """The rows of the day in the table, as PyIceberg reads them."""
        try:
            table = self.reader.table()
        except NoSuchTableError:
            return pa.table({})
        return table.scan(row_filter=f"day == '{day}'").to_arrow()

    def manifests(self) -> list[Mapping[str, Any]]:
        """The manifests in the bucket."""
        found = self.bucket.objects("out/runs/", "/manifest.json")
        return [json.loads(content) for content in found.values()]

    def leftovers(self) -> dict[str, int]:
        """What lies in the bucket beside the table and the runs that wrote a manifest."""
        found = self.reader.leftovers()
        temporary = len(list((self.root / "temporary").glob("*")))
        return {**{kind: len(names) for kind, names in vars(found).items()}, "temporary folders": temporary}


@contextmanager
def output(root: Path, *, in_bucket: bool) -> Iterator[Output]:
    """A new output with its places and settings, while the block runs; `opened` finds it from other processes."""
    (root / "temporary").mkdir()
    if not in_bucket:
        here = InFolder(root)
        (root / "scratch").mkdir()
        here.put("places.geojson", places().encode())
        own: dict[str, Any] = {"scratch": str(root / "scratch"), "workers": 2}
        _write(here, str(root), own, {})
        yield here
        return
    with servers() as served:
        there = InBucket(root, new_bucket(served))
        there.put("places.geojson", places().encode())
        addresses = {"s3.endpoint": served.s3, "s3.path-style-access": "true", "glue.endpoint": served.glue}
        catalog = {**there.bucket.catalog, "properties": addresses}
        own = {"catalog": catalog, "spark": {"master": "local[2]", "memory": "1g"}}
        bucket = {"name": there.bucket.name, "database": there.bucket.database}
        _write(there, f"s3://{there.bucket.name}", own, {**bucket, "servers": vars(served)})
        yield there


def opened(root: Path) -> Output:
    """The output that the soak in this folder publishes to."""
    said = json.loads((root / STATE_OF_SOAK).read_text())
    if not said:
        return InFolder(root)
    return InBucket(root, Bucket(said["name"], Servers(**said["servers"]), said["database"]))


def _write(where: Output, base: str, own: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    root = Path(where.flags[0].partition("=")[2]).parent
    settings = {
        "pings": {"path": f"{base}/pings/day=*/"},
        "places": {"path": f"{base}/places.geojson"},
        "output": where.address,
        "privacy": {"k": 1},
        **own,
    }
    (root / "settings.yaml").write_text(yaml.safe_dump(settings))
    (root / STATE_OF_SOAK).write_text(json.dumps(state))
