"""Spark's Python daemon with all of the job in it, so that a worker, which is a fork of it, starts in milliseconds.

Spark starts this module by its setting `spark.python.daemon.module`. A worker that has to import the job itself, and to
load what is compiled, needs seconds; and Spark ends workers that had nothing to do for a minute.
"""

import gc
import os
from io import BufferedReader
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from pyspark import daemon, worker

import footfall.clean
import footfall.read.pings.parquet.row_groups  # noqa: F401  (for the workers)
from footfall.aggregate.sums import merge, sum_part
from footfall.local_time import LocalTime
from footfall.locate.finder import Finder, rows_of
from footfall.locate.index.stored import Index, load
from footfall.read.pings.csv.kernel import line_start
from footfall.read.pings.csv.lines import LineReader
from footfall.read.pings.csv.ranges import CsvRanges
from footfall.shuffle.records import labels


def compile_all() -> None:
    """Count a ping in a place and one in none, and read a line: then all is compiled, or loaded from the disk."""
    with TemporaryDirectory(prefix="footfall-") as folder:
        finder = Finder(load(_southwest().save(Path(folder))), "open")
    none = np.empty(0, np.int64)
    clock = (np.array([-(2**63)]), np.array([0]), none)
    located = rows_of(finder, _pings(), labels(1), 2**40)
    list(merge(sum_part(located, 1, 1, clock)))
    columns = {"device": 0, "lat": 1, "lon": 2, "at": 3}
    lines = CsvRanges((), LineReader(",", len(columns), columns, "auto"), 100, LocalTime.from_changes(0, []))
    text = np.frombuffer(b"device,lat,lon,at\na,1,2,2023-03-01T00:00:00Z\n", np.uint8)
    list(lines.parsed(text, line_start(text, 1)))


def _southwest() -> Index:
    """An index of four cells, the first of which is inside the only place; made by hand, as workers never build one."""
    return Index(
        grid=np.array([39, -1, -1, 2, 2]),
        cells=np.array([1, 0, 0, 0], np.int32),
        nodes=np.empty((0, 3), np.int64),
        leaves=np.empty(0, np.int64),
        fullest=1,
        wkb=pa.array([b""], pa.large_binary()),
    )


def _pings() -> pa.RecordBatch:
    columns = {
        "device": pa.array(["a", "a"]),
        "at": pa.array([0, 0], pa.timestamp("us", "UTC")),
        "lon": pa.array([-1.0, 1.0]),
        "lat": pa.array([-1.0, 1.0]),
        "reason": pa.nulls(2, pa.string()),
    }
    return pa.RecordBatch.from_pydict(columns)


def task(infile: BufferedReader, outfile: BinaryIO) -> None:
    """Do the next task that Java sends; where it has hung up, as at the end of a run, end without a word.

    Spark's own loop takes that for a fault, and tells it to nobody but the screen.
    """
    try:
        if infile.peek(1):
            worker.main(infile, outfile)
            return
    except (EOFError, ConnectionError):
        pass
    os._exit(0)


if __name__ == "__main__":
    compile_all()
    daemon.worker_main = task
    # After each task Spark has the worker collect garbage, which would look at all that is imported: 90 ms a task.
    gc.freeze()
    daemon.manager()  # type: ignore[no-untyped-call]
