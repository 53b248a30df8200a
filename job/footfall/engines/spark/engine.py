"""Runs stages on Spark by `mapInArrow` and `repartition`: in this process, on a cluster, or over Spark Connect."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import from_arrow_schema

from footfall.engines import Batches, Stage
from footfall.engines.spark import java
from footfall.engines.spark.failures import raise_defects, spark_failures
from footfall.engines.spark.partitions import labels
from footfall.engines.spark.progress import show_progress
from footfall.engines.spark.workers import ExecutorWarmUp, cores, is_remote, map_batches, send_file
from footfall.runs.progress import StepHandle

Labels = npt.NDArray[np.int32]


class SparkEngine:
    """An engine on a Spark session.

    Args:
        session: The session; its time zone is UTC.
        reason: Why this engine was chosen, in a sentence for people.
    """

    name = "spark"
    memory: int | None = None

    def __init__(self, session: SparkSession, reason: str) -> None:
        self.session = session
        self.reason = reason
        self.is_remote = is_remote(session)
        self._warm_up = None if self.is_remote else ExecutorWarmUp(session)

    @property
    def workers(self) -> int:
        """How many tasks run at once."""
        if self.is_remote:
            return int(self.session.conf.get("spark.default.parallelism", "2") or 2)
        known = cores(self.session)
        if known is not None:
            return known
        self._wait()  # before that Spark does not know the cores of its executors
        return int(self.session.sparkContext.defaultParallelism)

    @property
    def versions(self) -> dict[str, str]:
        """The version of Spark and, except over Spark Connect, of its Java, as `spark` and `java`."""
        if self.is_remote:
            return {"spark": str(self.session.version)}
        jvm: Any = self.session.sparkContext._jvm
        java = str(jvm.java.lang.System.getProperty("java.version"))
        return {"spark": str(self.session.version), "java": java}

    def send(self, file: Path) -> Callable[[], Path]:
        """Send a file to all workers; those of this machine read it in place. See `Engine.send`."""
        return send_file(self.session, file)

    def run(self, tasks: int, stages: Sequence[Stage], step: StepHandle) -> Iterator[pa.RecordBatch]:
        """The batches of the last stage, in any order; see `Engine.run`."""
        self._wait()
        table = self._tasks(tasks)
        numbers = None
        for stage in stages:
            own = labels(stage.parts) if stage.parts else None
            table = map_batches(
                table, partial(_stage_task, stage.work, numbers, own), from_arrow_schema(stage.gives)
            )
            if stage.parts:
                table = table.repartition(stage.parts, "part")
            numbers = own
        gives = stages[-1].gives
        watched = nullcontext() if self.is_remote else show_progress(self.session, step)
        with spark_failures(), watched:
            yield from _collected(table, gives)

    def stop(self) -> None:
        """End the session; after Ctrl-C or SIGTERM, kill the Java of this process instead of waiting for it."""
        if not (isinstance(sys.exception(), KeyboardInterrupt) and java.kill()):
            self.session.stop()

    def _tasks(self, number: int) -> DataFrame:
        """What the first stage is given: a partition for each task, with its number."""
        return self.session.range(0, number, 1, number)

    def _wait(self) -> None:
        """Wait until the first worker has started; raises what Spark raised."""
        if self._warm_up is not None:
            with spark_failures():
                self._warm_up.wait()


def _stage_task(
    work: Callable[[Batches], Iterator[pa.RecordBatch]],
    given: Labels | None,
    makes: Labels | None,
    batches: Batches,
) -> Iterator[pa.RecordBatch]:
    """Run a stage on the batches of one part; `part` is renumbered so that Spark sends each part to its own partition.

    Args:
        work: The work of the stage.
        given: The numbers that stand for parts in its input; None for the first stage.
        makes: The numbers to write for the parts of its output; None for the last stage.
        batches: The input."""
    if given is not None:
        order = np.argsort(given).astype(np.int32)
        known = given[order]
        batches = (_renumbered(batch, lambda at: order[np.searchsorted(known, at)]) for batch in batches)
    for batch in raise_defects(work(batches)):
        yield batch if makes is None else _renumbered(batch, lambda part: makes[part])


def _renumbered(batch: pa.RecordBatch, number: Callable[[Labels], Labels]) -> pa.RecordBatch:
    at = batch.schema.get_field_index("part")
    columns = batch.columns
    columns[at] = pa.array(number(columns[at].to_numpy()), pa.int32())
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)


def _collected(table: DataFrame, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    rows = [row.asDict() for row in table.collect()]
    yield from pa.Table.from_pylist(rows, schema).to_batches()
