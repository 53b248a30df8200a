"""What Spark's Python workers start with."""

import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

pytest.importorskip("pyspark", reason="Spark is an extra of the job")

from pyspark.sql import SparkSession

from footfall.engines.spark.workers import Batches, map_batches

COUNTED = """
import os, sys
from pathlib import Path
import footfall.daemon
before = {name for name in sys.modules if name.startswith("footfall.")}

from datetime import UTC, datetime
from functools import partial
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from footfall.counting import Counting
from footfall.locate import Search, build
from footfall.publish.output import Target
from footfall.read.pings import read_pings
from footfall.runs.progress import SilentStep
from footfall.schema import FOOTFALL, Place
from footfall.settings import Settings
from tests.one_process import OneProcess

folder = Path(sys.argv[1])
square = Place("a", None, None, shapely.box(0, 0, 1, 1).wkb)
index = build((square,)).save(folder)
table = {"device": ["d", "d", "e"], "at": ["2023-03-01T10:00:00Z"] * 3, "lon": [0.5, 7.0, 1.0], "lat": [0.5, 7.0, 0.5]}
(folder / "pings.csv").write_text("device,at,lon,lat\\n" + "\\n".join(
    ",".join(map(str, row)) for row in zip(*table.values())))
times = pa.array([1_677_661_500_000_000] * 3, pa.timestamp("us", "UTC"))
pq.write_table(pa.table(table | {"at": times}), folder / "pings.parquet")
for name in ("pings.csv", "pings.parquet"):
    settings = Settings.model_validate({"pings": {"path": str(folder / name)}, "places": {"path": "p"}, "output": "o"})
    pings = read_pings(settings.pings, 1)
    target = Target(str(folder / "out"), FOOTFALL, str(folder / "quarantine"), "run-1")
    stages = Counting(settings, (square,), target, 1, None, datetime.now(UTC)).stages(
        pings, Search(partial(Path, index), "open", 4, 2))
    rows = [row for batch in OneProcess().run(len(pings.tasks), stages, SilentStep()) for row in batch.to_pylist()]
    assert sum(row["n"] for row in rows if row["tally"] is None) == 1, rows
later = {name for name in sys.modules if name.startswith("footfall.")} - before
print(sorted(later))
"""


def test_a_worker_starts_with_all_that_counting_pings_needs(tmp_path: Path) -> None:
    """A row of CSV and of Parquet, in a place, in none and on a boundary: no module of the job is loaded later."""
    found = subprocess.run(
        [sys.executable, "-c", COUNTED, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr
    assert found.stdout.strip() == "[]"


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
