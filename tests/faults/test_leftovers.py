"""What a killed run leaves in the bucket, and what takes it away: `footfall maintain --apply`, a week later."""

from collections.abc import Callable

import pytest

from footfall.pipeline import Finished
from tests.faults.clock import LIBRARIES
from tests.faults.proxy import GONE, once
from tests.faults.reader import NEW, Leftovers
from tests.faults.scene import Scene, publishes


def test_the_upkeep_removes_what_a_killed_run_has_left(play: Scene, again: Callable[[], Finished]) -> None:
    """The rows it wrote, its two folders, and what it had written for its commit.

    Not on the same day, when it might still live.
    """
    if not LIBRARIES:
        pytest.skip("faketime is not installed")
    assert play.run(once(publishes(), GONE, play.kill)).code == -9
    assert again().refusal is None
    left = play.leftovers()
    (run,) = (folder.removeprefix("runs/") for folder in left.folders if folder.startswith("runs/"))
    assert left.folders == {f"runs/{run}", f"quarantine/run={run}"}
    rows = {name for name in left.lost if name.startswith("footfall/data/")}
    assert rows == {f"footfall/data/day=2023-03-01/{run}-00000.parquet"}
    assert {"/metadata/" in name for name in left.lost - rows} == {True}
    assert (left.branches, left.staged) == (frozenset(), frozenset())

    assert play.maintain().code == 0
    assert play.leftovers() == left
    later = play.maintain(LD_PRELOAD=str(LIBRARIES[0]), FAKETIME="+8d")
    assert later.code == 0, later.told
    assert all(name in later.told for name in rows)
    assert play.leftovers() == Leftovers()
    assert play.rows() == NEW
    assert len(play.manifests()) == 1
