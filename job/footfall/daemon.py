"""Spark's Python daemon with the job imported, so that workers, which are forked from it, start in milliseconds.

Spark runs this module by its setting `spark.python.daemon.module`. A worker that imports the job
and loads compiled code itself needs seconds, and Spark ends workers after an idle minute.
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
    """Run the next task that Java sends; end without an error if Java has hung up, as at the end of a run.

    Spark's own loop would print a trace for that.
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
    # After each task Spark runs garbage collection, which would scan all imported objects: 90 ms a task.
    gc.freeze()
    daemon.manager()  # type: ignore[no-untyped-call]
