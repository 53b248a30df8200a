"""Executors that are taken away while they write: killed, or asked to go as before a spot instance ends."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.proxy import GONE, PASS, Fate, once
from tests.faults.reader import NEW, OLD, Rows
from tests.faults.scene import PATIENCE, Scene, writes_data
from tests.stores.lake import JARS
from tests.stores.test_submitted import MAIN, SUBMIT

CONF = {
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "4",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.extraClassPath": f"{JARS}/*",
    "spark.executor.extraClassPath": f"{JARS}/*",
    "spark.decommission.enabled": "true",
    "spark.storage.decommission.enabled": "true",
    "spark.storage.decommission.shuffleBlocks.enabled": "true",
}


def executors(session: int) -> Iterator[int]:
    """The processes of executors in a session of processes."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            if b"CoarseGrainedExecutorBackend" in command and os.getsid(int(folder.name)) == session:
                yield int(folder.name)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has just ended


@pytest.mark.parametrize(
    ("sent", "fate"),
    [
        pytest.param(signal.SIGKILL, GONE, id="killed"),
        pytest.param(signal.SIGPWR, PASS, id="asked to go, as by the warning of a spot node"),
    ],
)
def test_a_run_goes_on_without_the_executor_that_was_writing(
    play: Scene, sent: signal.Signals, fate: Fate
) -> None:
    """Another does its task again; the run ends as if nothing had been, and readers see the old day until then."""
    struck: list[int] = []
    seen: list[Rows] = []

    def strike() -> None:
        seen.append(play.rows())
        assert play.job is not None
        struck.extend(executors(play.job.process.pid))
        for executor in struck:
            os.kill(executor, sent)

    (play.folder / "main.py").write_text(MAIN)
    options = [word for name, value in CONF.items() for word in ("--conf", f"{name}={value}")]
    words = ["run", "--settings", play.write_settings()]
    command = [SUBMIT, "--master", "local-cluster[1,1,1024]", *options, play.folder / "main.py", *words]
    rule = once(writes_data, fate, strike)
    with play.running(rule, command=command, PYSPARK_PYTHON=sys.executable) as job:
        job.process.wait(PATIENCE)
    assert len(struck) == 1
    assert seen == [OLD]
    assert job.code == 0, job.told
    assert play.rows() == NEW
    assert len(play.manifests()) == 1
