"""Runs that are stopped while they count, from the terminal or by the system."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from footfall.runs.stopping import Stopped, raise_if_stopped, stopped_by_sigterm
from tests.run.conftest import embedded, filled, runner

FOOTFALL = Path(sys.executable).with_name("footfall")


@pytest.fixture
def published(tmp_path: Path) -> dict[str, bytes]:
    """The files of both days after a first run; a ping came since."""
    assert runner(embedded, filled(tmp_path))().refusal is None
    with (tmp_path / "pings.csv").open("a") as pings:
        pings.write("d9,2023-03-01 15:00:00,0.5,0.5\n")
    return days(tmp_path)


@pytest.fixture
def counting(published: dict[str, bytes], tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """The next run as a process of its own, which waits for its workers: they are stopped."""
    (tmp_path / "scratch").mkdir()
    flags = {
        "pings-path": tmp_path / "pings.csv",
        "places-path": tmp_path / "places.geojson",
        "output": tmp_path / "out",
        "scratch": tmp_path / "scratch",
        "workers": 2,
    }
    words = [f"--{name}={text}" for name, text in flags.items()]
    process = subprocess.Popen(
        [FOOTFALL, "run", *words], stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        await_step(process, "start engine", "done")
        for worker in workers(process):
            os.kill(worker, signal.SIGSTOP)
        await_step(process, "count pings and visits", "started")
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


@pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="the system does not tell a process's children"
)
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_stopped_says_so_and_leaves_the_old_days(
    published: dict[str, bytes],
    counting: subprocess.Popen[str],
    tmp_path: Path,
    sent: signal.Signals,
    code: int,
) -> None:
    """Its manifest has the exit code; neither a process nor a file that it made for itself stays."""
    both = workers(counting)
    assert len(both) == 2
    counting.send_signal(sent)
    _, said = counting.communicate(timeout=60)
    assert counting.returncode == code, said
    assert said.endswith("Stopped; the days that were published before are as they were.\n")
    assert "Traceback" not in said
    (manifest,) = (json.loads(file.read_text()) for file in tmp_path.glob("out/runs/20*/manifest.json"))
    assert (manifest["state"], manifest["exit_code"]) == ("failed", code)
    assert days(tmp_path) == published
    assert not any(Path(f"/proc/{worker}").exists() for worker in both)
    assert not list((tmp_path / "scratch").iterdir())
    assert not list(tmp_path.glob("out/runs/20*/staging"))


def started(folder: Path, *more: str) -> subprocess.Popen[str]:
    """A run of the shops as a process of its own."""
    flags = {
        "pings-path": folder / "pings.csv",
        "places-path": folder / "places.geojson",
        "output": folder / "out",
    }
    words = [FOOTFALL, "run", *(f"--{name}={text}" for name, text in flags.items()), *more]
    pipe = subprocess.PIPE
    return subprocess.Popen(words, stdout=pipe, stderr=pipe, text=True, start_new_session=True)


@pytest.mark.spark
@pytest.mark.skipif(
    not Path("/proc/self/task").exists(), reason="the system does not tell a process's children"
)
@pytest.mark.parametrize(
    ("step", "leaves"), [("start engine", []), ("count pings and visits", [("failed", 143)])]
)
def test_a_run_on_spark_that_is_stopped_says_one_sentence_and_takes_its_java_with_it(
    tmp_path: Path, step: str, leaves: list[tuple[str, int]]
) -> None:
    """Java says nothing of it; a run that has its folder writes a manifest, one before that leaves nothing."""
    process = started(filled(tmp_path), "--engine=spark", "--spark-master=local[1]")
    try:
        await_step(process, step, "started")
        children = until(lambda: workers(process))
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 143, said
    lines = [line for line in said.splitlines() if not line.startswith("{")]
    assert lines == ["Stopped; the days that were published before are as they were."]
    manifests = [json.loads(file.read_text()) for file in tmp_path.glob("out/runs/20*/manifest.json")]
    assert [(each["state"], each["exit_code"]) for each in manifests] == leaves
    assert len(list(tmp_path.glob("out/runs/*"))) == len(leaves)
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def until(found: Callable[[], list[int]]) -> list[int]:
    """What is found, once it is there."""
    deadline = time.monotonic() + 60
    while not (there := found()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return there


def test_a_stop_that_comes_while_python_clears_something_away_comes_again() -> None:
    """Python can only print what is raised in a finalizer."""

    class Clears:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGTERM)

    def run() -> None:
        with stopped_by_sigterm():
            Clears()
            time.sleep(10)

    with pytest.raises(Stopped):
        run()


def test_what_fails_on_the_way_out_of_a_stopped_run_is_no_failure() -> None:
    """As calls into a Java that is gone."""
    failure = ConnectionError("gone")
    failure.__context__ = RuntimeError("on the way")
    failure.__context__.__context__ = Stopped()
    with pytest.raises(Stopped):
        raise_if_stopped(failure)
    raise_if_stopped(ConnectionError("gone"))
