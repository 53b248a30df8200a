"""The Java of a local Spark: its start, its end, and its lines, which do not disturb the terminal."""

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
"""How lines begin that Java and Spark say at each start, whatever was asked of them."""

_STARTED: list["Popen[Any]"] = []


def launch(settings: Mapping[str, str]) -> None:
    """Start Java for the sessions of this process, unless there is one.

    Its lines come to stderr one by one, where live bars make room for them.

    Args:
        settings: Of Spark; those that Java must know when it starts are among them.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM came meanwhile; Java is ended.
    """
    if SparkContext._gateway is not None:
        return
    logging.getLogger().addFilter(_is_not_of_py4j)
    usual, java_gateway.Popen = java_gateway.Popen, _popen  # type: ignore[attr-defined, assignment]
    try:
        SparkContext._ensure_initialized(conf=SparkConf().setAll(list(settings.items())))
    except BaseException:
        kill()  # Spark leaves one that nobody waits for
        raise
    finally:
        java_gateway.Popen = usual  # type: ignore[attr-defined]


def kill() -> bool:
    """End the Java that was started here at once, and say whether there was one; it prints nothing more."""
    was_there = bool(_STARTED)
    server: Any = getattr(SparkContext._active_spark_context, "_accumulatorServer", None)
    if was_there and server:
        server.handle_error = lambda *_: None  # it would print a trace of the connection that is cut off
    while _STARTED:
        process = _STARTED.pop()
        process.kill()
        process.wait()
    return was_there


def _popen(*words: Any, **kwargs: Any) -> "Popen[Any]":
    """Start Java apart from the terminal, whose Ctrl-C is for this process to decide on."""
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
    """Whether a line of the root logger is to be kept: py4j prints a trace there of each call that is cut off."""
    return "py4j" not in record.pathname
