"""Two runs of one day at once."""

import os
import signal
from collections.abc import Callable
from threading import Event

from footfall.pipeline import Finished
from tests.faults.proxy import PASS, once
from tests.faults.reader import NEW
from tests.faults.scene import PATIENCE, Scene, writes_data


def test_of_two_runs_of_one_day_one_publishes_and_the_other_says_who_did(
    play: Scene, again: Callable[[], Finished]
) -> None:
    """One is stopped when it writes its rows, and goes on when the other has published."""
    reached = Event()

    def stop() -> None:
        assert play.job is not None
        os.killpg(play.job.process.pid, signal.SIGSTOP)
        reached.set()

    with play.running(once(writes_data, PASS, stop)) as loser:
        assert reached.wait(PATIENCE), loser.told
        assert again().refusal is None
        os.killpg(loser.process.pid, signal.SIGCONT)
        loser.process.wait(PATIENCE)
    assert loser.code == 5, loser.told
    (refused,) = (each for each in play.manifests().values() if each["exit_code"] == 5)
    assert "2023-03-01 was published by run-1 while this run was counting" in refused["refusal"]
    assert play.rows() == NEW
