"""Runs functions in Spark's Python workers, and sends files to them."""

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
    """Configuration for Unix sockets between Java and Python (Spark 4.1 and newer), in a new private folder.

    Over TCP each task waits 40 ms for an acknowledgement, since Java sends its input in two pieces.
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
    """The table with the function applied to each partition's batches: a `DataFrame.mapInArrow` that starts faster."""

    def task(batches: Batches) -> Iterator[pa.RecordBatch]:
        _forget_archives()
        yield from function(batches)

    return table.mapInArrow(task, schema)


class ExecutorWarmUp:
    """Starts an executor and its Python daemon in the background, since that takes seconds."""

    def __init__(self, spark: SparkSession) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._done = self._thread.submit(map_batches(spark.range(0, 1, 1, 1), iter, "id long").collect)
        self._thread.shutdown(wait=False)

    def wait(self) -> None:
        """Wait until they have started; raises what Spark raised."""
        self._done.result()


def cores(spark: SparkSession) -> int | None:
    """The cores of all executors by Spark's configuration; None if it does not fix their number."""
    conf = spark.sparkContext.getConf()
    if conf.get("spark.dynamicAllocation.enabled", "false") == "true":
        return None
    executors, each = (conf.get(f"spark.executor.{name}") for name in ("instances", "cores"))
    return int(executors) * int(each) if executors and each else None


def are_workers_local(spark: SparkSession) -> bool:
    """Whether the workers run on this machine, so that they can read local files."""
    if is_remote(spark):
        return _host(spark) in ("localhost", "127.0.0.1", "[::1]", gethostname())
    master = str(spark.sparkContext.master)
    return master == "local" or master.startswith("local[")


def is_remote(spark: SparkSession) -> bool:
    """Whether this is a session over Spark Connect, which has no Java in this process."""
    return not hasattr(spark, "_jvm")


def send_file(spark: SparkSession, file: Path) -> Callable[[], Path]:
    """Send a local file to all workers; gives a function that, called in a worker, returns its path there.

    Workers of this machine read the file itself, without a copy, so it must stay as long as they run.

    Raises:
        SettingsError: The Spark Connect server takes no files.
    """
    if are_workers_local(spark):
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
    """Remove zip archives from Python's import caches, so that the next task of this worker does not read them again.

    Before each task Spark invalidates Python's caches of imports. Below Python 3.13 every zip archive that modules came
    from is then read at once: 16 times pyspark.zip, 0.2 s a task. A removed archive is found again when it is needed.
    """
    for path in [path for path, finder in sys.path_importer_cache.items() if isinstance(finder, zipimporter)]:
        del sys.path_importer_cache[path]
