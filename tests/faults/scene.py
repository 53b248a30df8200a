"""A day that is published, a run that replaces it through proxies, and what a reader sees meanwhile.

The rows of an undisturbed run were counted by hand: they are those of tests/run.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.faults.proxy import Director, Request, Rule, proxy, untouched
from tests.faults.reader import DAY, Leftovers, Reader, Rows
from tests.run.conftest import PINGS, PLACES
from tests.stores.lake import JARS, Bucket

FOOTFALL = Path(sys.executable).with_name("footfall")
PATIENCE = 900


@dataclass
class Scene:
    """A bucket whose table holds OLD, and two proxies before its servers, directed by `director`.

    A run counts the day, or what `when` asks for.
    """

    bucket: Bucket
    folder: Path
    s3: str
    glue: str
    director: Director = field(default_factory=Director)
    job: "Job | None" = None
    when: Mapping[str, Any] = field(default_factory=lambda: {"day": DAY})

    def kill(self) -> None:
        """Kill the run that is under way."""
        assert self.job is not None
        self.job.kill()

    def rows(self) -> Rows:
        """The table as a reader sees it."""
        return Reader(self.bucket).rows()

    def leftovers(self) -> Leftovers:
        """What lies in the bucket beside it."""
        return Reader(self.bucket).leftovers()

    @contextmanager
    def running(
        self, rule: Rule | None = None, *, command: Sequence[str | Path] = (), **environment: str
    ) -> Iterator["Job"]:
        """A run of the day as a process of its own, which is gone when the block ends."""
        alone = [FOOTFALL, "run", "--settings", self.write_settings(), "--spark-jars", JARS]
        if rule is not None:
            self.director.rule = rule
        with (self.folder / "log").open("a") as log:
            process = subprocess.Popen(
                list(command) or alone,
                cwd=self.folder,
                env=self.environment | environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self.job = job = Job(process, self.folder / "log")
            try:
                yield job
            finally:
                job.kill()

    def run(self, rule: Rule | None = None, **environment: str) -> "Job":
        """A run of the day to its end."""
        with self.running(rule, **environment) as job:
            job.process.wait(PATIENCE)
        return job

    def maintain(self, **environment: str) -> "Job":
        """The upkeep of the table."""
        command = [FOOTFALL, "maintain", "--apply", "--settings", self.write_settings(), "--spark-jars", JARS]
        with self.running(untouched, command=command, **environment) as job:
            job.process.wait(PATIENCE)
        return job

    @property
    def environment(self) -> dict[str, str]:
        """The variables of the job: it finds the proxies where it would find Amazon."""
        servers = {"AWS_ENDPOINT_URL_S3": self.s3, "AWS_ENDPOINT_URL_GLUE": self.glue}
        return {
            **os.environ,
            **self.bucket.servers.environment,
            **servers,
            "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",  # a short run, begun sooner
            "SPARK_LOCAL_IP": "127.0.0.1",
        }

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of the run, but for the addresses of the servers."""
        return {
            "pings": {"path": f"s3://{self.bucket.name}/in/pings.csv"},
            "places": {
                "path": f"s3://{self.bucket.name}/in/places.geojson",
                "columns": {"name": "name"},
            },
            "output": self.bucket.output,
            "catalog": self.bucket.catalog,
            "privacy": {"k": 1},
            **self.when,
        }

    def write_settings(self) -> Path:
        """Write the settings of the run, and say where they are."""
        addresses = {"s3.endpoint": self.s3, "s3.path-style-access": "true", "glue.endpoint": self.glue}
        catalog = {**self.bucket.catalog, "properties": addresses}
        spark = {"master": "local[2,4]", "memory": "1g"}  # a task may fail three times, as on a cluster
        path = self.folder / "settings.yaml"
        path.write_text(yaml.safe_dump({**self.settings, "catalog": catalog, "spark": spark}))
        return path

    def manifests(self) -> dict[str, Mapping[str, Any]]:
        """What the runs say of themselves, by their ids."""
        files = self.bucket.objects("out/runs/")
        return {
            name.split("/")[0]: json.loads(text)
            for name, text in files.items()
            if name.endswith("manifest.json")
        }


@dataclass(frozen=True)
class Job:
    """A run under way, and its log."""

    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """Kill -9: driver, Java and workers at once, as when a container dies."""
        for pid in [*_descendants(self.process.pid), self.process.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    @property
    def code(self) -> int:
        """The exit code; negative for the signal that ended it."""
        assert self.process.returncode is not None
        return self.process.returncode

    @property
    def told(self) -> str:
        """All that it said."""
        return self.log.read_text()


def _descendants(pid: int) -> Iterator[int]:
    """The processes below a process, also those with a session of their own, as Java has one: the deepest first."""
    found: list[int] = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that ends meanwhile
            found += map(int, children.read_text().split())
    for child in found:
        yield from _descendants(child)
        yield child


@contextmanager
def scene(bucket: Bucket, folder: Path) -> Iterator[Scene]:
    """The scene in a bucket whose table is there already."""
    bucket.put("in/pings.csv", PINGS.encode())
    bucket.put("in/places.geojson", PLACES.encode())
    director = Director()
    with ExitStack() as stack:
        addresses = [
            stack.enter_context(proxy(address, director))
            for address in (bucket.servers.s3, bucket.servers.glue)
        ]
        yield Scene(bucket, folder, *addresses, director)


def writes_data(request: Request) -> bool:
    """Whether a task writes a file of the table."""
    return request.method == "PUT" and "/out/footfall/data/" in request.path


def writes_the_report(request: Request) -> bool:
    """Whether the run writes its report, which it does after it has published."""
    return request.method == "PUT" and "/out/runs/" in request.path and "report.json" in request.path


@dataclass
class Commits:
    """Whether a request is the n-th commit of the run to its table."""

    wanted: int
    made: int = 0

    def __call__(self, request: Request) -> bool:
        """Count, and compare."""
        self.made += request.operation.endswith(".UpdateTable")
        return request.operation.endswith(".UpdateTable") and self.made == self.wanted


def publishes() -> Commits:
    """Whether a request is the commit that publishes: the only one of a run whose table is there already."""
    return Commits(1)
