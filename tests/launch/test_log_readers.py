"""Who reads the log of a driver comes to rest before the launcher ends."""

import itertools
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from footfall.errors import InfrastructureError
from footfall.launch.driver_log import DriverLog
from footfall.launch.kubernetes.follow import Timeouts, follow
from tests.launch.test_status import driver, run


def endless(*_: Any) -> Iterator[str]:
    """A log that goes on."""
    for number in itertools.count():
        time.sleep(0.05)
        yield f"line {number}"


def states(*_: Any) -> Iterator[dict[str, Any]]:
    """A run that goes on."""
    while True:
        time.sleep(0.05)
        yield run("RUNNING", executors={"e-1": "RUNNING"})


def test_no_reader_goes_on_when_a_run_is_left_to_itself() -> None:
    """A thread that works while Python ends aborts the process: the exit code would be 134 instead of 6."""
    pod = {"metadata": {"name": "r-driver", "uid": "1"}, **driver(running={})}
    cluster: Any = SimpleNamespace(namespace="n", changes=states, pod=lambda name: pod, log=endless)
    before, heard = threading.active_count(), list[str]()
    with pytest.raises(InfrastructureError, match="has not ended"):
        follow(cluster, "r", DriverLog(say=heard.append), Timeouts(whole=0.5))
    assert heard
    assert threading.active_count() == before
