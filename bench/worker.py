"""The process of one contender: reads orders as JSON lines, answers them as JSON lines.

Orders are `{"do": "prepare", "job": {...}}` and `{"do": "answer", "question": ..., "into": file}`; the end of the input
ends the process. A reply has `seconds`, or `error`.
"""

import gc
import importlib
import json
import os
import sys
import time
import traceback
from typing import Any, TextIO

import pyarrow as pa

from bench.contenders import Contender, Job

MODULES = {
    "footfall": "bench.contenders.footfall_job",
    "sedona": "bench.contenders.sedona_spark",
    "duckdb": "bench.contenders.duckdb_spatial",
    "sedonadb": "bench.contenders.sedona_db",
    "pycanopy": "bench.contenders.pycanopy_polars",
    "geopandas": "bench.contenders.geo_pandas",
    "oracle": "bench.contenders.plain_oracle",
}


class Worker:
    """Does what it is told for one contender."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.contender: Contender

    def prepare(self, order: dict[str, Any]) -> dict[str, Any]:
        """Import the libraries, start the engine, load the places."""
        started = time.perf_counter()
        job = Job(**order["job"])
        self.contender = importlib.import_module(MODULES[self.name]).prepare(job)
        return {"seconds": time.perf_counter() - started, "version": self.contender.version}

    def answer(self, order: dict[str, Any]) -> dict[str, Any]:
        """Answer and write the rows down; the writing is not timed."""
        gc.collect()
        started = time.perf_counter()
        answer = self.contender.answer(order["question"])
        seconds = time.perf_counter() - started
        with pa.OSFile(order["into"], "wb") as sink, pa.ipc.new_file(sink, answer.rows.schema) as file:
            file.write_table(answer.rows)
        return {"seconds": seconds, "parts": answer.parts}


def serve(name: str, orders: TextIO, replies: TextIO) -> None:
    """Follow orders until there are no more."""
    worker = Worker(name)
    for line in orders:
        order = json.loads(line)
        try:
            reply = worker.prepare(order) if order["do"] == "prepare" else worker.answer(order)
        except Exception as failure:
            traceback.print_exc()
            reply = {"error": f"{type(failure).__name__}: {failure}".splitlines()[0][:300]}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


def limit_cores(cores: int) -> None:
    """Keep this process and its children on as many cores, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


def main() -> None:
    """Serve the contender that the first argument names, on as many cores as the second says."""
    name, cores = sys.argv[1:]
    limit_cores(int(cores))
    # What libraries print must not come between the replies.
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    serve(name, sys.stdin, replies)


if __name__ == "__main__":
    main()
