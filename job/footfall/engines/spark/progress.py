"""Shows how many tasks of Spark's current stages are done."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from pyspark.sql import SparkSession

from footfall.runs.progress import StepHandle


@contextmanager
def show_progress(spark: SparkSession, step: StepHandle) -> Iterator[None]:
    """While the block runs, advance the step with the number of finished tasks of Spark's active stages."""
    over = Event()
    watcher = Thread(target=_watch, args=(spark, step, over), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def _watch(spark: SparkSession, step: StepHandle, over: Event) -> None:
    tracker = spark.sparkContext.statusTracker()
    while not over.wait(0.3):
        stages = [tracker.getStageInfo(number) for number in tracker.getActiveStageIds()]
        known = [stage for stage in stages if stage is not None]
        if known:
            step.advance(
                sum(stage.numCompletedTasks for stage in known), sum(stage.numTasks for stage in known)
            )
