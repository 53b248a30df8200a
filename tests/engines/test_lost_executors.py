"""An executor that is killed while it reads pings: another reads them again, and the days have the same digests."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from footfall.sample.generator import SampleFiles, write_sample

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files are seen in /proc"),
]

HERE = Path(sys.executable).parent
MAIN = "from footfall.cli import entry_point\n\nentry_point()\n"
CONF = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}
SECONDS = 1800


def reading(file: Path) -> Iterator[int]:
    """The executors whose workers read the file at this moment."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            executor = executor_of(int(folder.name)) if file in opened(folder) else None
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it has just ended, or is of someone else
        if executor:
            yield executor


def opened(process: Path) -> list[Path]:
    """The files that a process has open, by its folder in /proc."""
    return [descriptor.readlink() for descriptor in (process / "fd").iterdir()]


def executor_of(process: int) -> int | None:
    """The executor that started a process, itself or through Spark's daemon; None for a driver."""
    while process > 1:
        if b"CoarseGrainedExecutorBackend" in Path(f"/proc/{process}/cmdline").read_bytes():
            return process
        process = int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    return None


def settings(files: SampleFiles) -> Path:
    """The settings of a sample, with nothing suppressed."""
    given: dict[str, Any] = yaml.safe_load(files.settings.read_text())
    asked = {
        "pings": {**given["pings"], "path": str(files.pings)},
        "places": {"path": str(files.places)},
        "privacy": {"k": 1},
    }
    written = files.settings.with_name("asked.yaml")
    written.write_text(yaml.safe_dump(asked))
    return written


def manifest(output: Path) -> dict[str, Any]:
    """The manifest of the only run of an output."""
    (path,) = output.glob("runs/*/manifest.json")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_an_executor_killed_while_it_reads_changes_no_digest(tmp_path: Path) -> None:
    """One of two, each a process of its own as on a cluster; what it had read is read again, once."""
    files, main = write_sample(tmp_path, pings=120_000, places=12, seed=4), tmp_path / "main.py"
    asked = settings(files)
    alone = [HERE / "footfall", "run", "--settings", asked, "--output", tmp_path / "alone"]
    subprocess.run(alone, check=True, capture_output=True)
    main.write_text(MAIN)
    options = [word for name, value in CONF.items() for word in ("--conf", f"{name}={value}")]
    submit = [HERE / "spark-submit", "--master", "local-cluster[2,1,1024]", *options, main]
    struck, log = list[int](), tmp_path / "log"
    with log.open("w") as output:
        job = subprocess.Popen(
            [*submit, "run", "--settings", asked, "--output", tmp_path / "cluster"],
            cwd=tmp_path,
            env={**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"},
            stdout=output,
            stderr=output,
        )
        until = time.monotonic() + SECONDS
        while job.poll() is None and time.monotonic() < until:
            if not struck:
                struck = list(reading(files.pings))[:1]
                for executor in struck:
                    os.kill(executor, signal.SIGKILL)
            time.sleep(0.002 if not struck else 0.1)
        job.kill()
    assert job.wait() == 0, log.read_text()
    assert len(struck) == 1, "no executor was seen reading"
    assert "Lost executor" in log.read_text()
    cluster, here = manifest(tmp_path / "cluster"), manifest(tmp_path / "alone")
    assert (here["engine"]["name"], cluster["engine"]["name"]) == ("embedded", "spark")
    assert len(here["digests"]) == 3
    for said in ("digests", "counts", "totals", "per_day", "state"):
        assert cluster[said] == here[said]
