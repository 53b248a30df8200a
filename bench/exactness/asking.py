"""Asks an engine, in a process of its own environment that is kept, which places hold each ping."""

import json
import os
import subprocess
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.contenders import Job
from bench.datasets import write_places
from bench.exactness.engines import ENGINES
from bench.exactness.scenes import Floats
from bench.polygons import Polygons
from bench.process import FOREIGN, Failed
from bench.surroundings import ROOT

MEMORY = 4 * 2**30
"""Bytes that an engine is given."""


def write(shapes: Polygons, points: Floats, folder: Path) -> Job:
    """The files that all engines read, and the job that names them."""
    job = Job(str(folder / "pings.parquet"), str(folder / "places.parquet"), [], 2, MEMORY, str(folder))
    write_places(shapes, Path(job.places))
    lon, lat = points.T
    pings = {"ping": pa.array(range(len(points)), pa.int64()), "lon": pa.array(lon), "lat": pa.array(lat)}
    pq.write_table(pa.table(pings), job.pings)
    return job


class Asked:
    """An engine's process, until it is closed."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.into = name, folder / f"{name}.arrow"
        self.version = ""
        self.log = folder / f"{name}.log"
        with self.log.open("wb") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - our own words
                [str(ENGINES[name].home / "bin" / "python"), "-m", "bench.exactness.worker", name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=ROOT,
                env={name: value for name, value in os.environ.items() if name not in FOREIGN},
            )

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None  # noqa: S101 - it was asked for
        self._process.stdin.close()
        self._process.wait()

    def pairs(self, job: Job, places: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        """The pairs that it finds as `ping * places + place`, sorted, each once.

        Raises:
            Failed: It gave no answer; the text says why.
        """
        pipes = self._process
        assert pipes.stdin is not None and pipes.stdout is not None  # noqa: S101, PT018 - both were asked for
        try:
            pipes.stdin.write(json.dumps({"job": asdict(job), "into": str(self.into)}).encode() + b"\n")
            pipes.stdin.flush()
            reply = json.loads(pipes.stdout.readline())
        except (OSError, ValueError) as failure:
            raise Failed(f"ended without an answer: {failure}") from None
        if "error" in reply:
            raise Failed(reply["error"])
        self.version = reply["version"]
        with pa.memory_map(str(self.into)) as file:
            found = pa.ipc.open_file(file).read_all()
            ping, place = (found[name].to_numpy().astype(np.int64) for name in ("ping", "place"))
        return np.unique(ping * places + place)
