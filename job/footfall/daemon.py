"""Spark's Python daemon with all of the job in it, so that a worker, which is a fork of it, starts in milliseconds.

Spark starts this module by its setting `spark.python.daemon.module`. A worker that has to import the job itself, and to
load what is compiled, needs seconds; and Spark ends workers that had nothing to do for a minute.
"""

import gc
import os
from io import BufferedReader
from typing import BinaryIO

from pyspark import daemon, worker

import footfall.counting
import footfall.read.pings.csv
import footfall.read.pings.parquet  # noqa: F401  (for the workers, as all above)


def task(infile: BufferedReader, outfile: BinaryIO) -> None:
    """Do the next task that Java sends; where it has hung up, as at the end of a run, end quietly.

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
    daemon.worker_main = task
    # After each task Spark has the worker collect garbage, which would look at all that is imported: 90 ms a task.
    gc.freeze()
    daemon.manager()  # type: ignore[no-untyped-call]
