"""A run that publishes a week, disturbed at the second of its two commits."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from pyspark.sql import SparkSession

from footfall.pipeline import Finished
from footfall.publish.store import Store
from footfall.schema import PLACE_DAYS
from tests.faults.proxy import GONE, LOST, Fate, once
from tests.faults.reader import DAY, Reader
from tests.faults.scene import Commits, Scene
from tests.run.conftest import on_spark, runner
from tests.stores.lake import Bucket
from tests.stores.test_periods import W09, publish

OF_WEEK = {
    "period": "week",
    "days": {"from": "2023-02-27", "to": "2023-03-05"},
    "allow_empty": True,
}
OLD, NEW = {("2023-02-27", "A"): 77}, {("2023-02-27", "A"): 3, ("2023-02-27", "B"): 2}


@pytest.fixture
def weekly(lake: SparkSession, bucket: Bucket, play: Scene) -> Scene:
    """The scene, with the old week in a table of its own beside that of days."""
    publish(Store.at(lake, PLACE_DAYS, bucket.output, bucket.database, "older", "week"), {W09: {"A": 77}})
    return replace(play, when=OF_WEEK)


def seen(play: Scene) -> tuple[int, dict[tuple[str, str], int]]:
    """What a reader finds: the pings of A on the day, and the weeks."""
    return play.rows()[DAY, "A"][0], Reader(play.bucket).weeks()


@pytest.mark.parametrize(
    ("fate", "after"),
    [
        pytest.param(GONE, OLD, id="between both commits"),
        pytest.param(LOST, NEW, id="during the second"),
    ],
)
def test_a_killed_driver_leaves_new_days_and_the_next_run_publishes_them_with_their_week(
    lake: SparkSession, weekly: Scene, fate: Fate, after: dict[tuple[str, str], int]
) -> None:
    """The week is the old one or the new one, and nothing else."""
    job = weekly.run(once(Commits(2), fate, weekly.kill))
    assert job.code == -9, job.told
    assert seen(weekly) == (3, after)
    assert not weekly.manifests()
    again: Callable[..., Finished] = runner(on_spark(lake), weekly.folder)
    assert again(**weekly.settings).refusal is None
    assert seen(weekly) == (3, NEW)


def test_a_commit_of_weeks_whose_answer_is_lost_is_found(weekly: Scene) -> None:
    """Exit code 0, and one manifest."""
    job = weekly.run(once(Commits(2), LOST))
    assert job.code == 0, job.told
    assert seen(weekly) == (3, NEW)
    assert len(weekly.manifests()) == 1
