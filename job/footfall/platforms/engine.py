"""Chooses the engine and starts it; only the chosen one is imported."""

import os
import sys
from collections.abc import Mapping
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING

import pyarrow as pa

from footfall import aws, jobs
from footfall.engines import Engine
from footfall.errors import SettingsError
from footfall.extras import needed
from footfall.platforms.inputs import look_at_inputs
from footfall.runs.progress import Progress
from footfall.settings import JobSettings, on_object_store
from footfall.settings.values import bytes_of

if TYPE_CHECKING:
    from footfall.engines.spark.engine import SparkEngine

ASKED = "the setting engine asks for it"


def is_submitted(environ: Mapping[str, str]) -> bool:
    """Whether spark-submit started this process."""
    return "PYSPARK_GATEWAY_PORT" in environ


def choice(settings: JobSettings, environ: Mapping[str, str]) -> tuple[str, str]:
    """The name of the engine for a run that was not started by spark-submit or Glue, and why.

    Raises:
        SettingsError: The output needs a Spark of this process, and another engine was asked for.
    """
    is_stored = on_object_store(settings.output)
    if settings.engine == "embedded" and is_stored:
        raise SettingsError(
            "The embedded engine cannot publish to an object store: Spark commits to its table",
            where=f"settings engine: embedded, output: {settings.output}",
            fix="Set engine to auto or spark, or name a folder as output.",
        )
    if settings.spark.remote and is_stored:
        raise SettingsError(
            "A run behind Spark Connect cannot publish to an object store: Java commits to its table",
            where=f"settings spark.remote: {settings.spark.remote}, output: {settings.output}",
            fix="Leave out spark.remote, or name a folder as output.",
        )
    if settings.engine != "auto":
        return settings.engine, ASKED
    if is_stored:
        return "spark", "the output is a table on an object store"
    return "embedded", "the output is a folder of this machine"


def start(settings: JobSettings, progress: Progress) -> Engine:
    """Start the engine of a run in this process, in a step that says which one it is and why.

    Args:
        settings: The settings of the run.
        progress: Shows the steps.

    Raises:
        FootfallError: As of `choice`, `embedded`, `look_at_inputs` and `local_spark`.
    """
    name, reason = choice(settings, os.environ)
    if name == "embedded":
        engine = embedded(settings, reason)  # before progress has a thread
        with progress.step("start engine", f"{name}, as {reason}"):
            return engine
    # Errors of the inputs come before Spark starts, which takes seconds.
    with progress.step("look at inputs"):
        look_at_inputs(settings, _paths(settings), os.environ)
    with progress.step("start engine", f"{name}, as {reason}"):
        return local_spark(settings, reason)


def embedded(settings: JobSettings, reason: str) -> Engine:
    """Start the embedded engine; compiled code is loaded first, so that workers inherit it by fork.

    Raises:
        SettingsError: The scratch folder cannot be written.
        InfrastructureError: A worker could not be started.
    """
    from footfall import counting, kernels  # noqa: F401  (for the workers)
    from footfall.engines.embedded import Embedded, cores

    _keep_arrow_from_pandas()
    if any(map(on_object_store, _inputs(settings))):
        aws.prepare()
    if kernels.are_made():  # else they are made when one is called, after the inputs were found
        kernels.load()

    return Embedded(
        settings.workers or cores(),
        bytes_of(settings.memory),
        settings.scratch,
        settings.task_timeout.total_seconds(),
        reason,
    )


def local_spark(settings: JobSettings, reason: str) -> "SparkEngine":
    """The engine on a Spark that is started in this process, or on the Spark Connect server of `spark.remote`.

    Raises:
        PrerequisiteError: Spark is not installed, or Java is missing or too old.
        InfrastructureError: Spark did not start.
    """
    with needed("spark"):
        from footfall.engines.spark.engine import SparkEngine
        from footfall.engines.spark.session import catalog, local_session, remote_session

    if settings.spark.remote:
        return SparkEngine(remote_session(settings.spark.remote), reason)
    return SparkEngine(local_session(settings.spark, catalog(settings, os.environ)), reason)


def _inputs(settings: JobSettings) -> list[str]:
    pings = settings.pings.path
    return [*_paths(settings).values(), *([pings] if isinstance(pings, str) else pings)]


def _paths(settings: JobSettings) -> Mapping[str, str]:
    """What the job of the settings reads beside the pings."""
    return jobs.named(settings.count).paths(settings)


class _NoPandas(MetaPathFinder):
    """An import hook that hides pandas."""

    def find_spec(self, fullname: str, path: object = None, target: object = None) -> None:
        """Raise ModuleNotFoundError for pandas; None for other modules, which other finders then find."""
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def _keep_arrow_from_pandas() -> None:
    """Hide pandas from Arrow, unless it is imported already; Arrow looks for it once, and forks inherit the result.

    Arrow would import pandas to recognize its arrays: a third of a second in this process and in each worker.
    """
    finder = _NoPandas()
    sys.meta_path.insert(0, finder)
    try:
        pa.array([0])
    finally:
        sys.meta_path.remove(finder)
