"""A worker of this machine that is killed while a run counts, as the system kills it where memory is short."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.run.conftest import Counts, embedded, filled, runner

FOOTFALL = Path(sys.executable).with_name("footfall")


@pytest.fixture
def published(tmp_path: Path) -> Counts:
    """Runs the job here; its first run has published both days, and a ping came since."""
    filled(tmp_path)
    runs = runner(embedded, tmp_path)
    assert runs().refusal is None
    with (tmp_path / "pings.csv").open("a") as pings:
        pings.write("d9,2023-03-01 15:00:00,0.5,0.5\n")
    return runs


@pytest.fixture
def started(published: Counts, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The next run, as a process of its own, which has started its engine."""
    flags = {
        "pings-path": tmp_path / "pings.csv",
        "places-path": tmp_path / "places.geojson",
        "output": tmp_path / "out",
        "privacy-k": 1,
        "workers": 2,
    }
    words = [f"--{name}={text}" for name, text in flags.items()]
    process = subprocess.Popen([FOOTFALL, "run", *words], stderr=subprocess.PIPE, text=True)
    try:
        await_step(process, "start engine", "done")
        yield process
    finally:
        process.kill()
        process.communicate()


def await_step(process: subprocess.Popen[str], name: str, state: str) -> None:
    """Read what a run says until a step has come so far."""
    assert process.stderr is not None
    for line in process.stderr:
        said = json.loads(line)
        if (said["step"], said["state"]) == (name, state):
            return
    raise AssertionError(f"the run ended before {name} was {state}")


def workers(process: subprocess.Popen[str]) -> list[int]:
    """The processes that a run has started."""
    return [
        int(each) for each in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    ]


def days(folder: Path) -> dict[str, bytes]:
    """The published files."""
    return {file.parent.name: file.read_bytes() for file in (folder / "out/footfall").glob("day=*/*.parquet")}


def manifests(folder: Path) -> list[dict[str, Any]]:
    """What the runs say of themselves; that of the test's own first run comes last."""
    return [json.loads(file.read_text()) for file in sorted((folder / "out/runs").glob("*/manifest.json"))]


@pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="the system does not tell a process's children"
)
def test_a_killed_worker_ends_the_run_and_leaves_the_old_days(
    published: Counts, started: subprocess.Popen[str], tmp_path: Path
) -> None:
    """One error with exit code 6, which the manifest has too; no process stays, and the next run publishes."""
    old = days(tmp_path)
    both = workers(started)
    assert len(both) == 2
    for worker in both:
        os.kill(worker, signal.SIGSTOP)
    await_step(started, "count pings and visits", "started")
    os.kill(both[0], signal.SIGKILL)
    _, said = started.communicate(timeout=60)
    assert started.returncode == 6, said
    assert "A worker was ended by SIGKILL while it counted" in said
    assert not any(Path(f"/proc/{worker}").exists() for worker in both)
    assert days(tmp_path) == old
    failed, first = manifests(tmp_path)
    assert (failed["state"], failed["exit_code"], first["state"]) == ("failed", 6, "published")
    assert published().refusal is None
    assert days(tmp_path).keys() == old.keys()
    assert days(tmp_path)["day=2023-03-01"] != old["day=2023-03-01"]
    assert days(tmp_path)["day=2023-03-02"] == old["day=2023-03-02"]
