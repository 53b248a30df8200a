"""Makes Spark sessions: local, from spark-submit, or over Spark Connect; and the configuration that they need."""

import os
import sys
import warnings
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from footfall import prerequisites
from footfall.engines.spark import java
from footfall.engines.spark.causes import causes_of, error_from_java, is_store_failure
from footfall.engines.spark.workers import sockets
from footfall.errors import InfrastructureError, SettingsError
from footfall.settings import CATALOG, JobSettings, SparkSettings, on_object_store

NEEDED = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.maxRecordsPerBatch": "100000",
}
"""Configuration on which the job's results or speed depend; set on every platform."""

WORKERS = {"spark.python.daemon.module": "footfall.daemon"}
"""Configuration for workers in which the job is installed."""

LOCAL = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.adaptive.coalescePartitions.parallelismFirst": "true",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    # Packed pings hardly get smaller.
    "spark.shuffle.compress": "false",
    **WORKERS,
}
"""Configuration for one machine: no port is open to others, and Spark shows no progress bar of its own."""

NO_CATALOG: Mapping[str, str] = {}


def submitted_session(further: Mapping[str, str]) -> SparkSession:
    """A session with the configuration that spark-submit was given: master, memory and all else.

    Args:
        further: More configuration, such as that of `catalog`.

    Raises:
        SettingsError: A store that Spark uses, for example for its event log, refused.
        InfrastructureError: Spark did not start.
    """
    return _start(SparkSession.builder.config(map={**NEEDED, **further}), "what spark-submit was given")


def local_session(settings: SparkSettings, further: Mapping[str, str] = NO_CATALOG) -> SparkSession:
    """A session of a Spark that is started in this process.

    Args:
        settings: Its size and options.
        further: More configuration, such as that of `catalog`.

    Raises:
        PrerequisiteError: Java is missing or too old.
        SettingsError: The folder for the event log cannot be made, or a store refused.
        InfrastructureError: Spark did not start.
    """
    prerequisites.check_java(os.environ)
    logging = files("footfall").joinpath("log4j2.properties")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    options: dict[str, Any] = {
        "spark.app.name": "footfall",
        "spark.master": settings.master,
        "spark.driver.memory": settings.memory,
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={logging}",
        **NEEDED,
        **LOCAL,
        **sockets(),
        **further,
    }
    if settings.jars is not None:
        options["spark.driver.extraClassPath"] = f"{Path(settings.jars).absolute()}/*"
    if settings.event_log is not None:
        options |= _event_log(Path(settings.event_log).expanduser().absolute())
    where = f"spark.master {settings.master}, spark.memory {settings.memory}"
    try:
        return _start(SparkSession.builder.config(map=options), where, options)
    except KeyboardInterrupt:
        java.kill()
        raise


def remote_session(address: str) -> SparkSession:
    """A session on a Spark Connect server.

    Args:
        address: The server, as sc://host:port.

    Raises:
        InfrastructureError: It does not answer.
    """
    try:
        session = SparkSession.builder.remote(address).getOrCreate()
        session.conf.set("spark.sql.session.timeZone", "UTC")
    except Exception as failure:
        raise InfrastructureError(
            f"The Spark Connect server does not answer: {str(failure).splitlines()[0]}",
            where=f"setting spark.remote: {address}",
            fix="Start the server, or correct its address; `pip install 'pyspark[connect]'` brings the client.",
        ) from failure
    return session


def _event_log(folder: Path) -> dict[str, str]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        raise SettingsError(
            f"The folder for the event log cannot be made: {failure.strerror}",
            where=f"setting spark.event_log: {folder}",
            fix="Name a folder that this user may create or write to.",
        ) from failure
    return {"spark.eventLog.enabled": "true", "spark.eventLog.dir": folder.as_uri()}


def _start(
    builder: SparkSession.Builder, where: str, of_java: Mapping[str, str] | None = None
) -> SparkSession:
    """Start Spark; with `of_java`, its configuration, start a Java of this process first."""
    # Spark 4.3 warns so at mapInArrow, which does not use pandas.
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    try:
        if of_java is not None:
            java.launch(of_java)
        return builder.getOrCreate()
    except Exception as failure:
        causes = causes_of(failure).splitlines()
        if is_store_failure(failure):
            raise error_from_java(
                failure, SettingsError, "Spark did not start", f"{where}: {causes[0]}"
            ) from failure
        reason = causes[-1] if isinstance(failure, Py4JJavaError) else type(failure).__name__
        raise InfrastructureError(
            f"Spark did not start: {reason}",
            where=where,
            fix="Read the lines above; often the memory is more than the machine has, or a port is blocked.",
        ) from failure


def catalog(settings: JobSettings, environ: Mapping[str, str]) -> dict[str, str]:
    """Spark's configuration for the catalog; empty if the output is not on an object store.

    Raises:
        SettingsError: A property of the catalog names a variable that is not set.
    """
    if not on_object_store(settings.output):
        return {}
    properties = {
        "type": str(settings.catalog.type),
        "warehouse": settings.output,
        "io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
        "cache-enabled": "false",  # a table that is loaded is the table as it is now
        "s3.retry.num-retries": "16",  # Iceberg's own 5 are over in seconds where a server hangs up
        **settings.catalog.resolved(environ),
    }
    name = f"spark.sql.catalog.{CATALOG}"
    return {
        name: "org.apache.iceberg.spark.SparkCatalog",
        **{f"{name}.{key}": value for key, value in properties.items()},
    }
