"""A machine whose disk is full, or whose clock jumps."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from footfall.pipeline import Finished
from tests.faults.clock import LIBRARIES
from tests.faults.proxy import PASS, once
from tests.faults.reader import NEW, OLD, Rows
from tests.faults.scene import Scene, writes_data


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system without a byte left."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], check=False, capture_output=True
        ).returncode
    )
    if not mounted:
        pytest.skip("a small file system can only be mounted as root")
    try:
        with suppress(OSError), (folder / "filled").open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_ends_the_run_and_leaves_the_old_day(
    play: Scene, again: Callable[[], Finished], full_disk: Path
) -> None:
    """Exit code 6, in three lines that name the cause; the next run, with room, publishes."""
    job = play.run(SPARK_LOCAL_DIRS=str(full_disk))
    assert job.code == 6, job.told
    assert "No space left on device" in job.told
    assert play.rows() == OLD
    assert [each["state"] for each in play.manifests().values()] == ["failed"]
    assert again().refusal is None
    assert play.rows() == NEW


@pytest.mark.parametrize(
    ("jump", "code", "after"),
    [
        pytest.param("+600", 0, NEW, id="ten minutes ahead"),
        pytest.param("-30", 0, NEW, id="half a minute back"),
        pytest.param("-600", 6, OLD, id="ten minutes back"),
    ],
)
def test_a_clock_that_jumps_while_tasks_write_mixes_no_rows(
    play: Scene, again: Callable[[], Finished], tmp_path: Path, jump: str, code: int, after: Rows
) -> None:
    """Iceberg bears a clock that is a minute behind the last commit; then it refuses, and the next run publishes."""
    if not LIBRARIES:
        pytest.skip("faketime is not installed")
    clock = tmp_path / "clock"
    clock.write_text("+0\n")
    job = play.run(
        once(writes_data, PASS, lambda: clock.write_text(f"{jump}\n")),
        LD_PRELOAD=str(LIBRARIES[0]),
        FAKETIME_TIMESTAMP_FILE=str(clock),
        FAKETIME_NO_CACHE="1",  # all processes see the jump at once, before Iceberg measures how long a scan takes
    )
    assert clock.read_text().strip() == jump
    assert job.code == code, job.told
    assert play.rows() == after
    if code:
        assert "The clock of this machine is behind the table's last commit" in job.told
        assert again().refusal is None
        assert play.rows() == NEW
