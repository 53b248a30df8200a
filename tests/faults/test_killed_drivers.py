"""A driver that is killed at the worst moments, with all that belongs to it."""

from collections.abc import Callable

import pytest

from footfall.pipeline import Finished
from tests.faults.proxy import GONE, LOST, Fate, Request, once
from tests.faults.reader import NEW, OLD, Rows
from tests.faults.scene import Scene, publishes, writes_data, writes_the_report


@pytest.mark.parametrize(
    ("moment", "fate", "before", "after"),
    [
        pytest.param(writes_data, GONE, OLD, OLD, id="while a task writes"),
        pytest.param(publishes(), GONE, OLD, OLD, id="after the data, before the commit"),
        pytest.param(publishes(), LOST, OLD, NEW, id="during the commit"),
        pytest.param(writes_the_report, GONE, NEW, NEW, id="after the commit, before the exit"),
    ],
)
def test_a_killed_driver_leaves_the_old_day_or_the_new_one_and_the_next_run_publishes(
    play: Scene,
    again: Callable[[], Finished],
    moment: Callable[[Request], bool],
    fate: Fate,
    before: Rows,
    after: Rows,
) -> None:
    """Never a mixture: what a reader sees at that moment, after it, and after the next run."""
    seen: list[Rows] = []

    def strike() -> None:
        seen.append(play.rows())
        play.kill()

    job = play.run(once(moment, fate, strike))
    assert job.code == -9, job.told
    assert seen == [before]
    assert play.rows() == after
    assert not play.manifests()
    assert again().refusal is None
    assert play.rows() == NEW
