"""What Spark's Python workers start with."""

import subprocess
import sys

import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from footfall.engines.spark.workers import Batches, map_batches

COUNTED_ONCE_MORE = """
import sys
from pathlib import Path
import pyarrow as pa
import shapely
from numba.core.dispatcher import Dispatcher
from footfall.daemon import compile_all
from footfall.aggregate.sums import merge, sum_part
from footfall.local_time import LocalTime
from footfall.locate.finder import Finder, rows_of
from footfall.locate.index.stored import load
from footfall.locate.index.tree import build
from footfall.shuffle.records import labels
from footfall.schema import Place

def compiled():
    functions = [f for name, module in list(sys.modules.items()) if name.startswith("footfall.")
                 for f in vars(module).values() if isinstance(f, Dispatcher)]
    return {f.py_func.__name__: len(f.signatures) for f in functions if f.signatures}

square = Place("a", None, None, shapely.box(0, 0, 1, 1).wkb)
finder = Finder(load(build((square,)).save(Path(sys.argv[1]))), "open")
compile_all()
before = compiled()
pings = pa.RecordBatch.from_pydict({
    "device": ["d", "d", "e"], "at": pa.array([1, 2, 3], pa.timestamp("us", "UTC")),
    "lon": [0.5, 7.0, 1.0], "lat": [0.5, 7.0, 0.5], "reason": pa.nulls(3, pa.string()),
})
zone = LocalTime.from_changes(0, [(0, 3600)])
summed = sum_part(rows_of(finder, pings, labels(4), 1), 1, 1, (zone.since, zone.ahead, zone.turns))
rows = [row for batch in merge(summed) for row in batch.to_pylist()]
assert [row["pings"] for row in rows if row["place"] == 0] == [1], rows
assert len(before) > 4 and compiled() == before, (before, compiled())
"""


def test_a_worker_starts_with_all_that_counting_pings_needs_compiled(tmp_path: object) -> None:
    """Pings in a place, in none and on a boundary: no function is compiled for other types than before."""
    found = subprocess.run(
        [sys.executable, "-c", COUNTED_ONCE_MORE, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr


HUNG_UP = """
import socket, sys
from pyspark import daemon, worker
from footfall.daemon import task

def lost(*files):
    raise {failure}

ours, javas = socket.socketpair()
javas.sendall({sent})
javas.close()
worker.main, daemon.worker_main = lost, task
daemon.worker(ours, True)
sys.exit("went on")
"""


@pytest.mark.parametrize(
    ("sent", "failure"),
    [(b"", "AssertionError"), (b"task", "EOFError"), (b"task", "BrokenPipeError")],
    ids=["between two tasks", "at the end of one, as it reads", "at the end of one, as it writes"],
)
def test_a_worker_that_java_has_left_ends_without_a_word(sent: bytes, failure: str) -> None:
    """At the end of a run nothing went wrong, and nothing may look like it on the screen."""
    script = HUNG_UP.format(sent=sent, failure=failure)
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_other_failures_of_a_worker_are_not_hidden() -> None:
    """What is not Java's leave is told as Spark tells it."""
    script = HUNG_UP.format(sent=b"task", failure="MemoryError")
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert ended.returncode != 0
    assert "MemoryError" in ended.stderr


@pytest.mark.spark
def test_workers_of_a_local_run_have_the_job_in_them(spark: SparkSession) -> None:
    """Not by the task: it names nothing of the job."""

    def has_the_job(batches: Batches) -> Batches:
        for batch in batches:
            there = (
                "footfall.locate.kernel" in sys.modules
                and "footfall.daemon" in sys.modules["__main__"].__spec__.name
            )
            yield pa.RecordBatch.from_pydict({"there": [there] * len(batch)})

    assert [row.there for row in map_batches(spark.range(2), has_the_job, "there boolean").collect()] == [
        True,
        True,
    ]
