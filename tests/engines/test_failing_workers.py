"""Workers that die, hang, refuse or break down: one error each, and nothing stays behind."""

import errno
import multiprocessing.context
import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from footfall.engines import Batches, Stage
from footfall.engines.embedded import Embedded
from footfall.errors import DefectError, FootfallError, InfrastructureError, InputError, SettingsError
from footfall.runs.progress import SilentStep

from .stages import (
    DEALT,
    Deal,
    Odd,
    break_down,
    die,
    find_no_memory,
    hang,
    leave,
    refuse,
    two_stages,
)


def failed(
    folder: Path, kind: type[Exception], stages: tuple[Stage, ...], timeout: float = 60, tasks: int = 3
) -> Any:
    """The error of a run by two workers; nothing of it is left, before the engine is stopped."""
    engine = Embedded(2, 1 << 26, str(folder), timeout, "a test")
    workers = [worker.process for worker in engine._workers]
    try:
        with pytest.raises(kind) as caught:
            list(engine.run(tasks, stages, SilentStep()))
        assert list(folder.iterdir()) == []
        assert all(process.exitcode is not None for process in workers)
    finally:
        engine.stop()
    return caught.value


@pytest.mark.parametrize(
    ("happens", "says"), [(die, "was ended by SIGKILL"), (leave, "ended with exit code 3")]
)
def test_a_worker_that_dies_is_one_error(tmp_path: Path, happens: Callable[[], None], says: str) -> None:
    """As the system ends it where memory is short; it is worth a retry."""
    error = failed(tmp_path, InfrastructureError, two_stages(Odd(happens), 2))
    assert error.exit_code == 6
    assert says in error.what
    assert "memory" in error.fix


def test_a_worker_that_dies_while_it_waits_is_noticed_by_its_next_task(tmp_path: Path) -> None:
    """No task is lost in silence."""
    engine = Embedded(1, 1 << 26, str(tmp_path), 60, "a test")
    (worker,) = engine._workers
    try:
        os.kill(worker.process.pid or 0, signal.SIGKILL)
        worker.process.join()
        with pytest.raises(InfrastructureError, match="SIGKILL"):
            list(engine.run(1, two_stages(Deal(2), 2), SilentStep()))
    finally:
        engine.stop()


def test_what_a_worker_says_of_an_input_comes_as_it_is(tmp_path: Path) -> None:
    """Its kind, what is wrong, where, and what to do."""
    error = failed(tmp_path, FootfallError, two_stages(Odd(refuse), 2))
    assert type(error) is InputError
    assert (error.what, error.where, error.fix) == (
        "The file is torn",
        "pings.csv, line 3",
        "Write it again.",
    )


def test_an_exception_that_nobody_thought_of_comes_with_its_traceback(tmp_path: Path) -> None:
    """As it was in the worker, with the lines of the code."""
    error = failed(tmp_path, DefectError, two_stages(Odd(break_down), 2))
    assert error.exit_code == 8
    assert "ZeroDivisionError in" in error.what
    assert "seven" not in error.what
    assert "in break_down" in error.trace
    assert "ZeroDivisionError: seven by nothing" in error.trace


def test_a_step_that_cannot_be_loaded_in_a_worker_is_a_defect(tmp_path: Path) -> None:
    """Before it is called; the worker lives to say so."""
    error = failed(tmp_path, DefectError, (Stage(Unloadable(), DEALT),))
    assert "ZeroDivisionError" in error.what


def test_a_worker_without_memory_is_one_error(tmp_path: Path) -> None:
    """It says so itself where it still can."""
    error = failed(tmp_path, InfrastructureError, two_stages(Odd(find_no_memory), 2))
    assert "ran out of memory" in error.what
    assert "setting memory" in error.where


def test_a_worker_that_hangs_is_ended_after_a_while(tmp_path: Path) -> None:
    """The others are done long before; the setting is named."""
    begin = time.monotonic()
    error = failed(tmp_path, InfrastructureError, two_stages(Odd(hang), 2), timeout=1)
    assert 1 <= time.monotonic() - begin < 20
    assert "for 1 s" in error.what
    assert "task_timeout" in error.where


class Unloadable(Deal):
    """Breaks down where it is unpickled."""

    def __init__(self) -> None:
        super().__init__(2)

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        return break_down, ()


class Fails:
    """Breaks down where a part's first value is 3."""

    def __call__(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """What is given, until then."""
        for batch in batches:
            if batch.column("value")[0].as_py() == 3:
                refuse()
            yield batch


@pytest.mark.parametrize("is_last", [True, False])
def test_a_later_stage_may_fail_as_well(tmp_path: Path, is_last: bool) -> None:
    """The files of the stage before are taken away, too."""
    last = (Stage(Fails(), DEALT),) if is_last else (Stage(Fails(), DEALT, 2), Stage(Fails(), DEALT))
    failed(tmp_path, InputError, (Stage(Deal(7), DEALT, 7), *last))


def test_a_consumer_that_stops_ends_the_workers(tmp_path: Path) -> None:
    """Batches that nobody takes are not made."""
    engine = Embedded(2, 1 << 26, str(tmp_path), 60, "a test")
    batches = engine.run(50, [Stage(Odd(hang, at=(3, 4)), DEALT)], SilentStep())
    next(batches)
    batches.close()  # type: ignore[attr-defined]
    assert engine.workers == 0
    engine.stop()


# A folder that is not there, one that is a file, one of the system's own.
@pytest.mark.parametrize("name", ["missing", "file", "/proc/sys"])
def test_a_scratch_folder_that_cannot_be_written_is_named(tmp_path: Path, name: str) -> None:
    """Before a worker starts."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError) as caught:
        Embedded(1, 1 << 26, str(tmp_path / name), 60, "a test")
    assert str(tmp_path / name) in caught.value.where
    assert "scratch" in caught.value.where


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", "size=1m", "footfall-test", str(folder))
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no disk may be mounted here: {done.stderr.strip()}")
    yield folder
    subprocess.run(("umount", str(folder)), check=True)


def test_a_disk_that_is_full_is_one_error(small_disk: Path) -> None:
    """Two tasks write 4 MB each."""
    error = failed(small_disk, InfrastructureError, two_stages(Deal(2, rows=40, load=100_000), 2), tasks=2)
    assert "The disk of the scratch folder is full" in error.what
    assert "No space left on device" in error.what
    assert str(small_disk) in error.where


def test_a_limit_of_file_sizes_is_as_good_as_a_full_disk(tmp_path: Path) -> None:
    """As `ulimit -f` sets it."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        error = failed(tmp_path, InfrastructureError, two_stages(Deal(2, rows=4, load=100_000), 2))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "File too large" in error.what
    assert "scratch" in error.where


def test_a_system_that_gives_no_process_is_one_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first worker, which was given, is ended."""
    start, started = multiprocessing.context.ForkProcess.start, []

    def second_is_refused(process: Any) -> None:
        if started:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        start(process)
        started.append(process)

    monkeypatch.setattr(multiprocessing.context.ForkProcess, "start", second_is_refused)
    with pytest.raises(InfrastructureError) as caught:
        Embedded(2, 1 << 26, str(tmp_path), 60, "a test", "fork")
    assert "Resource temporarily unavailable" in caught.value.what
    assert "workers" in caught.value.where
    assert list(tmp_path.iterdir()) == []
    assert started[0].exitcode == -signal.SIGKILL
