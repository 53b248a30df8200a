"""Starts and ends the Java of a local Spark, and passes on its output."""

import logging
import os
import sys
from collections.abc import Mapping
from subprocess import PIPE, Popen
from threading import Thread
from typing import Any

from pyspark import SparkConf, SparkContext, java_gateway

USELESS = (
    "WARNING: ",
    "Using Spark's default log4j profile",
    "Setting default log level",
    "To adjust logging level",
)
"""Beginnings of lines that Java and Spark print at each start, and that tell nothing."""

_STARTED: list["Popen[Any]"] = []


def launch(settings: Mapping[str, str]) -> None:
    """Start Java for the sessions of this process, unless it is running.

    Its output is copied to stderr line by line, so that progress bars can make room for each.

    Args:
        settings: Spark's configuration, with all that Java needs at its start.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM came meanwhile; Java was killed.
    """
    if SparkContext._gateway is not None:
        return
    logging.getLogger().addFilter(_is_not_of_py4j)
    original, java_gateway.Popen = java_gateway.Popen, _popen  # type: ignore[attr-defined, assignment]
    try:
        SparkContext._ensure_initialized(conf=SparkConf().setAll(list(settings.items())))
    except BaseException:
        kill()  # Spark would leave it running
        raise
    finally:
        java_gateway.Popen = original  # type: ignore[attr-defined]


def kill() -> bool:
    """Kill the Java that this process started, and say whether there was one; no more of its output is shown."""
    was_there = bool(_STARTED)
    server: Any = getattr(SparkContext._active_spark_context, "_accumulatorServer", None)
    if was_there and server:
        server.handle_error = lambda *_: None  # it would print a trace of the broken connection
    while _STARTED:
        process = _STARTED.pop()
        process.kill()
        process.wait()
    return was_there


def _popen(*words: Any, **kwargs: Any) -> "Popen[Any]":
    """Start Java in a session of its own, so that Ctrl-C in the terminal reaches only this process."""
    process = Popen(*words, **{**kwargs, "stderr": PIPE, "start_new_session": True})  # noqa: S603
    _STARTED.append(process)
    Thread(target=_pass_on, args=(process,), daemon=True).start()
    return process


def _pass_on(process: "Popen[Any]") -> None:
    assert process.stderr is not None  # noqa: S101 - it is a pipe, as asked for above
    for raw in process.stderr:
        line = raw.decode(errors="replace").rstrip()
        if process in _STARTED and (os.environ.get("FOOTFALL_DEBUG") or not line.startswith(USELESS)):
            sys.stderr.write(f"{line}\n")


def _is_not_of_py4j(record: logging.LogRecord) -> bool:
    """Whether a record is not from py4j, which logs a trace of each call that was cut off."""
    return "py4j" not in record.pathname
