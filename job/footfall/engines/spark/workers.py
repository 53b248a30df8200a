"""Runs our functions in Spark's Python workers."""

import atexit
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from socket import gethostname
from tempfile import gettempdir, mkdtemp
from typing import Any
from zipimport import zipimporter

import pyarrow as pa
from pyspark import SparkFiles
from pyspark.errors import UnsupportedOperationException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructType

from footfall.errors import SettingsError

Batches = Iterable[pa.RecordBatch]

LONGEST_FOLDER = 49
"""Characters that the folder above may have: macOS takes 103 for a socket's path, of which 54 are the names below."""


def sockets() -> dict[str, str]:
    """Let Java and Python talk by Unix sockets, in a folder that only this user can enter, where Spark can (4.1).

    Over TCP each task waits 40 ms for an acknowledgement: Java sends its input in two pieces and keeps the second back.
    """
    if len(gettempdir()) > LONGEST_FOLDER:
        return {}
    folder = mkdtemp(prefix="ff")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    enabled = "spark.python.unix.domain.socket.enabled"
    return {enabled: "true", "spark.python.unix.domain.socket.dir": folder}


def map_batches(
    table: DataFrame, function: Callable[[Batches], Batches], schema: StructType | str
) -> DataFrame:
    """What the function makes of each partition's batches, as `DataFrame.mapInArrow`, with less time lost per task."""

    def task(batches: Batches) -> Iterator[pa.RecordBatch]:
        _forget_archives()
        yield from function(batches)

    return table.mapInArrow(task, schema)


class Waking:
    """Has Spark start an executor and its Python daemon, which takes seconds, while the driver does other things."""

    def __init__(self, spark: SparkSession) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._done = self._thread.submit(map_batches(spark.range(0, 1, 1, 1), iter, "id long").collect)
        self._thread.shutdown(wait=False)

    def wait(self) -> None:
        """Until they are there; raises what Spark raised."""
        self._done.result()


def cores(spark: SparkSession) -> int | None:
    """The cores of all executors as the configuration has them; None where their number is not in it or may change."""
    conf = spark.sparkContext.getConf()
    if conf.get("spark.dynamicAllocation.enabled", "false") == "true":
        return None
    executors, each = (conf.get(f"spark.executor.{name}") for name in ("instances", "cores"))
    return int(executors) * int(each) if executors and each else None


def are_here(spark: SparkSession) -> bool:
    """Whether workers run on this machine, where local files are."""
    if is_remote(spark):
        return _host(spark) in ("localhost", "127.0.0.1", "[::1]", gethostname())
    master = str(spark.sparkContext.master)
    return master == "local" or master.startswith("local[")


def is_remote(spark: SparkSession) -> bool:
    """Whether the session is one of Spark Connect, which has no Java in this process."""
    return not hasattr(spark, "_jvm")


def sent(spark: SparkSession, file: Path) -> Callable[[], Path]:
    """Send a local file to all workers; what is returned says, in a worker, where it is.

    Workers of this machine read it where it is, for as long as it is there: Spark would copy it and compare the copies.

    Raises:
        SettingsError: The Spark Connect server takes no files.
    """
    if are_here(spark):
        return partial(Path, file.absolute())
    if is_remote(spark):
        _add_artifact(spark, file)
    else:
        spark.sparkContext.addFile(str(file))
    return partial(_file_of_worker, file.name)


def _add_artifact(spark: SparkSession, file: Path) -> None:
    try:
        spark.addArtifacts(str(file), file=True)
    except UnsupportedOperationException as refusal:
        raise SettingsError(
            f"The Spark Connect server takes no files: {refusal}",
            where=f"setting spark.remote, host {_host(spark)}",
            fix="Run the job on the machine of the server, or use the server of Apache Spark.",
        ) from refusal


def _host(spark: Any) -> str:
    return str(spark.client.host)


def _file_of_worker(name: str) -> Path:
    return Path(SparkFiles.get(name))


def _forget_archives() -> None:
    """Let the next task of this worker not read the list of files in Spark's archives again, for each package in them.

    Before each task Spark invalidates Python's caches of imports. Below Python 3.13 every zip archive that modules came
    from is then read at once: 16 times pyspark.zip, 0.2 s a task. What is forgotten is found again when it is needed.
    """
    for path in [path for path, finder in sys.path_importer_cache.items() if isinstance(finder, zipimporter)]:
        del sys.path_importer_cache[path]
