"""The service that the tests of Glue share, a job and a bucket for each, and the command as a process."""

import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import pytest

from tests.glue.service import GlueService, glue_service

NUMBERS = itertools.count()
Footfall = Callable[..., subprocess.Popen[str]]


@pytest.fixture(scope="session")
def shared_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GlueService]:
    """One pair of servers for all tests."""
    with glue_service(tmp_path_factory.mktemp("aws")) as service:
        yield service


@pytest.fixture
def service(shared_service: GlueService) -> GlueService:
    """The service, without runs of earlier tests."""
    shared_service.runs.clear()
    shared_service.on_start = lambda run: None
    return shared_service


@pytest.fixture
def bucket(service: GlueService) -> str:
    """A new bucket."""
    name = f"footfall-{next(NUMBERS)}"
    service.client("s3").create_bucket(Bucket=name)
    return name


@pytest.fixture
def job(service: GlueService) -> str:
    """A new job, as the template makes it."""
    name = f"footfall-{next(NUMBERS)}"
    service.make_job(name)
    return name


@pytest.fixture
def deployed(service: GlueService, job: str) -> str:
    """A job that points at a version."""
    glue = service.client("glue")
    definition = glue.get_job(JobName=job)["Job"]
    arguments = {**definition["DefaultArguments"], "--additional-python-modules": "s3://lake/1/footfall.zip"}
    update = {"Role": definition["Role"], "Command": definition["Command"], "DefaultArguments": arguments}
    glue.update_job(JobName=job, JobUpdate=update)
    return job


@pytest.fixture
def footfall(service: GlueService) -> Iterator[Footfall]:
    """Starts the command, as somebody whom the service knows."""
    processes: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        processes.append(
            subprocess.Popen(
                [sys.executable, "-m", "footfall", *words],
                env={**os.environ, **service.environment},
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                text=True,
            )
        )
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def archive(folder: Path, version: str, python: str = "311", script: bytes = b"run\n") -> Path:
    """An archive of a version with nothing but the job's own wheel in it."""
    wheel, file = (
        folder / "footfall-0.1.0-py3-none-any.whl",
        folder / f"footfall-{version}-py{python}.gluewheels.zip",
    )
    with ZipFile(wheel, "w") as opened:
        opened.writestr(ZipInfo("footfall/__main__.py"), script)  # without the time of day
    with ZipFile(file, "w") as opened:
        opened.writestr(ZipInfo(f"wheels/{wheel.name}"), wheel.read_bytes())
    return file
