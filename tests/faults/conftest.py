"""A scene for each test: a day is published, and a run that replaces it will be disturbed."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from footfall.pipeline import Finished
from tests.faults.scene import Scene, scene
from tests.run.conftest import on_spark, runner
from tests.stores.conftest import bucket, lake, output, served, unless_possible
from tests.stores.lake import Bucket
from tests.stores.test_table import publish

__all__ = ["bucket", "lake", "output", "served"]

OLD_ROWS = {date(2023, 3, 1): {"A": 77}, date(2023, 3, 2): {"A": 5}}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They are run when they are asked for by name: each is a run of its own."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.faults)
            unless_possible(item)


@pytest.fixture
def play(bucket: Bucket, output: Callable, tmp_path: Path) -> Iterator[Scene]:  # type: ignore[type-arg]
    """The scene, with the old day in the table."""
    publish(output("old"), OLD_ROWS)
    with scene(bucket, tmp_path) as there:
        yield there


@pytest.fixture
def again(lake: SparkSession, play: Scene) -> Callable[[], Finished]:
    """Run the day once more, undisturbed, in the session of the tests."""
    return lambda: runner(on_spark(lake), play.folder)(**play.settings)
