"""The cores and memory that a run holds, times its duration."""

import re
import time
from collections.abc import Iterator, Sequence
from typing import Any

from footfall.engines import Engine
from footfall.errors import SettingsError
from footfall.runs.outcome import Usage

_UNITS = {"k": 1 / 1024, "": 1.0, "m": 1.0, "g": 1024.0, "t": 1024.0**2}
_LEAST_OVERHEAD = 384.0


def usage(engine: Engine, seconds: float) -> Usage | None:
    """Core-seconds and memory-seconds of a run; None if the engine does not know them.

    Args:
        engine: The engine of the run.
        seconds: The duration of the run; Spark knows the times of its executors itself.
    """
    if engine.name == "spark":
        return None if engine.is_remote else _of_spark(engine.session)  # type: ignore[attr-defined]
    memory = (engine.memory or 0) / 2**30
    return _used([(seconds, engine.workers, memory * engine.workers)])


def _of_spark(spark: Any) -> Usage:
    """What the driver and its executors have held.

    A Spark in one process holds the cores of its master. On a cluster memory is what a container is given: Java's part,
    what the settings put on top of it, and Python's.
    """
    from footfall.engines.spark.workers import are_workers_local

    context: Any = spark.sparkContext
    now = time.time()
    driver = (now - context.startTime / 1000, context.defaultParallelism, _gib(context.getConf(), "driver"))
    if are_workers_local(spark):
        return _used([driver])
    conf = context.getConf()
    seconds, _, memory = driver
    held = [(seconds, int(conf.get("spark.driver.cores", "1")), memory)]
    for each in _items(context._jsc.sc().statusStore().executorList(False)):
        if each.id() != "driver":
            until = each.removeTime().get().getTime() / 1000 if each.removeTime().isDefined() else now
            held.append((until - each.addTime().getTime() / 1000, each.totalCores(), _gib(conf, "executor")))
    return _used(held)


def _used(held: Sequence[tuple[float, int, float]]) -> Usage:
    return Usage(
        core_seconds=sum(seconds * cores for seconds, cores, _ in held),
        gib_seconds=sum(seconds * gib for seconds, _, gib in held),
    )


def _items(sequence: Any) -> Iterator[Any]:
    return (sequence.apply(number) for number in range(sequence.size()))


def _gib(conf: Any, role: str) -> float:
    """What one process of this role is given, in GiB."""
    java = _mib(conf.get(f"spark.{role}.memory", "1g"))
    # Spark's own factors: Python beside Java needs more of a pod.
    usual = "0.4" if conf.get("spark.master", "").startswith("k8s") else "0.1"
    factor = float(conf.get(f"spark.{role}.memoryOverheadFactor", usual))
    text = conf.get(f"spark.{role}.memoryOverhead")
    overhead = _mib(text) if text else max(_LEAST_OVERHEAD, factor * java)
    python = conf.get("spark.executor.pyspark.memory") if role == "executor" else None
    return (java + overhead + (_mib(python) if python else 0)) / 1024


def _mib(text: str) -> float:
    """Spark's amounts of memory: 1g, 512m; a bare number is MiB."""
    read = re.fullmatch(r"(\d+)([kmgt]?)b?", text.strip().lower())
    if read is None:
        raise SettingsError(
            f"{text} is no amount of memory", where="Spark's settings", fix="Write it as 512m or 4g."
        )
    return int(read[1]) * _UNITS[read[2]]
